// What would have become of signals on their way to the channels, in virtual time.
//
// Takes what leaves stage 7, as the outbox does. The configured routes decide in event time
// (inhibitions, mute windows, throttles); then each channel sends at the pace of its limits, what
// the outbox's own plan hands over: the most urgent first, in a storm the rest as one digest.
// A message takes no time, every provider takes it at once, nobody sets a silence: what is measured
// is what the rules ask of the channels. Pure; one thread. Memory grows with the signals that were
// admitted.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "notifier/rate_limit.hpp"
#include "outbox/dispatch_plan.hpp"
#include "petrel/result.hpp"
#include "routing/router.hpp"
#include "signal/signal_stage.hpp"

namespace petrel::core {

struct ModelChannel {
    std::string name;
    RateLimits limits;
    bool takes_digests = true;
};

struct DeliveryModelOptions {
    RoutingConfig routing;
    std::vector<ModelChannel> channels;
    std::int64_t use_by_ns = 900 * kNsPerSecond;  // after the signal
    DispatchOptions dispatch;
};

// Sent within kOnTimeNs, later, as a part of a digest, not at all for being too old, or held back
// by routing.
enum class DeliveryFate : std::uint8_t { Sent, Late, Digested, Expired, Held };
// "sent", "late", "digested", "expired", "held".
std::string_view delivery_fate_name(DeliveryFate fate);

// One signal on one channel.
struct ModelDelivery {
    DeliveryFate fate = DeliveryFate::Sent;
    std::int64_t waited_ns = 0;  // from the signal to its message, or to its end
    std::string reason;          // of what was held, in the words of routing
};

struct ChannelTally {
    std::map<DeliveryFate, std::uint64_t> by_fate;
    std::map<std::string, std::uint64_t> held_for;  // by the first word: "muted", "throttled"
    std::uint64_t digests = 0;                      // messages of several signals
    std::int64_t waited_ns_max = 0;                 // of what was sent, in a digest or not

    [[nodiscard]] std::uint64_t count(DeliveryFate fate) const;
};

class DeliveryModel {
public:
    // By channel, of one signal.
    using Fates = std::map<std::string, ModelDelivery>;

    // Fails for a time zone that the machine does not know.
    static Result<DeliveryModel> make(DeliveryModelOptions options);

    void on_signal(SignalChange change, const Signal& signal);
    // Lets what still waits be sent or expire.
    void finish();

    [[nodiscard]] const std::map<std::string, Fates>& by_signal() const { return by_signal_; }
    // In the order of the configuration.
    [[nodiscard]] std::vector<ChannelTally> tallies() const;

private:
    struct Waiting {
        std::string id;
        int priority = 0;
        std::int64_t created_ns = 0;
    };
    struct Lane {
        ModelChannel channel;
        RateLimit limit;
        std::int64_t at_ns = 0;
        std::vector<Waiting> waiting;
        std::uint64_t digests = 0;
    };

    DeliveryModel(Router router, DeliveryModelOptions options);
    void admit(const Signal& signal);
    void run(Lane& lane, std::int64_t until_ns);
    void send(Lane& lane);
    void expire(Lane& lane);
    void end(const Lane& lane, const Waiting& waiting, DeliveryFate fate);

    Router router_;
    std::int64_t use_by_ns_;
    DispatchOptions dispatch_;
    std::vector<Lane> lanes_;
    std::vector<AlertFacts> active_;
    std::int64_t now_ns_ = 0;
    std::map<std::string, Fates> by_signal_;
};

}  // namespace petrel::core
