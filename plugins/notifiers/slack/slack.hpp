// Sends alerts to one Slack channel through an incoming webhook.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::slack {

class Slack final : public HttpNotifier {
public:
    Slack(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    std::string url_;
    std::vector<std::string> secrets_;
};

}  // namespace petrel::slack
