# Polls are made of the same mini server as the network clients are tested against.
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
target_sources(petrel_notifier_test PRIVATE
    ${CMAKE_CURRENT_LIST_DIR}/../net/mini_server_support.cpp
    ${CMAKE_CURRENT_LIST_DIR}/../net/certificate_support.cpp)
target_link_libraries(petrel_notifier_test PRIVATE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
