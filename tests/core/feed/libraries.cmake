# Sessions are tested against the same mini server as the network clients.
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
target_sources(petrel_feed_test PRIVATE
    ${CMAKE_CURRENT_LIST_DIR}/../net/mini_server_support.cpp
    ${CMAKE_CURRENT_LIST_DIR}/../net/certificate_support.cpp)
target_link_libraries(petrel_feed_test PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
