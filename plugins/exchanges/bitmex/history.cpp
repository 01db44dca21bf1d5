// Backfill of trades; see history.hpp.
#include "history.hpp"

#include <algorithm>

#include "kit/bounds.hpp"
#include "kit/iso_time.hpp"
#include "symbols.hpp"

namespace petrel::bitmex {
namespace {

constexpr std::size_t kHistoryBytesMax = std::size_t{8} << 20U;

}  // namespace

Status History::fill(const Gap& gap, ContractTable& contracts, DecodeOut& out) {
    const bool timed =
        time_ns_fits(gap.from_ns) && time_ns_fits(gap.to_ns) && gap.from_ns <= gap.to_ns;
    if (gap.kind != PETREL_EVENT_TRADE || !timed || !is_native_name(gap.native) ||
        contracts.find(gap.native) == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes in the trades of a contract can be filled, with the "
                               "times before and behind them");
    }
    if (jobs_.size() == kJobsMax) {
        jobs_.erase(jobs_.begin());
    }
    Job& job = jobs_.emplace_back();
    job.tag = next_tag_++;
    job.target = "/api/v1/trade?symbol=" + std::string(gap.native) +
                 "&startTime=" + kit::iso_text(gap.from_ns / kNsPerMs) +
                 "&endTime=" + kit::iso_text(gap.to_ns / kNsPerMs) +
                 "&count=" + std::to_string(kRowsPerPage) + "&start=";
    ask(job, gap.instrument, out);
    return {};
}

void History::ask(const Job& job, std::uint32_t instrument, DecodeOut& out) {
    out.get(PETREL_REQUEST_BACKFILL, job.tag, job.target + std::to_string(job.pages * kRowsPerPage),
            1, instrument);
}

Reason History::read_rows(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        return "trade history was answered with an HTTP status other than 200";
    }
    if (reply.body.size() > kHistoryBytesMax) {
        return "trade history is longer than 8 MiB";
    }
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document.get_array().get(list) != simdjson::SUCCESS) {
        return "trade history is no list";
    }
    const RowContext context{Table::Trade, Action::Insert, 0, reply.receive_ts_ns,
                             PETREL_FLAG_LATE};
    rows_.clear();
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS) {
            return "a row of the trade history is no object";
        }
        if (const Reason bad = rows_.read(object, context, contracts, out); !bad.empty()) {
            return bad;
        }
    }
    rows_.write(context, out);
    return {};
}

Decoded History::on_reply(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    const auto job =
        std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.tag == reply.tag; });
    if (job == jobs_.end()) {
        return Decoded::ignored();
    }
    const Reason bad = read_rows(reply, contracts, out);
    if (bad.empty() && rows_.count() >= kRowsPerPage && ++job->pages < kPagesMax) {
        ask(*job, reply.instrument, out);
        return Decoded::done();
    }
    jobs_.erase(job);
    return bad.empty() ? Decoded::done() : Decoded::rejected(bad);
}

}  // namespace petrel::bitmex
