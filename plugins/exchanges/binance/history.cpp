// aggTrades over REST; see history.hpp.
#include "history.hpp"

#include <algorithm>
#include <vector>

#include "control.hpp"
#include "json_fields.hpp"
#include "messages.hpp"
#include "sinks.hpp"

namespace petrel::binance {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t kHistoryBytesMax = 4U << 20U;
constexpr std::string_view kBadHistory = "aggTrades: the answer is no valid JSON, or cut short";

std::string target(std::string_view native, const std::string& from, std::uint64_t limit) {
    return "/fapi/v1/aggTrades?symbol=" + std::string(native) + from +
           "&limit=" + std::to_string(std::min(limit, kHistoryPage));
}

std::uint64_t ms_of(std::int64_t ns) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0) / kNsPerMs);
}

}  // namespace

Status History::ask(const Gap& gap, DecodeOut& out) {
    if (gap.kind != PETREL_EVENT_TRADE) {
        return Status::failure(PETREL_E_UNSUPPORTED, "the venue tells no history of this kind");
    }
    if (holes_.size() == kHolesMax) {
        holes_.erase(holes_.begin());
    }
    const std::uint64_t tag = next_tag_++;
    Hole& hole = holes_[tag];
    hole.native = gap.native;
    hole.last_id = gap.first_id == 0 ? 0 : gap.last_id;
    hole.to_ms = ms_of(gap.to_ns);
    std::string from = "&fromId=" + std::to_string(gap.first_id);
    std::uint64_t limit = gap.last_id - gap.first_id + 1;
    if (hole.last_id == 0) {
        const std::uint64_t from_ms = ms_of(gap.from_ns);
        const std::uint64_t to_ms = std::min(hole.to_ms, from_ms + kHistorySpan_ms - 1);
        from = "&startTime=" + std::to_string(from_ms) + "&endTime=" + std::to_string(to_ms);
        limit = kHistoryPage;
    }
    out.get(PETREL_REQUEST_BACKFILL, tag, target(hole.native, from, limit), kHistoryWeight,
            gap.instrument);
    return {};
}

Decoded History::read_page(const Reply& reply, Contracts& contracts, Contract& contract,
                           DecodeOut& out, Page& page) {
    json::parser parser;
    json::document document;
    json::array rows;
    if (reply.body.empty() || reply.body.size() > kHistoryBytesMax ||
        parser.iterate(reply.body.data(), reply.body.size(),
                       reply.body.size() + simdjson::SIMDJSON_PADDING)
                .get(document) != simdjson::SUCCESS ||
        document.get_array().get(rows) != simdjson::SUCCESS) {
        return Decoded::rejected(kBadHistory);
    }
    std::vector<MarketEvent> staged;
    StagedSink sink(staged, reply.receive_ts_ns);
    for (auto element : rows) {
        json::object object;
        Fields fields;
        TradeMessage trade;
        trade.flags = PETREL_FLAG_ID_SEQUENCE;
        if (element.get_object().get(object) != simdjson::SUCCESS ||
            read_fields(object, fields, nullptr, IgnoreData{}) != simdjson::SUCCESS) {
            return Decoded::rejected(kBadHistory);
        }
        if (!fields.decimal(Key::p, trade.price) || !fields.decimal(Key::q, trade.quantity) ||
            !fields.whole(Key::a, trade.id) || !fields.whole(Key::T, trade.time_ms) ||
            !fields.boolean(Key::m, trade.buyer_is_maker)) {
            return Decoded::rejected("aggTrades: a field is missing or of the wrong type");
        }
        if (const std::string_view bad = emit(trade, contracts, contract, sink); !bad.empty()) {
            return Decoded::rejected(bad);
        }
        ++page.rows;
        page.last_id = trade.id;
        page.last_ms = trade.time_ms;
    }
    sink.commit(out);
    return Decoded::done();
}

Decoded History::read(const Reply& reply, Contracts& contracts, DecodeOut& out) {
    const auto at = holes_.find(reply.tag);
    if (at == holes_.end()) {
        return Decoded::ignored();
    }
    const Hole hole = at->second;
    holes_.erase(at);
    if (reply.http_status != 200) {
        return Decoded::rejected("aggTrades: the venue answered with an HTTP error");
    }
    Contract* contract = contracts.lookup(hole.native);
    if (contract == nullptr || contract->handle != reply.instrument) {
        return Decoded::rejected("aggTrades: the answer is for a contract that is not known");
    }
    // What was paid then is no measure of what things are worth now.
    const double last_price = contract->last_price;
    Page page;
    const Decoded decoded = read_page(reply, contracts, *contract, out, page);
    if (last_price > 0) {
        contracts.note_price(*contract, last_price);
    }
    const bool ended =
        hole.last_id != 0 ? page.last_id >= hole.last_id : page.last_ms >= hole.to_ms;
    if (decoded.code != PETREL_OK || page.rows == 0 || ended) {
        return decoded;
    }
    const std::uint64_t next_id = page.last_id + 1;
    const std::uint64_t limit = hole.last_id != 0 ? hole.last_id - page.last_id : kHistoryPage;
    holes_[reply.tag] = hole;
    out.get(PETREL_REQUEST_BACKFILL, reply.tag,
            target(hole.native, "&fromId=" + std::to_string(next_id), limit), kHistoryWeight,
            reply.instrument);
    return decoded;
}

}  // namespace petrel::binance
