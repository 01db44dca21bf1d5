// Asks for and reads public/get_last_trades_by_instrument; see history.hpp.
#include "history.hpp"

#include <algorithm>
#include <vector>

#include "kit/bounds.hpp"
#include "trades.hpp"

namespace petrel::deribit {
namespace {

constexpr std::size_t kHistoryBytesMax = std::size_t{16} << 20U;

// The two parts of a page, whichever comes first.
Reason read_page(const Reply& reply, ContractTable& contracts, std::vector<Trade>& trades,
                 bool& has_more, DecodeOut& out) {
    ondemand::parser parser;
    ondemand::document document;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
        simdjson::SUCCESS) {
        return "history of trades is no valid JSON";
    }
    ondemand::object result;
    ondemand::array list;
    if (document["result"].get_object().get(result) != simdjson::SUCCESS ||
        result["trades"].get_array().get(list) != simdjson::SUCCESS) {
        return "history of trades has no result.trades";
    }
    if (const Reason bad = read_trades(list, reply.body, contracts, trades, out); !bad.empty()) {
        return bad;
    }
    return result["has_more"].get_bool().get(has_more) == simdjson::SUCCESS
               ? Reason()
               : "history of trades does not say whether there is more";
}

}  // namespace

void History::ask(const Task& task, DecodeOut& out) {
    const std::string_view by = task.by_sequence ? "_seq=" : "_timestamp=";
    std::string target("/api/v2/public/get_last_trades_by_instrument");
    target.append(task.by_sequence ? "" : "_and_time").append("?instrument_name=");
    target.append(task.native).append("&start").append(by).append(std::to_string(task.from));
    target.append("&end").append(by).append(std::to_string(task.to));
    target.append("&count=").append(std::to_string(kHistoryRows)).append("&sorting=asc");
    out.get(PETREL_REQUEST_BACKFILL, task.tag, target, 1, task.instrument);
}

Status History::request(const Gap& gap, DecodeOut& out) {
    if (!is_native_name(gap.native)) {
        return Status::invalid("'" + std::string(gap.native) +
                               "' is no name of a Deribit contract; its history was not asked for");
    }
    Task task;
    task.by_sequence = gap.kind == PETREL_EVENT_TRADE && gap.first_id != 0 && gap.last_id != 0;
    task.from = task.by_sequence
                    ? gap.first_id
                    : static_cast<std::uint64_t>(std::max<std::int64_t>(gap.from_ns / kNsPerMs, 0));
    // The last millisecond is asked for as a whole.
    task.to = task.by_sequence ? gap.last_id
                               : static_cast<std::uint64_t>(std::max<std::int64_t>(
                                     (gap.to_ns + kNsPerMs - 1) / kNsPerMs, 0));
    if (task.from > task.to || (!task.by_sequence && !time_fits(task.from))) {
        return Status::invalid("hole of " + std::string(gap.native) + " from " +
                               std::to_string(task.from) + " to " + std::to_string(task.to) +
                               " has no beginning or ends before it; its history was not asked "
                               "for");
    }
    task.tag = ++last_tag_;
    task.instrument = gap.instrument;
    task.native = gap.native;
    ask(task, out);
    tasks_[task.tag % kTasksMax] = std::move(task);
    return {};
}

Decoded History::read(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    Task& task = tasks_[reply.tag % kTasksMax];
    if (reply.tag == 0 || task.tag != reply.tag) {
        return Decoded::rejected("reply to a request for history that is forgotten");
    }
    Task next = std::move(task);
    task = {};
    if (reply.http_status != 200) {
        return Decoded::rejected(
            "history of trades was answered with an HTTP status other than "
            "200");
    }
    if (reply.body.size() > kHistoryBytesMax) {
        return Decoded::rejected("history of trades is longer than 16 MiB");
    }
    std::vector<Trade> trades;
    bool has_more = false;
    if (const Reason bad = read_page(reply, contracts, trades, has_more, out); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    const Contract* contract = contracts.find(next.native);
    if (std::ranges::any_of(trades, [&](const Trade& t) { return t.contract != contract; })) {
        return Decoded::rejected("history of trades is of another contract than was asked for");
    }
    (void)write_trades(trades, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
    // By time, a page begins again with the millisecond in which the last one ended.
    if (has_more && !trades.empty()) {
        next.from = next.by_sequence ? trades.back().sequence + 1
                                     : std::max(trades.back().time_ms, next.from + 1);
    }
    if (!has_more || trades.empty() || next.from > next.to) {
        if (!next.by_sequence) {
            out.notice(PETREL_NOTICE_HISTORY_WHOLE, {});
        }
        return Decoded::done();
    }
    if (++next.pages == kHistoryPagesMax) {
        out.notice(PETREL_NOTICE_GAP, "history of " + next.native + " did not end after 20 pages");
        return Decoded::done();
    }
    next.tag = ++last_tag_;
    ask(next, out);
    tasks_[next.tag % kTasksMax] = std::move(next);
    return Decoded::done();
}

}  // namespace petrel::deribit
