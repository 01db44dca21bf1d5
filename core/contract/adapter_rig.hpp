// One instance of an exchange adapter with a host around it that watches every call: the events it
// writes, the room it was given, the bytes it was handed, the reasons it gives.
//
// Made by a group of checks, in the child process that runs them. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/input_arena.hpp"
#include "feed/adapter.hpp"
#include "normaliser/instrument_registry.hpp"
#include "plugin/plugin_instance.hpp"

namespace petrel::core {

// An instrument as it was announced.
struct AnnouncedInstrument {
    std::uint32_t handle = 0;
    petrel_instrument figures{};  // its texts are not to be used
    std::string native, base, quote, settle;
};

// What came of one call.
struct CallResult {
    std::int32_t code = PETREL_OK;
    std::string reason;
    std::vector<MarketEvent> events;
    std::vector<Notice> notices;
    std::vector<RequestPlan> requests;
    std::vector<std::string> sent;  // answers over the socket
    std::string fault;              // the first rule that the call broke, or ""

    [[nodiscard]] bool refused() const { return code < 0; }
};

class AdapterRig final : public EventSink, public InstrumentBook {
    struct Passkey {};  // only make() builds one

public:
    // Room for events and padding behind frames.
    struct Options {
        std::uint32_t room = 3;  // small, so that flushing is exercised
        unsigned char padding = 0;
    };

    static Result<std::unique_ptr<AdapterRig>> make(const LoadedPlugin& plugin,
                                                    const ResolvedConfig& values, InputArena& arena,
                                                    Options options);

    AdapterRig(const LoadedPlugin& plugin, ExchangeInstance instance, InputArena& arena,
               Options options, Passkey);

    CallResult discover();
    CallResult frame(std::uint32_t connection, std::string_view text, std::int64_t receive_ts_ns);
    CallResult reply(const RequestPlan& request, std::uint32_t http_status, std::string_view body);
    CallResult backfill(const StreamGap& gap);
    // The plan for instruments by handle, and for a name that need not be one.
    Result<FeedPlan> plan(const std::vector<std::uint32_t>& instruments, std::uint32_t channels);
    Result<FeedPlan> plan_for(const std::string& native, std::uint32_t channels);
    void open(std::uint32_t connection);

    [[nodiscard]] bool can_backfill() const { return adapter_->can_backfill(); }
    [[nodiscard]] const petrel_exchange_info& info() const { return *instance_.table().info(); }
    [[nodiscard]] const InstrumentRegistry& registry() const { return registry_; }
    [[nodiscard]] const std::vector<AnnouncedInstrument>& announced() const { return announced_; }
    [[nodiscard]] std::uint64_t announcements_refused() const { return registry_.refused(); }
    // The handle of a native name, PETREL_NO_INSTRUMENT when it was never announced.
    [[nodiscard]] std::uint32_t handle_of(std::string_view native) const;
    void set_padding(unsigned char padding) { options_.padding = padding; }

    // For the adapter that plans and asks; see feed_sink.hpp.
    std::size_t on_events(std::uint16_t, std::span<MarketEvent> events) override {
        return events.size();
    }
    std::uint32_t add(std::uint16_t venue, const petrel_instrument& instrument) override;
    [[nodiscard]] bool wanted(std::uint16_t, std::uint32_t) const override { return true; }
    [[nodiscard]] std::string_view native(std::uint32_t instrument) const override;
    [[nodiscard]] std::size_t count() const override { return registry_.instrument_count(); }
    [[nodiscard]] std::uint16_t venue_of(std::uint32_t) const override { return 0; }

private:
    struct Decoding;  // what the adapter's decode_out calls into

    InputArena& arena_;
    Options options_;
    ExchangeInstance instance_;
    InstrumentRegistry registry_;
    std::vector<AnnouncedInstrument> announced_;
    std::string asked_native_;  // of plan_for
    std::unique_ptr<Adapter> adapter_;
};

}  // namespace petrel::core
