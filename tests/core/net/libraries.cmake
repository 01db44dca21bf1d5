# The hostile mini server speaks TLS by itself; some tests look below the clients.
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
target_link_libraries(petrel_net_test PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads
    petrel_boost)
# It replaces operator new: compiled with its users, each pair would seem to be mismatched.
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/core/net/allocation_count_support.cpp
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
