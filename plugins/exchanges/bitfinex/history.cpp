// Asks for and reads trades and liquidations of the past; see history.hpp.
#include "history.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "kit/bounds.hpp"
#include "rows.hpp"

namespace petrel::bitfinex {
namespace {

constexpr std::size_t kHistoryBytesMax = std::size_t{16} << 20U;

std::uint64_t ms_of(std::int64_t ns) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(ns / kNsPerMs, 0));
}

Reason open_list(ondemand::parser& parser, const Reply& reply, ondemand::document& document,
                 ondemand::array& list) {
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    const bool read =
        parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) ==
            simdjson::SUCCESS &&
        document.get_array().get(list) == simdjson::SUCCESS;
    return read ? Reason() : "history is no JSON list";
}

// [[["pos", ...]], ...]: each liquidation lies in a list of its own.
Decoded read_liquidation_page(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array lists;
    std::vector<Liquidation> rows;
    Reason bad = open_list(parser, reply, document, lists);
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    std::size_t count = 0;
    for (auto item : lists) {
        ondemand::array list;
        if (item.get_array().get(list) != simdjson::SUCCESS) {
            return Decoded::rejected("history of liquidations is no list of lists");
        }
        bad = read_liquidations(list, contracts, rows, out);
        if (!bad.empty()) {
            return Decoded::rejected(bad);
        }
        ++count;
    }
    write_liquidations(rows, {reply.receive_ts_ns, PETREL_FLAG_LATE}, out);
    if (count >= kLiquidationRows) {
        out.notice(PETREL_NOTICE_GAP, "history of liquidations is longer than one reply");
    } else {
        out.notice(PETREL_NOTICE_HISTORY_WHOLE, {});
    }
    return Decoded::done();
}

}  // namespace

void History::ask(const Task& task, DecodeOut& out) {
    std::string target(task.is_trades ? "/v2/trades/" + task.native + "/hist"
                                      : std::string("/v2/liquidations/hist"));
    target.append("?start=").append(std::to_string(task.from_ms));
    target.append("&end=").append(std::to_string(task.to_ms)).append("&sort=1&limit=");
    target.append(std::to_string(task.is_trades ? kTradeRows : kLiquidationRows));
    out.get(PETREL_REQUEST_BACKFILL, task.tag, target, 1, task.instrument);
}

Status History::request(const Gap& gap, DecodeOut& out) {
    if (!instrument_of(gap.native)) {
        return Status::invalid("'" + std::string(gap.native) +
                               "' is no name of a Bitfinex derivative; its history was not asked "
                               "for");
    }
    Task task;
    task.is_trades = gap.kind == PETREL_EVENT_TRADE;
    task.from_ms = ms_of(gap.from_ns);
    task.to_ms = ms_of(gap.to_ns + kNsPerMs - 1);  // the last millisecond as a whole
    if (task.from_ms > task.to_ms || !time_fits(task.from_ms)) {
        return Status::invalid("hole of " + std::string(gap.native) + " from " +
                               std::to_string(task.from_ms) + " to " + std::to_string(task.to_ms) +
                               " ms has no beginning or ends before it; its history was not asked "
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
    Task& slot = tasks_[reply.tag % kTasksMax];
    if (reply.tag == 0 || slot.tag != reply.tag) {
        return Decoded::rejected("reply to a request for history that is forgotten");
    }
    Task task = std::move(slot);
    slot = {};
    if (reply.http_status != 200) {
        return Decoded::rejected("history was answered with an HTTP status other than 200");
    }
    if (reply.body.size() > kHistoryBytesMax) {
        return Decoded::rejected("history is longer than 16 MiB");
    }
    return task.is_trades ? read_trade_page(std::move(task), reply, contracts, out)
                          : read_liquidation_page(reply, contracts, out);
}

Decoded History::read_trade_page(Task task, const Reply& reply, ContractTable& contracts,
                                 DecodeOut& out) {
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    std::vector<Trade> rows;
    Reason bad = open_list(parser, reply, document, list);
    if (bad.empty()) {
        bad = read_trades(list, rows);
    }
    Contract* contract = bad.empty() ? contract_of(task.native, contracts, out, bad) : nullptr;
    if (contract == nullptr) {
        return Decoded::rejected(bad);
    }
    const double last_price = contract->trade;  // what comes late is no price of the moment
    for (const Trade& trade : rows) {
        write_trade(trade, *contract, {reply.receive_ts_ns, PETREL_FLAG_LATE}, out);
    }
    contract->trade = last_price;
    if (rows.size() < kTradeRows) {
        return Decoded::done();
    }
    // A page begins again with the millisecond in which the last one ended.
    task.from_ms = std::max(rows.back().time_ms, task.from_ms + 1);
    if (task.from_ms > task.to_ms) {
        return Decoded::done();
    }
    if (++task.pages == kHistoryPagesMax) {
        out.notice(PETREL_NOTICE_GAP, "history of " + task.native + " did not end after 5 pages");
        return Decoded::done();
    }
    task.tag = ++last_tag_;
    ask(task, out);
    tasks_[task.tag % kTasksMax] = std::move(task);
    return Decoded::done();
}

}  // namespace petrel::bitfinex
