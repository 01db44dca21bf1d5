// The rows of a table, and the events they become. Frames and REST replies both end here, so that
// sides, units and ids are decided once.
#pragma once

#include <cstdint>
#include <vector>

#include "contracts.hpp"
#include "kit/tokens.hpp"

namespace petrel::bitmex {

enum class Table : std::uint8_t { None, Trade, Liquidation, Quote, Instrument };
enum class Action : std::uint8_t { Other, Partial, Insert, Update };

// Fields of all tables: those of a trade in their order, then the others by table.
enum class RowField : std::uint8_t {
    Timestamp,
    Symbol,
    Side,
    Size,
    Price,
    MatchId,
    HomeNotional,
    OrderId,
    LeavesQuantity,
    BidSize,
    BidPrice,
    AskPrice,
    AskSize,
    MarkPrice,
    IndexPrice,
    OpenInterest,
    FundingRate,
    FundingTimestamp,
    FundingInterval,
    Count_,
};

// What the instrument table can bring; a figure that is absent is unchanged.
struct InstrumentDelta {
    enum : std::uint32_t { Mark = 1, Index = 2, Rate = 4, Interval = 8, Next = 16, Interest = 32 };
    double mark = 0;
    double index = 0;
    double funding_rate = 0;
    double funding_hours = 0;
    double open_interest = 0;
    std::uint64_t next_funding_ms = 0;
    std::uint32_t present = 0;
};

// A trade or a liquidation.
struct Flow {
    Contract* contract = nullptr;
    std::int64_t time_ns = 0;
    std::uint64_t id = 0;
    Side side = Side::None;
    double price = 0;  // of a quote the bid
    double size = 0;
    double base_per_unit = 0;  // of a contract without a fixed size; 0: not said
};

struct Row : Flow {
    std::size_t number = 0;  // of the contract
    double ask = 0;
    double ask_size = 0;
    InstrumentDelta delta;
};

// What rows are read from and written for.
struct RowContext {
    Table table;
    Action action;
    std::uint32_t connection;
    std::int64_t receive_ts_ns;
    std::uint16_t flags;  // PETREL_FLAG_LATE or none
};

class RowReader {
public:
    // Reads and checks one row; announces a contract that was not met before.
    Reason read(ondemand::object object, const RowContext& context, ContractTable& contracts,
                DecodeOut& out);
    // Reads and checks all trades of a frame in the venue's own layout. False: whatever was read
    // counts for nothing, and the general way has to look. Never true for a frame in which that one
    // would read something else; changes no contract.
    bool read_trades_fast(std::string_view frame, ContractTable& contracts);
    void clear() {
        rows_.clear();
        trades_.clear();
    }
    // A connection was opened anew: what came over it starts from nothing.
    void forget(std::uint32_t connection) { states_.forget(connection); }
    [[nodiscard]] std::size_t count() const { return rows_.size(); }
    // Writes the events of all rows and moves the states of their contracts.
    void write(const RowContext& context, DecodeOut& out);

private:
    static constexpr std::size_t kRowsMax = 16384;

    kit::Tokens<RowField> tokens_;
    std::vector<Row> rows_;
    kit::PerConnection<InstrumentState> states_;
    std::vector<Flow> trades_;  // of the fast way
};

}  // namespace petrel::bitmex
