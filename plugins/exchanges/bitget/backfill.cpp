// Pages of GET /api/v2/mix/market/fills-history and /api/v3/market/liquidations; see backfill.hpp.
#include "backfill.hpp"

#include <algorithm>

#include "channels.hpp"
#include "rest.hpp"

namespace petrel::bitget {
namespace {

// What is older than `before_id`, or than the end of the hole where that is 0. The venue does not
// heed a start of the time, so the pages say when the hole is covered.
std::string page_target(const std::string& native, Product product, std::int64_t to_ns,
                        std::uint64_t before_id) {
    std::string target = "/api/v2/mix/market/fills-history?symbol=" + native + "&productType=";
    target.append(product_name(product));
    target.append("&limit=").append(std::to_string(kTradesPerPage));
    target.append("&endTime=").append(std::to_string(to_ns / kNsPerMs + 1));
    if (before_id != 0) {
        target.append("&idLessThan=").append(std::to_string(before_id));
    }
    return target;
}

// What the venue gave as the place where the next page begins, fit for a request.
std::string escaped(std::string_view cursor) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string text;
    for (const char c : cursor) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                           (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
        if (plain) {
            text.push_back(c);
        } else {
            text.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
        }
    }
    return text;
}

// The newest, or what follows the page that gave the cursor. Contracts settled in their coin may
// have another name here, so all of them are asked for.
void request_liquidations(std::uint64_t tag, const Contract& contract, const std::string& native,
                          std::string_view cursor, DecodeOut& out) {
    std::string target = "/api/v3/market/liquidations?category=";
    target.append(product_name(contract.product));
    if (contract.product != Product::Coin) {
        target.append("&symbol=").append(native);
    }
    target.append("&limit=").append(std::to_string(kLiquidationsPerPage));
    if (!cursor.empty()) {
        target.append("&cursor=").append(escaped(cursor));
    }
    out.get(PETREL_REQUEST_BACKFILL, tag, target, kLiquidationWeight);
}

bool by_time(const MarketEvent& a, const MarketEvent& b) {
    return a.exchange_ts_ns < b.exchange_ts_ns;
}

struct LiquidationPage {
    kit::Events events;
    std::string cursor;
    std::size_t rows = 0;
};

// {"code":"00000",...,"data":{"list":[...],"cursor":"..."}}
Reason read_page(const Reply& reply, ContractTable& contracts, Amount unit, DecodeOut& out,
                 LiquidationPage& page) {
    constexpr std::size_t kCursorLengthMax = 256;
    kit::JsonReader json;
    if (const Reason bad = kit::check_reply(reply, kReplyCode, json, out); !bad.empty()) {
        return bad;
    }
    const char* end = reply.body.data() + reply.body.size();
    ondemand::object data;
    Rows rows{{}, end};
    if (!json.object_under("data", data)) {
        return kit::refuse("a reply has no data", {}, out).reason;
    }
    std::string_view cursor;
    if (data["cursor"].get_string().get(cursor) == simdjson::SUCCESS) {
        page.cursor = cursor.size() <= kCursorLengthMax ? cursor : std::string_view();
    }
    if (!json.readable() || data["list"].get_array().get(rows.list) != simdjson::SUCCESS) {
        return kit::refuse("a reply has no list of liquidations", {}, out).reason;
    }
    std::size_t unknown = 0;
    const Reason bad = read_liquidations(rows, contracts, out, page.events, unknown, unit);
    page.rows = page.events.size() + unknown;
    return bad.empty() && !json.stands_before(end) ? "a page of liquidations is cut off" : bad;
}

}  // namespace

Status Backfill::begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes of listed contracts can be filled");
    }
    if (gap.from_ns <= 0 || gap.to_ns < gap.from_ns) {
        return Status::invalid("a hole needs the times where it begins and ends");
    }
    if (holes_.size() == kHolesMax) {
        holes_.erase(holes_.begin());
    }
    Hole& hole = holes_.emplace_back();
    hole.tag = next_tag_++;
    hole.native = gap.native;
    hole.contract = contract;
    hole.from_ns = gap.from_ns;
    hole.to_ns = gap.to_ns;
    hole.of_liquidations = gap.kind == PETREL_EVENT_LIQUIDATION;
    if (hole.of_liquidations) {
        request_liquidations(hole.tag, *contract, hole.native, {}, out);
    } else {
        out.get(PETREL_REQUEST_BACKFILL, hole.tag,
                page_target(hole.native, contract->product, hole.to_ns, 0), 1);
    }
    return {};
}

Decoded Backfill::read(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
    return hole->of_liquidations ? read_liquidation_page(hole, reply, contracts, out)
                                 : read_trade_page(hole, reply, out);
}

Decoded Backfill::read_trade_page(Holes::iterator hole, const Reply& reply, DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events page;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = kit::open_reply(reply, kReplyCode, json, rows, out);
    if (bad.empty()) {
        bad = read_trades({rows, end}, *hole->contract, page);
        bad = bad.empty() && !json.stands_before(end) ? "a page of trades is cut off" : bad;
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    bool covered = page.size() < kTradesPerPage;
    for (const MarketEvent& event : page) {
        const bool older = event.exchange_ts_ns < hole->from_ns;
        covered = covered || older;
        if (!older && event.exchange_ts_ns <= hole->to_ns) {
            hole->found.push_back(event);
        }
    }
    if (!covered && ++hole->pages == kBackfillPagesMax) {
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   "a hole in the trades of " + hole->native +
                       " is longer than 10,000 trades: its older part stays missing");
        covered = true;
    }
    if (covered) {
        finish(hole, reply, out);
    } else {
        out.get(PETREL_REQUEST_BACKFILL, hole->tag,
                page_target(hole->native, hole->contract->product, hole->to_ns, page.back().id), 1);
    }
    return Decoded::done();
}

// All that a page tells of the contract is handed on: what lies beside the hole shows how far the
// history reaches. That it is whole is never said: the venue warns that it may lag.
Decoded Backfill::read_liquidation_page(Holes::iterator hole, const Reply& reply,
                                        ContractTable& contracts, DecodeOut& out) {
    LiquidationPage page;
    if (const Reason bad = read_page(reply, contracts, unit_, out, page); !bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    // A venue that gives the same page again must not double what it tells.
    const bool again = !hole->cursor.empty() && page.cursor == hole->cursor;
    bool reaches = again;
    for (const MarketEvent& event : page.events) {
        if (!again && event.instrument == hole->contract->handle) {
            hole->found.push_back(event);
        }
        reaches = reaches || event.exchange_ts_ns < hole->from_ns;
    }
    if (reaches || page.rows < kLiquidationsPerPage || page.cursor.empty()) {
        finish(hole, reply, out);
    } else if (++hole->pages == kLiquidationPagesMax) {
        out.notice(PETREL_NOTICE_VENUE_ERROR,
                   "a hole in the liquidations of " + hole->native +
                       " is longer than 20 pages: its older part stays missing");
        finish(hole, reply, out);
    } else {
        hole->cursor = page.cursor;
        request_liquidations(hole->tag, *hole->contract, hole->native, hole->cursor, out);
    }
    return Decoded::done();
}

void Backfill::finish(Holes::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    if (hole->of_liquidations) {
        std::stable_sort(hole->found.begin(), hole->found.end(), by_time);
    }
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::bitget
