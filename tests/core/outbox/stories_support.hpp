// A story on two channels, one of which edits, for tests of how it goes on.
#pragma once

#include <string>
#include <utility>

#include "core/outbox/outbox_support.hpp"

namespace petrel::core {

inline const std::string kStory = "sig-1";

inline ChannelTraits able(std::uint32_t abilities) {
    ChannelTraits traits;
    traits.abilities = abilities;
    return traits;
}

class Stories : public OutboxTest {
protected:
    Stories() {
        options_.channels = {"chat", "mail"};
        options_.traits["chat"] = able(PETREL_CAN_EDIT);
        restart();
    }
    static Signal story(double usd = 1e6, const std::string& strength = "moderate",
                        const std::string& id = kStory) {
        Signal signal = storm_signal(id);
        signal.cause.notional_usd = usd;
        signal.score.strength = strength;
        return signal;
    }
    void admit(const Signal& signal = story()) { ASSERT_TRUE(outbox_->admit(signal, kNow).ok()); }
    void follow(const Signal& signal, std::int64_t now_ns) {
        ASSERT_TRUE(outbox_->follow(signal, now_ns).ok());
    }
    static Signal ended(SignalState state = SignalState::Expired) {
        Signal signal = story(2e6);
        signal.state = state;
        signal.updates = 3;
        signal.peak_usd = 3e6;
        signal.cancel_reason = state == SignalState::Cancelled ? "too many are open" : "";
        return signal;
    }
};

}  // namespace petrel::core
