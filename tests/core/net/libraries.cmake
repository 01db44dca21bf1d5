# The hostile mini server speaks TLS by itself.
target_link_libraries(petrel_net_test PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
