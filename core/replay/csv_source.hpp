// CSV recordings of liquidations and trades, told apart by the names of their columns.
//
// Three layouts are understood; further columns are ignored, the order of columns is free:
//   forced orders   symbol, side (of the order), filled_quantity, average_price, price,
//                   trade_time_ms [, order_status]
//   trades          symbol, agg_trade_id, price, quantity, trade_time_ms, is_buyer_maker
//   liquidations    venue, symbol, position_side, quantity_base, price, event_time_ms
// The first two take their venue from the file's name: kind.<venue>.anything.csv.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "normaliser/instrument_registry.hpp"
#include "normaliser/normaliser.hpp"
#include "replay/event_source.hpp"
#include "replay/line_reader.hpp"

namespace petrel::core {

class CsvSource final : public EventSource {
public:
    // Refuses files whose columns are none of the layouts, and venues that no adapter answers to.
    static Result<std::unique_ptr<EventSource>> open(const std::string& path,
                                                     InstrumentRegistry& registry,
                                                     Normaliser& normaliser);

    Result<std::span<const MarketEvent>> next() override;

    enum class Layout : std::uint8_t { ForcedOrders, Trades, Liquidations };
    enum Column : std::size_t {
        kSymbol,
        kSide,
        kStatus,
        kQuantity,
        kPrice,
        kAveragePrice,
        kTime,
        kTradeId,
        kBuyerMaker,
        kVenue,
        kColumns
    };
    CsvSource(std::unique_ptr<LineReader> reader, InstrumentRegistry& registry,
              Normaliser& normaliser);

private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    Status read_header();
    Status find_venue(std::string_view name, VenueId& venue) const;
    [[nodiscard]] std::string_view field(Column column) const;
    // Makes an event of the current line; an empty reason means it stands.
    std::string_view parse(MarketEvent& event, VenueId& venue);
    std::string_view parse_side(MarketEvent& event) const;
    struct Known {
        InstrumentId id = PETREL_NO_INSTRUMENT;
        double multiplier = 1;
        bool usd_quote = false;
    };
    const Known& instrument(VenueId venue, std::string_view native);

    std::unique_ptr<LineReader> reader_;
    InstrumentRegistry& registry_;
    Normaliser& normaliser_;
    Layout layout_ = Layout::ForcedOrders;
    VenueId file_venue_ = 0;
    std::array<std::size_t, kColumns> place_{};
    std::vector<std::string_view> fields_;
    std::vector<MarketEvent> batch_;
    std::map<std::string, Known, std::less<>> known_;
};

}  // namespace petrel::core
