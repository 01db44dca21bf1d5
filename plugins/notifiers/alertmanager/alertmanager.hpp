// Posts alerts to one member of an Alertmanager cluster through its API v2.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a member, never two calls at once: a cluster gets one channel a member, which its
// members settle among themselves.
#pragma once

#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::alertmanager {

class Alertmanager final : public HttpNotifier {
public:
    Alertmanager(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    std::string url_;
    std::string authorization_;
    std::int64_t firing_for_ms_ = 0;
    std::vector<std::string> secrets_;
};

}  // namespace petrel::alertmanager
