// Which recipients of a message have it and which still wait, over the attempts at it.
//
// Stage 9; pure, on the instance's turn, and only in memory. So many messages are remembered; of
// one that is forgotten, the oldest first, everybody is asked again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::email {

enum class Standing : std::uint8_t { Waits, HasIt, Refused };

// Of one message, in the order of its envelope.
class Recipients {
public:
    explicit Recipients(std::size_t count) : standings_(count, Standing::Waits) {}

    [[nodiscard]] std::size_t size() const { return standings_.size(); }
    [[nodiscard]] std::size_t count(Standing standing) const;
    // Those of `all`, which stand in the same order, who wait.
    [[nodiscard]] std::vector<std::string> waiting(const std::vector<std::string>& all) const;

    // The server's replies to those who wait, in order, 0 where it gave none; `taken`: it has the
    // message now. A refusal for good counts without that, too.
    void take_in(std::span<const int> replies, bool taken);

    int further_tries = 0;  // for those who wait, since others have it

private:
    std::vector<Standing> standings_;
};

class Unserved {
public:
    explicit Unserved(std::size_t messages_max = 1'000) : messages_max_(messages_max) {}

    // As it was kept; otherwise `count` recipients, who all wait.
    [[nodiscard]] Recipients recipients_of(std::string_view id, std::size_t count) const;
    void keep(std::string_view id, const Recipients& recipients);
    void forget(std::string_view id);

private:
    struct Message {
        std::string id;
        Recipients recipients;
    };

    std::size_t messages_max_;
    std::deque<Message> messages_;  // in the order in which they came
};

}  // namespace petrel::email
