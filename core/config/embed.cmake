# Builds text files into the program, so that it runs without looking for them.
#
#   petrel_embed(<target> <file> <symbol>)
#
# gives the target a function `std::string_view petrel::core::<symbol>()`.
function(petrel_embed target file _symbol)
    file(READ ${file} _content)
    get_filename_component(_file_name ${file} NAME)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    set(_source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${_symbol}.cpp)
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embedded_text.cpp.in ${_source} @ONLY)
    target_sources(${target} PRIVATE ${_source})
endfunction()

petrel_embed(petrel_config ${CMAKE_CURRENT_LIST_DIR}/defaults.toml default_config)

configure_file(${CMAKE_CURRENT_LIST_DIR}/product_version.cpp.in
    ${CMAKE_CURRENT_BINARY_DIR}/embedded/product_version.cpp @ONLY)
target_sources(petrel_config PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded/product_version.cpp)
