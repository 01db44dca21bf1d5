# The hostile mini server speaks TLS by itself; some tests look below the clients.
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
target_link_libraries(petrel_net_test PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads
    petrel_boost)
