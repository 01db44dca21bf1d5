// Reads and writes trades; see trades.hpp.
#include "trades.hpp"

#include <algorithm>

#include "kit/bounds.hpp"

namespace petrel::hyperliquid {
namespace {

// The fields are asked for in the order in which they stand; other orders work too, more slowly.
Reason read_row(ondemand::object& row, Trade& trade, std::string_view& coin) {
    ondemand::value value;
    std::string_view side;
    if (row["coin"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), coin)) {
        return "coin of a trade is no text";
    }
    if (row["side"].get(value) != simdjson::SUCCESS ||
        !kit::read_text(kit::token_of(value), side) || (side != "B" && side != "A")) {
        return "side of a trade is neither B nor A";
    }
    trade.side = side == "B" ? Side::Buy : Side::Sell;
    if (row["px"].get(value) != simdjson::SUCCESS ||
        !kit::read_decimal_text(kit::token_of(value), trade.price)) {
        return "px of a trade is no decimal in a text";
    }
    if (row["sz"].get(value) != simdjson::SUCCESS ||
        !kit::read_decimal_text(kit::token_of(value), trade.quantity)) {
        return "sz of a trade is no decimal in a text";
    }
    if (row["time"].get(value) != simdjson::SUCCESS ||
        !kit::read_unsigned(kit::token_of(value), trade.time_ms)) {
        return "time of a trade is no whole number";
    }
    return row["tid"].get(value) == simdjson::SUCCESS &&
                   kit::read_unsigned(kit::token_of(value), trade.id)
               ? Reason()
               : "tid of a trade is no whole number";
}

}  // namespace

Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                      Reason& reason) {
    if (Contract* known = contracts.find(name); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(name);
    Contract* contract = instrument ? contracts.announce(*instrument, out) : nullptr;
    if (instrument && contract == nullptr) {
        reason = "no room for one more contract";
    }
    return contract;
}

Reason read_trades(ondemand::array list, ContractTable& contracts, std::vector<Trade>& trades,
                   DecodeOut& out) {
    for (auto item : list) {
        ondemand::object row;
        if (item.get_object().get(row) != simdjson::SUCCESS) {
            return "a trade is no object";
        }
        if (trades.size() == kTradesMax) {
            return "more than 16384 trades at once";
        }
        Trade& trade = trades.emplace_back();
        std::string_view coin;
        Reason bad = read_row(row, trade, coin);
        if (bad.empty()) {
            trade.contract = contract_of(coin, contracts, out, bad);
        }
        if (bad.empty()) {
            bad = check_trade(trade);
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    put_oldest_first(trades);
    return {};
}

void write_trade(const Trade& trade, std::int64_t receive_ts_ns, std::uint16_t flags,
                 DecodeOut& out) {
    const Contract& contract = *trade.contract;
    MarketEvent& e = out.push();
    e.kind = PETREL_EVENT_TRADE;
    e.side = static_cast<std::uint8_t>(trade.side);
    e.flags = flags;
    e.instrument = contract.handle;
    e.exchange_ts_ns = static_cast<std::int64_t>(trade.time_ms) * kNsPerMs;
    e.receive_ts_ns = receive_ts_ns;
    e.price = trade.price / contract.units;
    e.quantity = trade.quantity * contract.units;
    e.notional_usd = trade.price * trade.quantity;
    e.id = trade.id;
}

}  // namespace petrel::hyperliquid
