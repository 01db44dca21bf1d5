// Presses of the button under an alert: what to ask of the Bot API, what it told, and who may.
//
// Stage 9; pure, on the instance's turn. Updates are asked for with the number after the last one
// that was read, which confirms those to Telegram: whatever a crash cuts off is told again. At most
// 64 presses wait for their answer; the oldest then goes without.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/notifier.hpp"

namespace petrel::telegram {

class ButtonDesk {
public:
    // `users`: numbers and @names with commas; empty lets everybody in the chat.
    ButtonDesk(std::string chat_id, std::string_view users);

    [[nodiscard]] bool users_are_sound() const { return users_are_sound_; }

    // What a button carries back.
    static std::string data_for(std::string_view story_id);

    // Answers to presses, to be told one by one.
    void take(std::span<const PressAnswer> answers);

    struct Question {
        const char* method;  // of the Bot API
        std::string body;
        std::uint32_t timeout_ms = 0;  // 0: the usual one
    };
    // An answer that waits, else a long poll for updates.
    Question next();

    // A good reply to the last question.
    Poll read(const NotifierReply& reply);
    // The last question was an answer that will never be taken: forgets it. False when it was none.
    bool give_up_answer();

private:
    struct Waiting {
        std::string token;
        std::string words;
    };
    void read_press(const nlohmann::json& query, Poll& poll);
    [[nodiscard]] bool is_here(const nlohmann::json& query) const;
    [[nodiscard]] bool may(const nlohmann::json& from) const;
    void refuse(const std::string& token, Poll& poll);
    void wait_for(std::string token, std::string words);

    std::string chat_id_;
    std::vector<std::string> users_;  // "4711", "@ann"
    bool users_are_sound_ = true;
    std::deque<Waiting> waiting_;
    bool answering_ = false;        // what the last question was
    std::int64_t next_update_ = 0;  // 0: whatever Telegram has kept
};

}  // namespace petrel::telegram
