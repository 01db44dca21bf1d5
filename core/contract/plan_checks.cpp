// Connections for 1 to 1000 symbols: rows "plan" and "unknown_symbol".
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "contract/checks.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::array<std::size_t, 4> kSizes{1, 2, 100, 1'000};
constexpr std::size_t kFrameBytesMax = 64U << 10;
constexpr const char* kPlanRemedy = "correct what plan() hands to out.connection() and out.poll()";

bool valid_utf8(const std::string& text) {
    // The JSON library refuses to write what is not UTF-8.
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore) ==
           nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string sent_fault(const std::string& what, const std::string& frame) {
    if (frame.empty() || frame.size() > kFrameBytesMax) {
        return what + " has " + std::to_string(frame.size()) + " bytes, 1 to " +
               std::to_string(kFrameBytesMax) + " are sensible";
    }
    if (!valid_utf8(frame)) {
        return what + " is no UTF-8: " + shown(frame);
    }
    const bool like_json = frame.starts_with('{') || frame.starts_with('[');
    if (like_json && !nlohmann::json::accept(frame)) {
        return what + " looks like JSON and is none: " + shown(frame);
    }
    return {};
}

std::string connection_fault(const ConnectionPlan& c) {
    const std::string what = "connection '" + shown(c.name) + "' ";
    if (c.name.empty() || c.name.size() > 64) {
        return what + "has a name of " + std::to_string(c.name.size()) + " characters";
    }
    if ((!c.path.empty() && !c.path.starts_with('/')) ||
        c.path.find_first_of(" \t\r\n\"") != std::string::npos) {
        return what + "has the path '" + shown(c.path) + "', one begins with '/'";
    }
    if (c.streams.empty()) {
        return what + "carries no stream";
    }
    if (c.idle_ms_max == 0) {
        return what + "has idle_ms_max of 0: a dead socket would never be noticed";
    }
    if (c.keepalive_ms != 0 && c.keepalive_ms >= c.idle_ms_max) {
        return what + "sends its keep-alive every " + std::to_string(c.keepalive_ms) +
               " ms, but is taken for dead after " + std::to_string(c.idle_ms_max);
    }
    for (const std::string& frame : c.frames) {
        if (std::string wrong = sent_fault(what + "sends a frame that", frame); !wrong.empty()) {
            return wrong;
        }
    }
    for (const StreamPlan& stream : c.streams) {
        if (stream.topic.empty()) {
            return what + "has a stream without a topic";
        }
    }
    return c.keepalive.empty() ? "" : sent_fault(what + "has a keep-alive that", c.keepalive);
}

bool same_plan(const FeedPlan& a, const FeedPlan& b) {
    const auto connections = [](const ConnectionPlan& x, const ConnectionPlan& y) {
        const auto streams = [](const StreamPlan& s, const StreamPlan& t) {
            return s.instrument == t.instrument && s.kinds == t.kinds && s.topic == t.topic;
        };
        return x.name == y.name && x.path == y.path && x.frames == y.frames &&
               x.keepalive == y.keepalive &&
               std::equal(x.streams.begin(), x.streams.end(), y.streams.begin(), y.streams.end(),
                          streams);
    };
    const auto polls = [](const RequestPlan& x, const RequestPlan& y) {
        return x.target == y.target && x.body == y.body && x.interval_ms == y.interval_ms;
    };
    return std::equal(a.connections.begin(), a.connections.end(), b.connections.begin(),
                      b.connections.end(), connections) &&
           std::equal(a.polls.begin(), a.polls.end(), b.polls.begin(), b.polls.end(), polls);
}

// Every stream once: which kinds of which instrument a plan carries.
class Coverage {
public:
    // A stream that is there twice, or of what nobody wanted.
    std::string add(std::uint32_t instrument, std::uint32_t kinds, const std::string& topic) {
        if (!wanted_.contains(instrument)) {
            return "stream '" + topic + "' is for an instrument that was not wanted";
        }
        if ((kinds & ~channels_) != 0 || kinds == 0) {
            return "stream '" + topic + "' is of kinds that were not wanted or of none: bits " +
                   std::to_string(kinds);
        }
        if ((wanted_[instrument] & kinds) != 0) {
            return "stream '" + topic + "' carries what another stream carries already";
        }
        wanted_[instrument] |= kinds;
        return {};
    }

    Coverage(const std::vector<std::uint32_t>& instruments, std::uint32_t channels)
        : channels_(channels) {
        for (const std::uint32_t instrument : instruments) {
            wanted_[instrument] = 0;
        }
    }

    // A pushed or polled kind that nothing carries; funding is told of perpetuals only.
    std::string missing(const AdapterRig& rig) const {
        for (const auto& [instrument, kinds] : wanted_) {
            std::uint32_t owed = channels_;
            if (rig.registry().instrument(instrument).type != PETREL_INSTRUMENT_PERPETUAL) {
                owed &= ~PETREL_KIND_BIT(PETREL_EVENT_FUNDING);
            }
            for (std::uint8_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
                if ((owed & ~kinds & PETREL_KIND_BIT(kind)) != 0) {
                    return "no stream and no poll carries " + std::string(kind_name(kind)) +
                           " of " + rig.registry().instrument(instrument).native;
                }
            }
        }
        return {};
    }

private:
    std::map<std::uint32_t, std::uint32_t> wanted_;
    std::uint32_t channels_;
};

std::string plan_fault(const AdapterRig& rig, const FeedPlan& plan,
                       const std::vector<std::uint32_t>& wanted, std::uint32_t channels) {
    Coverage coverage(wanted, channels);
    std::map<std::string, int> names;
    for (const ConnectionPlan& connection : plan.connections) {
        if (std::string wrong = connection_fault(connection); !wrong.empty()) {
            return wrong;
        }
        if (++names[connection.name] > 1) {
            return "two connections are named '" + connection.name + "'";
        }
        for (const StreamPlan& stream : connection.streams) {
            std::string wrong = coverage.add(stream.instrument, stream.kinds, stream.topic);
            if (!wrong.empty()) {
                return wrong;
            }
        }
    }
    std::uint32_t polled = 0;
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        polled |= rig.info().completeness[kind] == PETREL_POLLED ? PETREL_KIND_BIT(kind) : 0;
    }
    for (const RequestPlan& poll : plan.polls) {
        std::string wrong = request_fault(poll, PETREL_REQUEST_POLL, 0);
        if (wrong.empty() && poll.interval_ms == 0) {
            wrong = "the poll of " + poll.target + " has an interval of 0";
        }
        if (wrong.empty() && poll.instrument != PETREL_NO_INSTRUMENT) {
            wrong = coverage.add(poll.instrument, polled & channels, poll.target);
        }
        if (!wrong.empty()) {
            return wrong;
        }
    }
    return coverage.missing(rig);
}

// How planning `count` of the listed instruments went; "" is good, `refusal` holds a sentence.
std::string try_size(AdapterRig& one, AdapterRig& two, std::size_t count, std::string& refusal) {
    std::vector<std::uint32_t> wanted;
    for (std::size_t i = 0; i < count; ++i) {
        // From the end: the listing puts the many behind the few.
        wanted.push_back(one.announced()[one.announced().size() - 1 - i].handle);
    }
    const std::uint32_t channels = one.info().channels;
    const auto plan = one.plan(wanted, channels);
    const auto again = one.plan(wanted, channels);
    const auto other = two.plan(wanted, channels);
    if (!plan.ok() || !again.ok() || !other.ok()) {
        if (plan.ok() || again.ok() || other.ok()) {
            return "it plans once and refuses once";
        }
        refusal = plan.status().message();
        return refusal.empty() ? "it was refused without a sentence" : "";
    }
    if (!same_plan(*plan, *again) || !same_plan(*plan, *other)) {
        return "the same symbols give two different plans";
    }
    return plan_fault(one, *plan, wanted, channels);
}

void check_sizes(ContractSession& session, RowSink& sink) {
    auto one = session.ready({}, kSizes.back());
    auto two = session.ready({}, kSizes.back());
    if (!one.ok() || !two.ok()) {
        sink.fail("plan", one.ok() ? two.status().message() : one.status().message(), "",
                  kPlanRemedy);
        return;
    }
    const std::size_t listed = (*one)->announced().size();
    std::string told;
    for (const std::size_t count : kSizes) {
        if (count > listed) {
            break;
        }
        std::string refusal;
        const std::string wrong = try_size(**one, **two, count, refusal);
        if (!wrong.empty()) {
            sink.fail("plan", std::to_string(count) + " symbols: " + wrong, "", kPlanRemedy);
            return;
        }
        if (!refusal.empty() && count < kSizes[2]) {
            sink.fail("plan", std::to_string(count) + " symbols are refused: " + refusal, "",
                      kPlanRemedy);
            return;
        }
        told += (told.empty() ? "" : ", ") + std::to_string(count) +
                (refusal.empty() ? " planned" : " refused: " + shown(refusal));
    }
    if (listed < kSizes.back()) {
        sink.not_shown("plan", listed == 0
                                   ? "give the venue's list of instruments in the frames file"
                                   : "the list of the file could not be made longer than " +
                                         std::to_string(listed) + " instruments");
        return;
    }
    sink.pass("plan", told);
}

// Names that no venue has: one of plain characters, and some that would break out of a frame.
void check_unknown(ContractSession& session, RowSink& sink) {
    constexpr const char* remedy =
        "check the name in plan() and return Status::invalid with a sentence";
    std::size_t refused = 0;
    const std::array<std::string, 5> names{"", "NO SUCH", "X\"],\"op\":\"x", std::string(500, 'A'),
                                           "\xff\xfe"};
    for (const std::string& name : names) {
        const auto rig = session.ready();
        if (!rig.ok()) {
            sink.fail("unknown_symbol", rig.status().message(), "", "see row instruments");
            return;
        }
        const auto plan = (*rig)->plan_for(name, (*rig)->info().channels);
        if (plan.ok() || plan.status().message().empty()) {
            sink.fail("unknown_symbol",
                      plan.ok() ? "it plans for a symbol of that name"
                                : "it refuses that name without a sentence",
                      shown(name), remedy);
            return;
        }
        ++refused;
    }
    sink.pass("unknown_symbol", std::to_string(refused) + " impossible names refused");
}

}  // namespace

void check_plan(ContractSession& session, RowSink& sink) {
    check_sizes(session, sink);
    check_unknown(session, sink);
}

}  // namespace petrel::core
