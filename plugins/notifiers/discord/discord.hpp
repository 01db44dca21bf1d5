// Sends alerts to one Discord channel through a webhook, adds their pictures, and edits the first
// message of a story when there is news of it.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::discord {

class Discord final : public HttpNotifier {
public:
    Discord(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;

private:
    static void remember(std::deque<std::string>& ids, std::string_view id);
    [[nodiscard]] bool is_gone(std::string_view message) const;
    [[nodiscard]] std::string url_of(std::string_view message) const;
    Outcome read_missing(const NotifierReply& reply, int code, const std::string& detail);

    std::string url_;
    std::string thread_id_;
    std::string username_;
    std::vector<std::string> secrets_;
    std::string edited_;            // message that the request built last would edit
    std::deque<std::string> gone_;  // messages that somebody deleted, newest last
    bool adds_image_ = false;       // it would get its picture by it
};

}  // namespace petrel::discord
