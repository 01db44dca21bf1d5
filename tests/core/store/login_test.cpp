// What lets everybody in and then does not answer: a pooler whose server is gone.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/database.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

// As PostgreSQL writes it: a letter, four bytes of length, the rest.
std::string message(char kind, const std::string& body) {
    const std::uint32_t length = htonl(static_cast<std::uint32_t>(body.size() + 4));
    std::string text(1, kind);
    text.append(reinterpret_cast<const char*>(&length), sizeof(length));
    return text + body;
}

std::string setting(const std::string& name, const std::string& value) {
    return message('S', name + '\0' + value + '\0');
}

// Answers the login of each connection, one after the other, and no statement.
class Doorman {
public:
    enum class Then { Ends, Hangs };
    explicit Doorman(Then then) : then_(then), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, any, size) != 0 || ::listen(socket_, 16) != 0 ||
            ::getsockname(socket_, any, &size) != 0) {
            throw std::runtime_error("no socket to listen on");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~Doorman() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
        for (const int open : open_) {
            ::close(open);
        }
    }
    Doorman(const Doorman&) = delete;
    Doorman& operator=(const Doorman&) = delete;

    [[nodiscard]] StorePlace place() const {
        StorePlace place;
        place.url = "postgresql://petrel@127.0.0.1:" + std::to_string(port_) +
                    "/alerts?sslmode=disable&gssencmode=disable";
        place.node = "one";
        place.call_max_ms = 200;
        return place;
    }

private:
    void run() {
        for (int peer = ::accept(socket_, nullptr, nullptr); peer >= 0;
             peer = ::accept(socket_, nullptr, nullptr)) {
            std::uint32_t length = 0;
            ::recv(peer, &length, sizeof(length), MSG_WAITALL);
            std::string login(ntohl(length) - sizeof(length), ' ');
            ::recv(peer, login.data(), login.size(), MSG_WAITALL);
            const std::string greeting =
                message('R', std::string(4, '\0')) + setting("server_version", "15.8") +
                setting("client_encoding", "UTF8") + setting("in_hot_standby", "off") +
                setting("default_transaction_read_only", "off") + message('Z', "I");
            ::send(peer, greeting.data(), greeting.size(), MSG_NOSIGNAL);
            if (then_ == Then::Ends) {
                char statement = 0;
                ::recv(peer, &statement, 1, 0);
                ::close(peer);
            } else {
                open_.push_back(peer);
            }
        }
    }

    Then then_;
    int socket_;
    std::uint16_t port_ = 0;
    std::vector<int> open_;  // the thread's, until it has ended
    std::thread thread_;
};

TEST(Login, one_that_ends_behind_it_costs_no_memory_with_each_try) {
    const Doorman doorman(Doorman::Then::Ends);
    ASSERT_FALSE(Database::open(doorman.place()).ok());
    const std::size_t before = ::mallinfo2().uordblks;
    for (int i = 0; i < 20; ++i) {
        const auto store = Database::open(doorman.place());
        ASSERT_FALSE(store.ok());
        EXPECT_TRUE(store.status().retryable());
    }
    EXPECT_LT(::mallinfo2().uordblks, before + (100 << 10)) << "a connection has 35 KiB";
}

TEST(Login, one_that_hangs_behind_it_holds_a_start_for_the_limit_of_a_call) {
    const Doorman doorman(Doorman::Then::Hangs);
    const auto store = Database::open(doorman.place());
    ASSERT_FALSE(store.ok());
    EXPECT_THAT(store.status().message(), HasSubstr("no answer within 200 ms"));
}

}  // namespace
}  // namespace petrel::core
