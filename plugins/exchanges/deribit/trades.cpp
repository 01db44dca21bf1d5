// Reads and writes trades; see trades.hpp.
#include "trades.hpp"

namespace petrel::deribit {
namespace {

// The id of a liquidation. Its trade has the sequence number already, and ids of one instrument
// must differ whatever their kind; both sides of one trade may be liquidations.
std::uint64_t liquidation_id(std::uint64_t sequence, Side side) {
    std::uint64_t h = (sequence << 2U | static_cast<std::uint64_t>(side)) + 0x9e3779b97f4a7c15U;
    h = (h ^ h >> 30U) * 0xbf58476d1ce4e5b9U;
    h = (h ^ h >> 27U) * 0x94d049bb133111ebU;
    return h ^ h >> 31U;
}

Reason read_liquidated(std::string_view token, Liquidated& who) {
    if (token == R"("T")") {
        who = Liquidated::Taker;
    } else if (token == R"("M")") {
        who = Liquidated::Maker;
    } else if (token == R"("MT")" || token == R"("TM")") {
        who = Liquidated::Both;
    } else if (token != "null" && token != R"("none")") {
        return "liquidation of a trade is none of T, M, MT";
    }
    return {};
}

// The fields are asked for in the order in which they stand; other orders work too, more slowly.
Reason read_row(ondemand::object& row, Trade& trade, std::string_view& name) {
    ondemand::value value;
    if (row["trade_seq"].get(value) != simdjson::SUCCESS ||
        !kit::read_unsigned(kit::token_of(value), trade.sequence)) {
        return "trade_seq of a trade is no whole number";
    }
    if (row["timestamp"].get(value) != simdjson::SUCCESS ||
        !kit::read_unsigned(kit::token_of(value), trade.time_ms)) {
        return "timestamp of a trade is no whole number";
    }
    if (row["price"].get(value) != simdjson::SUCCESS ||
        !kit::read_decimal(kit::token_of(value), trade.price)) {
        return "price of a trade is no number";
    }
    if (row["instrument_name"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), name)) {
        return "instrument_name of a trade is no text";
    }
    std::string_view direction;
    if (row["direction"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), direction) ||
        (direction != "buy" && direction != "sell")) {
        return "direction of a trade is neither buy nor sell";
    }
    trade.side = direction == "buy" ? Side::Buy : Side::Sell;
    return row["amount"].get(value) == simdjson::SUCCESS &&
                   kit::read_decimal(kit::token_of(value), trade.amount)
               ? Reason()
               : "amount of a trade is no number";
}

// The caller sets kind, side, flags and id.
void fill(const Trade& trade, std::int64_t receive_ts_ns, MarketEvent& e) {
    const Contract& contract = *trade.contract;
    e.instrument = contract.handle;
    e.exchange_ts_ns = static_cast<std::int64_t>(trade.time_ms) * kNsPerMs;
    e.receive_ts_ns = receive_ts_ns;
    e.price = trade.price;
    if (contract.is_inverse) {
        e.quantity = trade.amount / trade.price;
        e.notional_usd = trade.amount;
    } else {
        e.quantity = trade.amount;
        e.notional_usd = trade.amount * trade.price * contract.usd_per_quote;
    }
}

void write_liquidation(const Trade& trade, Side side, std::int64_t receive_ts_ns,
                       std::uint16_t flags, DecodeOut& out) {
    MarketEvent& e = out.push();
    fill(trade, receive_ts_ns, e);
    e.kind = PETREL_EVENT_LIQUIDATION;
    e.side = static_cast<std::uint8_t>(side);
    e.flags = static_cast<std::uint16_t>(flags | PETREL_FLAG_ID_HASHED);
    e.id = liquidation_id(trade.sequence, side);
}

}  // namespace

const Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                            Reason& reason) {
    if (const Contract* known = contracts.find(name); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(name);
    const Contract* contract = instrument ? contracts.announce(*instrument, out) : nullptr;
    if (instrument && contract == nullptr) {
        reason = "no room for one more contract";
    }
    return contract;
}

Reason read_trades(ondemand::array list, std::string_view text, ContractTable& contracts,
                   std::vector<Trade>& trades, DecodeOut& out) {
    // The one field that most rows lack would be looked for in vain all over the row.
    const bool has_liquidations = text.find(R"(liquidation")") != std::string_view::npos;
    for (auto item : list) {
        ondemand::object row;
        if (item.get_object().get(row) != simdjson::SUCCESS) {
            return "a trade is no object";
        }
        if (trades.size() == kTradesMax) {
            return "more than 16384 trades at once";
        }
        Trade& trade = trades.emplace_back();
        std::string_view name;
        Reason bad = read_row(row, trade, name);
        ondemand::value value;
        if (bad.empty() && has_liquidations && row["liquidation"].get(value) == simdjson::SUCCESS) {
            bad = read_liquidated(kit::token_of(value), trade.liquidated);
        }
        if (bad.empty()) {
            trade.contract = contract_of(name, contracts, out, bad);
        }
        if (bad.empty() && trade.contract != nullptr) {
            bad = check_trade(trade);
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

std::size_t write_trades(const std::vector<Trade>& trades, std::int64_t receive_ts_ns,
                         std::uint16_t flags, DecodeOut& out) {
    std::size_t written = 0;
    for (const Trade& trade : trades) {
        if (trade.contract == nullptr) {
            continue;
        }
        ++written;
        MarketEvent& e = out.push();
        fill(trade, receive_ts_ns, e);
        e.kind = PETREL_EVENT_TRADE;
        e.side = static_cast<std::uint8_t>(trade.side);
        e.flags = static_cast<std::uint16_t>(flags | PETREL_FLAG_ID_SEQUENCE);
        e.id = trade.sequence;
        if (trade.liquidated == Liquidated::Nobody) [[likely]] {
            continue;
        }
        // Who sold was closed out of a long; the maker stands on the other side of the aggressor.
        const bool taker_sold = trade.side == Side::Sell;
        if (trade.liquidated != Liquidated::Maker) {
            write_liquidation(trade, taker_sold ? Side::Long : Side::Short, receive_ts_ns, flags,
                              out);
        }
        if (trade.liquidated != Liquidated::Taker) {
            write_liquidation(trade, taker_sold ? Side::Short : Side::Long, receive_ts_ns, flags,
                              out);
        }
    }
    return written;
}

}  // namespace petrel::deribit
