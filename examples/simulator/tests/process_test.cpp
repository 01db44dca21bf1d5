// petrel-sim as a program: started on free ports, met over real sockets, ended by signals.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "text.hpp"
#include "ws_probe.hpp"

namespace petrel::sim {
namespace {

using testing::WsProbe;
using Json = nlohmann::json;

class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PETREL_SIM_PROGRAM);
        std::vector<char*> raw;
        for (auto& argument : arguments) {
            raw.push_back(argument.data());
        }
        raw.push_back(nullptr);
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            return;
        }
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn(&pid_, raw[0], &actions, nullptr, raw.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        output_ = ends[0];
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(output_);
    }

    std::string line() {
        std::string text;
        for (char letter = 0; ::read(output_, &letter, 1) == 1 && letter != '\n';) {
            text += letter;
        }
        return text;
    }
    void signal(int number) const { ::kill(pid_, number); }
    int exit_code() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t pid_ = -1;
    int output_ = -1;
};

double storm_usd(const Json& frame) {
    if (frame.contains("topic")) {
        double usd = 0.0;
        for (const auto& row : frame["data"]) {
            usd += std::stod(row["v"].get<std::string>()) * std::stod(row["p"].get<std::string>());
        }
        return usd;
    }
    const auto& order = frame["o"];
    return std::stod(order["z"].get<std::string>()) * std::stod(order["ap"].get<std::string>());
}

TEST(Process, storm_arrives_on_both_venues) {
    Program program({"--storm-after", "0.2", "--symbols", "BTCUSDT,ETHUSDT"});
    const auto ready = Json::parse(program.line());
    const auto binance = WsProbe::connect(
        {.address = ready["binance"]["ws"], .target = "/market/ws/btcusdt@forceOrder"});
    const auto bybit =
        WsProbe::connect({.address = ready["bybit"]["ws"], .target = "/v5/public/linear"});
    ASSERT_TRUE(binance && bybit);
    bybit->send(R"({"op":"subscribe","args":["allLiquidation.BTCUSDT"]})");
    ASSERT_NE(bybit->receive()->find("\"success\":true"), std::string::npos);
    for (const auto* probe : {&binance, &bybit}) {
        double usd = 0.0;
        while (usd < 2e6) {
            const auto frame = (*probe)->receive();
            ASSERT_TRUE(frame) << "the storm ended at " << usd << " USD";
            usd += storm_usd(Json::parse(*frame));
        }
    }
}

TEST(Process, sigterm_says_goodbye_and_leaves_with_0) {
    Program program({"--bybit", "off"});
    const auto ready = Json::parse(program.line());
    EXPECT_FALSE(ready.contains("bybit"));
    const auto client =
        WsProbe::connect({.address = ready["binance"]["ws"], .target = "/market/ws"});
    ASSERT_TRUE(client);
    program.signal(SIGTERM);
    EXPECT_FALSE(client->receive());
    EXPECT_EQ(client->close_code(), 1001);
    EXPECT_EQ(program.exit_code(), 0);
}

TEST(Process, tls_certificate_is_trusted_through_its_own_ca_only) {
    const auto folder = std::filesystem::temp_directory_path() /
                        join("petrel_sim_tls_", static_cast<int>(::getpid()));
    Program program({"--tls-self-signed", folder.string(), "--binance", "off", "--ready-file",
                     (folder.string() + ".ready")});
    const auto line = program.line();
    std::ifstream ready_file(folder.string() + ".ready");
    std::string same;
    std::getline(ready_file, same);
    EXPECT_EQ(same, line);
    const auto ready = Json::parse(line);
    const std::string address = ready["bybit"]["ws"];
    EXPECT_TRUE(address.starts_with("wss://"));
    const auto client = WsProbe::connect(
        {.address = address, .target = "/v5/public/linear", .ca_file = ready["ca"]});
    ASSERT_TRUE(client);
    client->send(R"({"op":"ping"})");
    EXPECT_NE(client->receive()->find("pong"), std::string::npos);
    EXPECT_FALSE(WsProbe::connect({.address = address, .target = "/v5/public/linear"}));
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    std::filesystem::remove(folder.string() + ".ready", ignored);
}

TEST(Process, dropped_client_sees_no_close_frame_and_refused_one_no_handshake) {
    Program program({"--fault", "kind=drop,venue=binance,symbol=BTCUSDT", "--fault",
                     "kind=refuse,venue=bybit", "--fault", "kind=drop,for_s=60,venue=binance"});
    const auto ready = Json::parse(program.line());
    EXPECT_FALSE(
        WsProbe::connect({.address = ready["bybit"]["ws"], .target = "/v5/public/linear"}));
    const auto client =
        WsProbe::connect({.address = ready["binance"]["ws"], .target = "/market/ws"});
    ASSERT_TRUE(client);
    EXPECT_FALSE(client->receive());
    EXPECT_EQ(client->close_code(), 0);
}

TEST(Process, wrong_usage_leaves_with_2_and_a_taken_port_with_1) {
    Program wrong({"--colour"});
    EXPECT_EQ(wrong.exit_code(), 2);
    Program first({});
    const auto ready = Json::parse(first.line());
    const std::string address = ready["binance"]["ws"];
    Program second({"--binance", address.substr(address.rfind(':') + 1)});
    EXPECT_EQ(second.exit_code(), 1);
}

}  // namespace
}  // namespace petrel::sim
