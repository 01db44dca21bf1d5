// Addresses of both families: the next one when one refuses or is silent, within bounds.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/net/ws_run_support.hpp"
#include "net/dialer_impl.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

using Endpoint = Dialer::Endpoint;

Endpoint at(const char* address, int port) {
    return {boost::asio::ip::make_address(address), static_cast<std::uint16_t>(port)};
}

// A loopback port on which nothing listens: taken and not listened on.
class Refusing {
public:
    Refusing() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        socklen_t size = sizeof(address);
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
    }
    ~Refusing() { ::close(fd_); }
    Refusing(const Refusing&) = delete;
    Refusing& operator=(const Refusing&) = delete;
    int port = 0;

protected:
    int fd_;
};

// Listens and takes nobody: its queue is full, so that further connections hear nothing.
class Silent : public Refusing {
public:
    Silent() {
        ::listen(fd_, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        for (int& filler : fillers_) {
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            ::connect(filler, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        }
    }
    ~Silent() {
        for (const int filler : fillers_) {
            ::close(filler);
        }
    }

private:
    int fillers_[4] = {};
};

struct Dialed {
    std::string failure;
    int port = 0;  // of the peer
    std::int64_t took_ms = 0;
};

Dialed dial(const std::vector<Endpoint>& addresses) {
    IoLoop loop;
    Wire wire(loop.impl().context);
    Dialer dialer(loop, wire.socket());
    std::optional<std::string> failure;
    const std::int64_t began_ns = steady_now_ns();
    dialer.dial(addresses, nullptr, [&](std::string why) { failure = std::move(why); });
    EXPECT_TRUE(loop.run_until([&] { return failure.has_value(); }, 8'000));
    Dialed dialed{failure.value_or("never"), 0, (steady_now_ns() - began_ns) / kNsPerMs};
    boost::system::error_code none;
    dialed.port = wire.socket().remote_endpoint(none).port();
    dialer.cancel();
    return dialed;
}

void take_and_wait(MiniPeer& peer) { peer.wait_for_end(); }

TEST(Dialer, takes_the_families_by_turns_and_no_more_than_eight_addresses) {
    const auto order = Dialer::by_turns(
        {at("::1", 1), at("::1", 2), at("::1", 3), at("127.0.0.1", 4), at("127.0.0.1", 5)});
    std::vector<int> ports;
    for (const Endpoint& endpoint : order) {
        ports.push_back(endpoint.port());
    }
    EXPECT_EQ(ports, (std::vector<int>{1, 4, 2, 5, 3}));
    EXPECT_EQ(Dialer::by_turns(std::vector<Endpoint>(50, at("::1", 1))).size(), 8U);
}

TEST(Dialer, goes_to_the_next_address_at_once_when_one_refuses) {
    const Refusing refusing;
    MiniServer server(take_and_wait);
    const Dialed dialed = dial({at("127.0.0.1", refusing.port), at("127.0.0.1", server.port())});
    EXPECT_EQ(dialed.failure, "");
    EXPECT_EQ(dialed.port, server.port());
    EXPECT_LT(dialed.took_ms, Dialer::kSilence_ms);
}

TEST(Dialer, does_not_wait_for_an_address_that_is_silent) {
    const Silent silent;
    MiniServer server(take_and_wait, {.ipv6 = true});
    const Dialed dialed = dial({at("127.0.0.1", silent.port), at("::1", server.port())});
    EXPECT_EQ(dialed.failure, "");
    EXPECT_EQ(dialed.port, server.port());
    EXPECT_GE(dialed.took_ms, Dialer::kSilence_ms - 1);
}

TEST(Dialer, says_how_many_addresses_it_tried) {
    const Refusing first;
    const Refusing second;
    EXPECT_EQ(dial({at("127.0.0.1", first.port)}).failure, "cannot connect: Connection refused");
    EXPECT_EQ(dial({at("127.0.0.1", first.port), at("127.0.0.1", second.port)}).failure,
              "cannot connect: none of 2 addresses answers (the last: Connection refused)");
}

TEST(Dialer, calls_nobody_once_it_was_cancelled) {
    const Silent silent;
    IoLoop loop;
    Wire wire(loop.impl().context);
    Dialer dialer(loop, wire.socket());
    bool called = false;
    dialer.dial({at("127.0.0.1", silent.port), at("127.0.0.1", silent.port)}, nullptr,
                [&](const std::string&) { called = true; });
    loop.run_for(20);
    dialer.cancel();
    loop.run_for(300);
    EXPECT_FALSE(called);
}

// The same over a whole connection.
TEST(AddressFamily, decides_which_address_of_a_host_is_used) {
    const auto greet = [](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("hello") + close_frame(1000));
        peer.wait_for_end();
    };
    MiniServer six(greet, {.ipv6 = true});
    MiniServer four(greet, {.port = six.port()});  // the same port of the other family
    const auto run = [&](const std::string& host, AddressFamily family) {
        RecordingHandler handler;
        run_client(four,
                   {.url = "ws://" + host + ":" + std::to_string(four.port()) + "/",
                    .path = {family, nullptr}},
                   handler);
        return handler.messages.size() == 1 ? std::string("hello") : handler.end->sentence;
    };
    EXPECT_EQ(run("127.0.0.1", AddressFamily::Any), "hello");
    EXPECT_EQ(run("[::1]", AddressFamily::Any), "hello");
    EXPECT_EQ(run("127.0.0.1", AddressFamily::Ipv4), "hello");
    EXPECT_EQ(run("[::1]", AddressFamily::Ipv6), "hello");
    EXPECT_NE(run("127.0.0.1", AddressFamily::Ipv6)
                  .find("\"127.0.0.1\" has no IPv6 address, which address_family asks for"),
              std::string::npos);
    EXPECT_NE(run("[::1]", AddressFamily::Ipv4).find("has no IPv4 address"), std::string::npos);
    EXPECT_EQ(run("localhost", AddressFamily::Ipv4), "hello");
    EXPECT_EQ(four.connections(), 3);
    EXPECT_EQ(six.connections(), 2);
}

}  // namespace
}  // namespace petrel::core::test
