// The control port: figures, what was withheld, faults, bursts of known events, frames of any
// content, over HTTP.
//
//   GET /state   GET /ledger   GET|POST|DELETE /fault   POST /burst   POST /frame
//
// Owned by the simulator, on its thread.
#pragma once

#include "session.hpp"
#include "world.hpp"

namespace petrel::sim {

class Control final : public Service {
public:
    static constexpr int kBurstEventsMax = 10'000;

    explicit Control(World& world) : world_(world) {}

    HttpReply on_request(const HttpRequest& request) override;
    std::optional<HttpReply> refuse_upgrade(const HttpRequest& request) override;

private:
    HttpReply add_fault(const HttpRequest& request);
    HttpReply burst(const HttpRequest& request);
    HttpReply frame(const HttpRequest& request);

    World& world_;
};

}  // namespace petrel::sim
