# Builds rule packs into the program, for `petrel rules new`.
#
#   petrel_embed_files(<target> <symbol> <folder> <file>...)
#
# gives the target a function `std::span<const RuleTemplateFile> petrel::core::<symbol>()`.
function(petrel_embed_files target _symbol folder)
    set(_entries "")
    foreach(_file IN LISTS ARGN)
        file(READ ${folder}/${_file} _content)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${_file})
        string(APPEND _entries
            "        {\"${_file}\", R\"petrel_text(${_content})petrel_text\"},\n")
    endforeach()
    set(_source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${_symbol}.cpp)
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embedded_files.cpp.in ${_source} @ONLY)
    target_sources(${target} PRIVATE ${_source})
endfunction()

foreach(_pack skeleton default)
    set(_folder ${CMAKE_SOURCE_DIR}/rules/${_pack})
    if(_pack STREQUAL skeleton)
        set(_folder ${CMAKE_CURRENT_LIST_DIR}/skeleton)
    endif()
    file(GLOB_RECURSE _files CONFIGURE_DEPENDS RELATIVE ${_folder} ${_folder}/*.lua)
    list(SORT _files)
    petrel_embed_files(petrel_script ${_pack}_pack ${_folder} ${_files})
endforeach()
petrel_embed_files(petrel_script rule_types ${CMAKE_SOURCE_DIR}/rules petrel.d.lua)
