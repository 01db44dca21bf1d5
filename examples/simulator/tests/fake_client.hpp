// A Client without a network: keeps what it was sent, remembers how it was ended.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "session.hpp"
#include "text.hpp"

namespace petrel::sim::testing {

class FakeClient final : public Client {
public:
    explicit FakeClient(std::string_view target) { set_target(upgrade_, target); }

    void send(FrameText frame) override { frames.push_back(*frame); }
    void ping() override { ++pings; }
    void close(std::uint16_t code, std::string_view) override { close_code = code; }
    void cut() override { was_cut = true; }
    std::size_t queued_bytes() const override { return 0; }
    const HttpRequest& upgrade() const override { return upgrade_; }

    // The frames whose text contains this, parsed.
    std::vector<nlohmann::json> holding(std::string_view text) const {
        std::vector<nlohmann::json> found;
        for (const auto& frame : frames) {
            if (frame.find(text) != std::string::npos) {
                found.push_back(nlohmann::json::parse(frame));
            }
        }
        return found;
    }

    std::vector<std::string> frames;
    int pings = 0;
    int close_code = 0;
    bool was_cut = false;

private:
    HttpRequest upgrade_;
};

}  // namespace petrel::sim::testing
