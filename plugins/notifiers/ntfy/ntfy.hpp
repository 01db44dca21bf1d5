// Publishes alerts to one topic of an ntfy server.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::ntfy {

// Longer messages become attachments.
constexpr std::size_t kMessageBytesMax = 4096;
constexpr std::size_t kTitleBytesMax = 250;

class Ntfy final : public HttpNotifier {
public:
    Ntfy(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    std::string server_;
    std::string topic_;
    std::string token_;
    std::vector<std::string> secrets_;
};

}  // namespace petrel::ntfy
