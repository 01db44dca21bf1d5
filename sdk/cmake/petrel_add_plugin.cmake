# petrel_add_plugin(<name> KIND exchange|detector|notifier|voter [SOURCES ...] [LIBRARIES ...]
#                   [TEST_SOURCES ...] [TEST_LIBRARIES ...])
#
# The one call a plugin folder needs. Without SOURCES it takes every .cpp of the folder but
# *_test.cpp, *_fuzz.cpp and *_bench.cpp; tests are found likewise. It makes
#   petrel_plugin_<name>        the shared library lib<name>.so, one exported symbol
#   petrel_plugin_<name>_code   the same sources as a static library, for tests
#   <name>_plugin_test          when there are *_test.cpp files and testing is on; it knows its
#                               folder as PETREL_PLUGIN_DIR and fixtures/ in it as PETREL_FIXTURES
# and for an exchange the test contract.<name>: `petrel plugin verify` with fixtures/contract.jsonl;
# and installs the library, and <name>.toml (its default configuration) when there is one, into
# ${PETREL_PLUGIN_INSTALL_DIR} (default lib/petrel/plugins), unless
# PETREL_PLUGIN_NO_INSTALL is set.
include_guard()

function(_petrel_plugin_flags target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_compile_options(${target} PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Two versions of one library in one process must not share header-only state.
        target_compile_options(${target} PRIVATE -fno-gnu-unique)
    endif()
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# An exchange runs the contract of exchange adapters as test contract.<name>, where there is a
# petrel to run it: that of this build, or an installed one.
function(_petrel_contract_test name)
    if(TARGET petrel)
        set(_petrel $<TARGET_FILE:petrel>)
    else()
        find_program(PETREL_PROGRAM petrel)
        if(NOT PETREL_PROGRAM)
            return()
        endif()
        set(_petrel ${PETREL_PROGRAM})
    endif()
    set(_frames "")
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fixtures/contract.jsonl)
        set(_frames --frames ${CMAKE_CURRENT_SOURCE_DIR}/fixtures/contract.jsonl --strict)
    endif()
    add_test(NAME contract.${name}
        COMMAND ${_petrel} plugin verify $<TARGET_FILE:petrel_plugin_${name}> ${_frames}
            --fuzz-seconds 2 --time-limit 300 --save ${CMAKE_CURRENT_BINARY_DIR})
    set_tests_properties(contract.${name} PROPERTIES TIMEOUT 900)
endfunction()

function(petrel_add_plugin name)
    cmake_parse_arguments(ARG "" "KIND" "SOURCES;LIBRARIES;TEST_SOURCES;TEST_LIBRARIES" ${ARGN})
    if(NOT ARG_KIND MATCHES "^(exchange|detector|notifier|voter)$")
        message(FATAL_ERROR "petrel_add_plugin(${name}): KIND must be exchange, detector, "
                            "notifier or voter, got '${ARG_KIND}'")
    endif()
    if(NOT ARG_SOURCES)
        file(GLOB ARG_SOURCES CONFIGURE_DEPENDS *.cpp)
        list(FILTER ARG_SOURCES EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$")
    endif()

    add_library(petrel_plugin_${name}_code STATIC ${ARG_SOURCES})
    target_include_directories(petrel_plugin_${name}_code PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(petrel_plugin_${name}_code PUBLIC petrel::sdk PRIVATE ${ARG_LIBRARIES})
    _petrel_plugin_flags(petrel_plugin_${name}_code)

    add_library(petrel_plugin_${name} MODULE $<TARGET_OBJECTS:petrel_plugin_${name}_code>)
    target_link_libraries(petrel_plugin_${name} PRIVATE petrel::sdk ${ARG_LIBRARIES})
    _petrel_plugin_flags(petrel_plugin_${name})
    set(_directory ${PETREL_PLUGIN_OUTPUT_DIR})
    if(NOT _directory)
        set(_directory ${CMAKE_CURRENT_BINARY_DIR})
    endif()
    set_target_properties(petrel_plugin_${name} PROPERTIES OUTPUT_NAME ${name}
        LIBRARY_OUTPUT_DIRECTORY ${_directory})
    set(_map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/petrel_plugin.map)
    target_link_options(petrel_plugin_${name} PRIVATE
        "-Wl,--version-script=${_map}" -Wl,-Bsymbolic)
    set_property(TARGET petrel_plugin_${name} APPEND PROPERTY LINK_DEPENDS ${_map})
    if(NOT PETREL_SANITIZE)
        target_link_options(petrel_plugin_${name} PRIVATE -Wl,-z,defs)
    endif()

    set(_has_defaults OFF)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}.toml)
        set(_has_defaults ON)
        configure_file(${name}.toml ${_directory}/lib${name}.toml COPYONLY)
    endif()
    if(NOT PETREL_PLUGIN_NO_INSTALL)
        set(_install_directory lib/petrel/plugins)
        if(PETREL_PLUGIN_INSTALL_DIR)
            set(_install_directory ${PETREL_PLUGIN_INSTALL_DIR})
        endif()
        install(TARGETS petrel_plugin_${name} LIBRARY DESTINATION ${_install_directory}
            COMPONENT plugins)
        if(_has_defaults)
            install(FILES ${name}.toml DESTINATION ${_install_directory} RENAME lib${name}.toml
                COMPONENT plugins)
        endif()
    endif()

    if(ARG_KIND STREQUAL "exchange" AND BUILD_TESTING)
        _petrel_contract_test(${name})
    endif()
    if(NOT ARG_TEST_SOURCES)
        file(GLOB ARG_TEST_SOURCES CONFIGURE_DEPENDS *_test.cpp)
    endif()
    if(ARG_TEST_SOURCES AND BUILD_TESTING)
        find_package(GTest REQUIRED)
        add_executable(${name}_plugin_test ${ARG_TEST_SOURCES})
        target_link_libraries(${name}_plugin_test PRIVATE petrel_plugin_${name}_code
            ${ARG_LIBRARIES} ${ARG_TEST_LIBRARIES} GTest::gtest_main)
        target_compile_definitions(${name}_plugin_test PRIVATE
            PETREL_FIXTURES="${CMAKE_CURRENT_SOURCE_DIR}/fixtures"
            PETREL_PLUGIN_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
        add_test(NAME plugin.${name} COMMAND ${name}_plugin_test)
        set_tests_properties(plugin.${name} PROPERTIES TIMEOUT 60)
    endif()
endfunction()
