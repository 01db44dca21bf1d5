// Captured frames through stages 1 and 2: what each line tells goes to the adapter of its venue,
// what the adapter decodes to the normaliser. History that was asked for counts as late.
//
// Owned by a source set, on the thread of the replay.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "normaliser/instrument_registry.hpp"
#include "normaliser/normaliser.hpp"
#include "petrel/abi/exchange.h"
#include "replay/event_source.hpp"
#include "replay/frame_line.hpp"
#include "replay/line_reader.hpp"

namespace petrel::core {

// An adapter and the venue it speaks for; borrowed.
struct ReplayAdapter {
    const petrel_exchange* table = nullptr;
    void* instance = nullptr;
    VenueId venue = 0;
};

class FrameSource final : public EventSource {
public:
    FrameSource(std::unique_ptr<LineReader> reader, std::vector<ReplayAdapter> adapters,
                InstrumentRegistry& registry, Normaliser& normaliser);

    Result<std::span<const MarketEvent>> next() override;

private:
    struct Sink;  // what the adapter's decode_out calls into

    void tell(const ReplayAdapter& adapter);
    std::int32_t call(const ReplayAdapter& adapter, petrel_decode_out& out, petrel_error& error);
    [[nodiscard]] std::uint32_t handle_of(VenueId venue, std::string_view native) const;
    const ReplayAdapter* adapter_of(std::string_view venue) const;
    void take(VenueId venue, std::span<MarketEvent> events);

    std::unique_ptr<LineReader> reader_;
    std::vector<ReplayAdapter> adapters_;
    InstrumentRegistry& registry_;
    Normaliser& normaliser_;
    FrameLine line_;
    std::vector<MarketEvent> decoded_;  // one frame's
    std::vector<MarketEvent> batch_;
    std::int64_t last_receive_ns_ = 0;
};

}  // namespace petrel::core
