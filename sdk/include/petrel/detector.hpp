// Base class for detectors: events and windows in, findings out; no clock, no I/O, no randomness.
#pragma once

#include <array>
#include <concepts>
#include <span>
#include <utility>

#include "petrel/abi/detector.h"
#include "petrel/plugin.hpp"
#include "petrel/state.hpp"

namespace petrel {

// The events of a batch, stepped by the host's stride.
class EventBatch {
public:
    explicit EventBatch(const petrel_batch* batch) : batch_(batch) {}
    [[nodiscard]] std::uint32_t size() const { return batch_->count; }
    [[nodiscard]] std::uint32_t symbol() const { return batch_->symbol; }
    [[nodiscard]] std::uint32_t group() const { return batch_->group; }
    [[nodiscard]] std::int64_t now_ns() const { return batch_->now_ns; }
    const MarketEvent& operator[](std::uint32_t i) const {
        const auto* bytes = reinterpret_cast<const unsigned char*>(batch_->events);
        return *reinterpret_cast<const MarketEvent*>(bytes + std::size_t{i} * batch_->stride);
    }

private:
    const petrel_batch* batch_;
};

// What to sum or list: events of `kind` in (now - horizon, now], of at least the given notional.
struct WindowQuery {
    EventKind kind = EventKind::Trade;
    std::uint32_t horizon_ms = 0;
    double notional_usd_min = 0;
    std::uint32_t venue = PETREL_VENUE_ALL;
};

class WindowView {
public:
    explicit WindowView(const petrel_window_view* view) : view_(view) {}

    [[nodiscard]] petrel_window_sum sum(const WindowQuery& query) const {
        petrel_window_sum sum{};
        sum.size = sizeof(sum);
        const petrel_window_query q = raw(query);
        view_->sum(view_, &q, &sum);
        return sum;
    }
    // Kept events, newest first; returns the filled part of `room`.
    std::span<MarketEvent> events(const WindowQuery& query, std::span<MarketEvent> room) const {
        const petrel_window_query q = raw(query);
        return room.first(
            view_->events(view_, &q, room.data(), static_cast<std::uint32_t>(room.size())));
    }
    [[nodiscard]] petrel_market_state state() const {
        petrel_market_state state{};
        state.size = sizeof(state);
        view_->state(view_, &state);
        return state;
    }

private:
    static petrel_window_query raw(const WindowQuery& query) {
        return {sizeof(petrel_window_query), static_cast<std::uint32_t>(query.kind), query.venue,
                query.horizon_ms, query.notional_usd_min};
    }
    const petrel_window_view* view_;
};

class FindingOut {
public:
    explicit FindingOut(petrel_finding_out* out) : out_(out) {}
    // `finding.size` is set here; everything is copied before the call returns.
    void emit(petrel_finding finding, std::span<const MarketEvent> evidence) {
        finding.size = sizeof(finding);
        finding.evidence = evidence.data();
        finding.evidence_count = static_cast<std::uint32_t>(
            evidence.size() < PETREL_EVIDENCE_MAX ? evidence.size() : PETREL_EVIDENCE_MAX);
        out_->emit(out_, &finding);
    }

private:
    petrel_finding_out* out_;
};

class Detector {
public:
    static constexpr std::uint32_t kKind = PETREL_KIND_DETECTOR;
    static constexpr std::string_view kInterface = PETREL_DETECTOR_INTERFACE;

    virtual ~Detector() = default;

    [[nodiscard]] virtual Status ready() const { return {}; }
    // Which events must be shown and kept; asked once after construction.
    [[nodiscard]] virtual std::vector<petrel_interest> interests() const = 0;
    virtual void on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) = 0;

    // A derived class also has:
    //   static PluginInfo describe();
    //   static std::span<const petrel_text> finding_types();
    //   TheClass(Host, Config);
    // and, when what it remembers shall outlive a reload of its library, both of
    //   void save_state(StateWriter& out) const;
    //   Status load_state(StateReader& in);  // state_of_no_use(): begins empty

    template <typename Plugin>
    static const void* table();
};

inline petrel_interest interest(EventKind kind, std::uint32_t group, std::uint32_t horizon_ms,
                                double notional_usd_min) {
    return {sizeof(petrel_interest), static_cast<std::uint32_t>(kind), group, horizon_ms,
            notional_usd_min};
}

// The answer of load_state() to a state that is sound and that the new version cannot use.
inline Status state_of_no_use() { return Status::failure(PETREL_IGNORED, {}); }

template <typename Plugin>
concept HandsStateOver = requires(Plugin& plugin, StateWriter& out, StateReader& in) {
    { std::as_const(plugin).save_state(out) } -> std::same_as<void>;
    { plugin.load_state(in) } -> std::same_as<Status>;
};

namespace detail {

template <typename Plugin>
std::int32_t save_state(void* instance, petrel_state_out* raw, petrel_error* error) noexcept {
    return guarded(error, [&]() -> Status {
        StateWriter out(raw);
        std::as_const(self<Plugin>(instance)).save_state(out);
        return out.finish();
    });
}

template <typename Plugin>
std::int32_t load_state(void* instance, const void* bytes, std::uint64_t length,
                        petrel_error* error) noexcept {
    return guarded(error, [&]() -> Status {
        StateReader in({static_cast<const unsigned char*>(bytes), length});
        const Status loaded = self<Plugin>(instance).load_state(in);
        return loaded.code() == PETREL_OK ? in.finish() : loaded;
    });
}

}  // namespace detail

template <typename Plugin>
const void* Detector::table() {
    static const petrel_detector value = [] {
        petrel_detector t{};
        t.size = sizeof(t);
        t.finding_types = [](const petrel_text** types) {
            const std::span<const petrel_text> all = Plugin::finding_types();
            *types = all.data();
            return static_cast<std::uint32_t>(all.size());
        };
        t.create = &detail::create<Plugin>;
        t.destroy = &detail::destroy<Plugin>;
        t.interests = [](void* instance, petrel_interest* room, std::uint32_t capacity) {
            std::uint32_t total = 0;
            (void)detail::guarded(nullptr, [&]() -> std::int32_t {
                for (const petrel_interest& i : detail::self<Plugin>(instance).interests()) {
                    if (total < capacity) {
                        room[total] = i;
                    }
                    ++total;
                }
                return PETREL_OK;
            });
            return total;
        };
        t.on_events = [](void* instance, const petrel_batch* batch, const petrel_window_view* view,
                         petrel_finding_out* out, petrel_error* error) {
            return detail::guarded(error, [&]() -> std::int32_t {
                FindingOut sink(out);
                detail::self<Plugin>(instance).on_events(EventBatch(batch), WindowView(view), sink);
                return PETREL_OK;
            });
        };
        if constexpr (HandsStateOver<Plugin>) {
            t.save_state = &detail::save_state<Plugin>;
            t.load_state = &detail::load_state<Plugin>;
        }
        return t;
    }();
    return &value;
}

}  // namespace petrel
