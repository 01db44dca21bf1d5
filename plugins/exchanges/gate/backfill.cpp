// Pages of GET /api/v4/futures/{settle}/trades; see backfill.hpp.
#include "backfill.hpp"

#include <algorithm>

#include "channels.hpp"
#include "headers.hpp"
#include "rest.hpp"

namespace petrel::gate {
namespace {

// Times are in seconds, so what lies beside the hole comes along and is passed over.
std::string page_target(const std::string& native, Settle settle, std::int64_t from_ns,
                        std::int64_t to_ns, std::size_t page) {
    std::string target = "/api/v4/futures/";
    target.append(kSettlePaths[static_cast<std::size_t>(settle)]);
    target.append("/trades?contract=").append(native);
    target.append("&from=").append(std::to_string(from_ns / kNsPerSecond));
    target.append("&to=").append(std::to_string(to_ns / kNsPerSecond + 1));
    target.append("&limit=").append(std::to_string(kTradesPerPage));
    target.append("&offset=").append(std::to_string(page * kTradesPerPage));
    return target;
}

}  // namespace

Status Backfill::begin(const Gap& gap, ContractTable& contracts, DecodeOut& out) {
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
    hole.first_id = gap.first_id;
    hole.last_id = gap.last_id;
    hole.from_ns = gap.from_ns;
    hole.to_ns = gap.to_ns;
    out.get(PETREL_REQUEST_BACKFILL, hole.tag,
            page_target(hole.native, contract->settle, hole.from_ns, hole.to_ns, 0), 1,
            PETREL_NO_INSTRUMENT, kDecimalSizes);
    return {};
}

Decoded Backfill::read(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    const auto hole = std::find_if(holes_.begin(), holes_.end(),
                                   [&](const Hole& h) { return h.tag == reply.tag; });
    if (hole == holes_.end()) {
        return Decoded::ignored();  // it gave way to newer ones
    }
    kit::JsonReader json;
    ondemand::array rows;
    kit::Events page;
    std::size_t count = 0;
    const char* end = reply.body.data() + reply.body.size();
    Reason bad = open_reply(reply, json, rows, out);
    if (bad.empty()) {
        bad = read_trades({rows, end, contracts, true, &count}, nullptr, page);
    }
    if (!bad.empty()) {
        finish(hole, reply, out);
        return Decoded::rejected(bad);
    }
    for (const MarketEvent& event : page) {
        const bool has_ids = hole->first_id != 0 && hole->last_id != 0;
        const bool inside =
            has_ids ? event.id >= hole->first_id && event.id <= hole->last_id
                    : event.exchange_ts_ns >= hole->from_ns && event.exchange_ts_ns <= hole->to_ns;
        if (inside && event.instrument == hole->contract->handle) {
            hole->found.push_back(event);
            if (has_ids) {  // else nobody could tell that the ids are no longer missing
                hole->found.back().flags |= PETREL_FLAG_ID_SEQUENCE;
            }
        }
    }
    bool covered = count < kTradesPerPage;
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
                page_target(hole->native, hole->contract->settle, hole->from_ns, hole->to_ns,
                            hole->pages),
                1, PETREL_NO_INSTRUMENT, kDecimalSizes);
    }
    return Decoded::done();
}

void Backfill::finish(std::vector<Hole>::iterator hole, const Reply& reply, DecodeOut& out) {
    std::reverse(hole->found.begin(), hole->found.end());
    kit::hand_on(hole->found, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    holes_.erase(hole);
}

}  // namespace petrel::gate
