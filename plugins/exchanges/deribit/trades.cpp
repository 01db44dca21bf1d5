// Reads and writes trades; see trades.hpp.
#include "trades.hpp"

#include <utility>

#include "bounds.hpp"

namespace petrel::deribit {
namespace {

enum Seen : unsigned { kSequence = 1, kTime = 2, kPrice = 4, kName = 8, kSide = 16, kAmount = 32 };
constexpr unsigned kNeeded = 63;

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

struct Row {
    Trade trade;
    std::string_view name;
    unsigned seen = 0;
};

Reason read_direction(std::string_view token, Row& row) {
    row.seen |= kSide;
    const bool buy = token == R"("buy")";
    row.trade.side = buy ? Side::Buy : Side::Sell;
    return buy || token == R"("sell")" ? Reason() : "direction of a trade is neither buy nor sell";
}

Reason read_field(ondemand::field& field, Row& row) {
    const simdjson::ondemand::raw_json_string key = field.key();
    const auto number = [&](double& into, Seen bit) {
        row.seen |= bit;
        return read_decimal(token_of(field.value()), into)
                   ? Reason()
                   : Reason("price or amount of a trade is no number");
    };
    const auto whole = [&](std::uint64_t& into, Seen bit) {
        row.seen |= bit;
        return read_unsigned(token_of(field.value()), into)
                   ? Reason()
                   : Reason("time or sequence number of a trade is no whole number");
    };
    switch (key.raw()[0]) {  // no name of interest is empty; a foreign one finds no match below
        case 't':
            return key == "trade_seq"   ? whole(row.trade.sequence, kSequence)
                   : key == "timestamp" ? whole(row.trade.time_ms, kTime)
                                        : Reason();
        case 'p':
            return key == "price" ? number(row.trade.price, kPrice) : Reason();
        case 'a':
            return key == "amount" ? number(row.trade.amount, kAmount) : Reason();
        case 'i':
            if (key == "instrument_name") {
                row.seen |= kName;
                return read_text(token_of(field.value()), row.name) ? Reason() : kWrongType;
            }
            return {};
        case 'd':
            return key == "direction" ? read_direction(token_of(field.value()), row) : Reason();
        case 'l':
            return key == "liquidation"
                       ? read_liquidated(token_of(field.value()), row.trade.liquidated)
                       : Reason();
        default:
            return {};
    }
}

Reason check(const Trade& trade) {
    if (!time_fits(trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    if (trade.sequence == 0) {
        return "sequence number of a trade is 0";
    }
    const double value =
        trade.contract->is_inverse ? trade.amount : trade.amount * trade.price;  // quote currency
    const bool fit = trade.price > 0.0 && trade.price <= kPriceMax && trade.amount > 0.0 &&
                     trade.amount <= kAmountMax && value <= kNotionalUsdMax &&
                     trade.amount / trade.price <= kAmountMax;
    return fit ? Reason() : "price or amount of a trade is out of bounds";
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

Reason read_trades(ondemand::array list, ContractTable& contracts, std::vector<Trade>& trades,
                   DecodeOut& out) {
    for (auto item : list) {
        ondemand::object fields;
        if (item.get_object().get(fields) != simdjson::SUCCESS) {
            return "a trade is no object";
        }
        if (trades.size() == kTradesMax) {
            return "more than 16384 trades at once";
        }
        Row row;
        for (auto result : fields) {
            ondemand::field field;
            if (std::move(result).get(field) != simdjson::SUCCESS) {
                return kNotJson;
            }
            if (const Reason bad = read_field(field, row); !bad.empty()) {
                return bad;
            }
        }
        if (row.seen != kNeeded) {
            return "a trade lacks its name, sequence number, time, price, amount or direction";
        }
        Reason bad;
        row.trade.contract = contract_of(row.name, contracts, out, bad);
        if (bad.empty() && row.trade.contract != nullptr) {
            bad = check(row.trade);
        }
        if (!bad.empty()) {
            return bad;
        }
        trades.push_back(row.trade);
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
