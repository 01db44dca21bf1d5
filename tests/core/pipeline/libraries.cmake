# The pipeline tests run the built plugins, on the frames of the benchmarks.
target_sources(petrel_pipeline_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/bench/frames.cpp
    ${CMAKE_CURRENT_SOURCE_DIR}/bench/engine.cpp)
target_include_directories(petrel_pipeline_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/bench)
target_link_libraries(petrel_pipeline_test PRIVATE petrel_replay petrel_cli)
target_compile_definitions(petrel_pipeline_test PRIVATE
    PETREL_PLUGIN_DIR="${CMAKE_BINARY_DIR}/plugins")
foreach(_plugin binance bybit large_liquidation whale_trade liquidation_storm whale_cluster console)
    if(TARGET petrel_plugin_${_plugin})
        add_dependencies(petrel_pipeline_test petrel_plugin_${_plugin})
    endif()
endforeach()
foreach(_version opinion heir heir_more_types heir_other_types heir_refuses)
    add_dependencies(petrel_pipeline_test test_plugin_${_version})
endforeach()
# It replaces operator new.
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/core/pipeline/steady_state_test.cpp
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
