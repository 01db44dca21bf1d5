// recent-trade; see history.hpp.
#include "history.hpp"

#include <simdjson.h>

#include <algorithm>

#include "events.hpp"
#include "instruments.hpp"
#include "trade_id.hpp"

namespace petrel::bybit {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kBroken = "a row of the recent trades is broken";

struct HistoryRow {
    std::string_view symbol, id, price, size, side, time_ms;
};

// False when the row is broken or lacks a field.
bool read_history_row(ondemand::object object, HistoryRow& row) {
    for (auto result : object) {
        ondemand::field field;
        std::string_view name;
        if (std::move(result).get(field) != simdjson::SUCCESS ||
            field.unescaped_key().get(name) != simdjson::SUCCESS) {
            return false;
        }
        std::string_view* into = name == "symbol"   ? &row.symbol
                                 : name == "execId" ? &row.id
                                 : name == "price"  ? &row.price
                                 : name == "size"   ? &row.size
                                 : name == "side"   ? &row.side
                                 : name == "time"   ? &row.time_ms
                                                    : nullptr;
        if (into != nullptr && field.value().get_string().get(*into) != simdjson::SUCCESS) {
            return false;
        }
    }
    return !row.symbol.empty() && !row.id.empty();
}

bool entry_of(const HistoryRow& row, Entry& entry) {
    const auto price = parse_decimal(row.price);
    const auto size = parse_decimal(row.size);
    const auto time_ms = parse_unsigned(row.time_ms);
    if (!price || !size || !time_ms || (row.side != "Buy" && row.side != "Sell")) {
        return false;
    }
    entry.price = *price;
    entry.quantity = *size;
    entry.time_ms = *time_ms;
    entry.side = row.side == "Buy" ? Side::Buy : Side::Sell;
    entry.id = trade_id(row.id);
    return true;
}

Decoded read_history_rows(ondemand::array list, ContractTable& contracts, Content& content) {
    for (auto item : list) {
        ondemand::object object;
        HistoryRow row;
        Entry entry;
        if (item.get_object().get(object) != simdjson::SUCCESS || !read_history_row(object, row) ||
            !entry_of(row, entry)) {
            return Decoded::rejected(kBroken);
        }
        Contract* contract = contracts.find(row.symbol);
        if (contract == nullptr || (content.contract != nullptr && content.contract != contract)) {
            return Decoded::rejected("the recent trades are not those of one known contract");
        }
        content.contract = contract;
        content.check(entry);
        content.entries.push_back(entry);
    }
    return Decoded::done();
}

}  // namespace

Status request_history(const Gap& gap, DecodeOut& out) {
    if (gap.kind != PETREL_EVENT_TRADE) {
        return Status::failure(PETREL_E_UNSUPPORTED, "the venue tells no history of this kind");
    }
    out.get(PETREL_REQUEST_BACKFILL, 0,
            "/v5/market/recent-trade?category=linear&symbol=" + percent_encode(gap.native) +
                "&limit=1000",
            1, gap.instrument);
    return {};
}

Decoded read_history(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    ondemand::parser parser;
    ondemand::document document;
    std::int64_t code = -1;
    if (reply.http_status != 200 || reply.body.size() > kReplyBytesMax ||
        parser.iterate(reply.body.data(), reply.body.size(),
                       reply.body.size() + PETREL_FRAME_PADDING)
                .get(document) != simdjson::SUCCESS ||
        document["retCode"].get_int64().get(code) != simdjson::SUCCESS || code != 0) {
        return Decoded::rejected("the venue refused the recent trades, or they are no JSON");
    }
    ondemand::array list;
    if (document["result"]["list"].get_array().get(list) != simdjson::SUCCESS) {
        return Decoded::rejected("the recent trades have no result.list");
    }
    Content content;
    content.channel = Channel::Trade;
    const Decoded read = read_history_rows(list, contracts, content);
    if (read.code != PETREL_OK || content.entries.empty()) {
        return read.code != PETREL_OK ? read : Decoded::ignored();
    }
    if (content.contract->handle != reply.instrument) {
        return Decoded::rejected("the recent trades are those of another contract");
    }
    std::reverse(content.entries.begin(), content.entries.end());  // the newest stands first
    return write_events(content, contracts, Frame{0, {}, reply.receive_ts_ns}, out);
}

}  // namespace petrel::bybit
