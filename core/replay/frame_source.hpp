// Captured frames through stages 1 and 2: each line's frame goes to the adapter of its venue, what
// the adapter decodes to the normaliser.
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

    void decode(const ReplayAdapter& adapter, std::string_view frame, std::int64_t receive_ts_ns);
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
