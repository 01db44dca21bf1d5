// Pages of GET /api/v2/mix/market/fills-history; see backfill.hpp.
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

}  // namespace

Status Backfill::begin(const Gap& gap, const ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (gap.kind != PETREL_EVENT_TRADE || contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes in the trades of listed contracts can be filled");
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
    out.get(PETREL_REQUEST_BACKFILL, hole.tag,
            page_target(hole.native, contract->product, hole.to_ns, 0), 1);
    return {};
}

Decoded Backfill::read(const Reply& reply, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
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

void Backfill::finish(std::vector<Hole>::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::bitget
