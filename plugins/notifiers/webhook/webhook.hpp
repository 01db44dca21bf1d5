// Sends alerts to an address of the user's own, signed so that the receiver knows who sent them,
// that they are fresh, and which it has already.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "petrel/notifier.hpp"
#include "signature.hpp"

namespace petrel::webhook {

class Webhook final : public HttpNotifier {
public:
    Webhook(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override { return ready_; }
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    Status read(const Config& config);
    Status add_key(const char* name, const std::string& secret);

    std::string url_;
    std::string authorization_;
    Scheme scheme_ = Scheme::Standard;
    std::vector<std::string> keys_;     // the present one first
    std::vector<std::string> secrets_;  // as they were written, to take out of replies
    double per_second_ = 0;
    Status ready_;
};

}  // namespace petrel::webhook
