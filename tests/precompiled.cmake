# What every test includes is compiled once. All test programs of the build share one precompiled
# header and are compiled unoptimised: what they test is optimised in its own library, and a test
# program is compiled more often than it is run.
#
# Included last by the top level, when every target is known. Sources include what they use as if
# this were not there: cmake -DPETREL_PRECOMPILED=OFF builds without.

find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)

file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled_tests.cpp CONTENT "\n")
add_library(petrel_precompiled_tests OBJECT ${CMAKE_BINARY_DIR}/precompiled_tests.cpp)
target_link_libraries(petrel_precompiled_tests PRIVATE GTest::gmock nlohmann_json::nlohmann_json)
target_compile_features(petrel_precompiled_tests PRIVATE cxx_std_20)
target_compile_options(petrel_precompiled_tests PRIVATE -Wpedantic $<$<CONFIG:Release>:-O0>)
target_precompile_headers(petrel_precompiled_tests PRIVATE
    <gmock/gmock.h> <gtest/gtest.h> <nlohmann/json.hpp> <algorithm> <filesystem> <fstream> <map>
    <random> <sstream> <thread>)

# The test programs of a folder and of those below it.
function(petrel_find_tests folder result)
    get_property(_found DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    list(FILTER _found INCLUDE REGEX "_test$")
    get_property(_below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
    foreach(_one IN LISTS _below)
        petrel_find_tests(${_one} _more)
        list(APPEND _found ${_more})
    endforeach()
    set(${result} ${_found} PARENT_SCOPE)
endfunction()

petrel_find_tests(${CMAKE_SOURCE_DIR} _tests)
foreach(_test IN LISTS _tests)
    get_target_property(_own ${_test} PRECOMPILE_HEADERS)
    get_target_property(_kind ${_test} TYPE)
    get_target_property(_sources ${_test} SOURCES)
    get_target_property(_libraries ${_test} LINK_LIBRARIES)
    if(NOT _own AND _kind STREQUAL "EXECUTABLE" AND _libraries MATCHES "GTest::" AND
       NOT _sources MATCHES "\\.c(;|$)")
        target_compile_options(${_test} PRIVATE -Wpedantic $<$<CONFIG:Release>:-O0>)
        target_precompile_headers(${_test} REUSE_FROM petrel_precompiled_tests)
        if(_libraries MATCHES "SIMDJSON")
            # Unoptimised code gives the parser one more member; ours must have one layout.
            target_compile_definitions(${_test} PRIVATE
                $<$<CONFIG:Release>:SIMDJSON_DEVELOPMENT_CHECKS=0>)
        endif()
    endif()
endforeach()
