// Opens, acknowledges and resolves incidents of one PagerDuty service through its Events API v2.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::pagerduty {

class PagerDuty final : public HttpNotifier {
public:
    PagerDuty(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    Outcome read_bad_request(const NotifierReply& reply, const std::string& detail) const;

    std::string api_;
    std::string source_;
    std::vector<std::string> secrets_;  // the routing key
};

}  // namespace petrel::pagerduty
