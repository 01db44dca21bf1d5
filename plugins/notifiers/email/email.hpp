// Sends alerts as e-mail through a submission server.
//
// Stage 9 of the flow. Delivers by itself: deliver() blocks the channel's thread for at most the
// configured time. One instance a channel, never two calls at once.
#pragma once

#include <string>
#include <vector>

#include "message.hpp"
#include "petrel/notifier.hpp"
#include "smtp.hpp"
#include "unserved.hpp"

namespace petrel::email {

class Email final : public LocalNotifier {
public:
    Email(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override { return ready_; }
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Outcome deliver(const Alert& alert) override;

private:
    Host host_;
    Envelope envelope_;
    SmtpSettings settings_;
    std::vector<std::string> secrets_;
    Status ready_;
    std::unique_ptr<Smtp> smtp_;
    Unserved unserved_;
};

// What a session's end means for the alert. Pure; `secrets` are taken out of what the server said.
Outcome outcome_of(const SmtpResult& result, const std::vector<std::string>& secrets);
// The same where the session was for those of the recipients who waited, whose standing it changes.
// Those who are refused for now are tried three times more once others have the message.
Outcome outcome_of(const SmtpResult& result, const std::vector<std::string>& secrets,
                   Recipients& recipients);

}  // namespace petrel::email
