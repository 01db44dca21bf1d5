// Sends alerts to one Telegram chat through the Bot API, adds their pictures, edits the first
// message of a story when there is news of it, and reads who pressed the button under it.
//
// Stage 9 of the flow. Builds requests and reads replies; the host sends, paces and tries again.
// One instance a channel, never two calls at once.
#pragma once

#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "button_desk.hpp"
#include "message.hpp"
#include "reply.hpp"

namespace petrel::telegram {

class Telegram final : public PollingNotifier {
public:
    Telegram(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] petrel_notifier_limits limits() const override;
    Result<NotifierRequest> build(const Alert& alert) override;
    Outcome read_reply(const NotifierReply& reply) override;
    Result<NotifierRequest> build_poll(std::span<const PressAnswer> answers) override;
    Poll read_poll(const NotifierReply& reply) override;

private:
    [[nodiscard]] NotifierRequest request_for(const char* method, std::string body) const;
    void add_buttons(const Alert& alert, nlohmann::json& body) const;
    void address(nlohmann::json& body) const;
    Result<NotifierRequest> build_image(const Alert& alert);
    Outcome read_bad_request(const Answer& answer);

    std::string token_;
    std::string chat_id_;
    std::string api_;
    std::int64_t thread_id_ = 0;
    bool silent_ = false;
    bool has_button_ = false;
    ButtonDesk buttons_;
    std::vector<std::string> secrets_;
    std::string last_id_;                // alert of the request built last
    std::string edited_;                 // message that it would edit
    bool captioned_ = false;             // that message is, or would be, a picture with words
    bool adds_image_ = false;            // it would become one by that request
    std::deque<std::string> photos_;     // messages that turned out to be pictures, newest last
    std::deque<std::string> plain_ids_;  // alerts whose markup was refused, newest last
    std::deque<std::string> gone_;       // messages that cannot be edited, newest last
    std::deque<std::string> taken_on_;   // stories that somebody has acknowledged, newest last
};

}  // namespace petrel::telegram
