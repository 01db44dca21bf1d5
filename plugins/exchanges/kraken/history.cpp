// Backfill of trades; see history.hpp.
#include "history.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "kit/iso_time.hpp"
#include "kit/tokens.hpp"
#include "petrel/text_id.hpp"

namespace petrel::kraken {
namespace {

enum class HistoryField : std::uint8_t { Time, Price, Size, Side, Type, Uid, Count_ };
constexpr kit::Tokens<HistoryField>::Names kHistoryFields{"time", "price", "size",
                                                          "side", "type",  "uid"};

constexpr std::size_t kHistoryBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kRowsMax = 4096;

Reason read_row(const kit::Tokens<HistoryField>& tokens, Trade& trade) {
    const auto time_ns = kit::parse_iso_ns(tokens.text(HistoryField::Time));
    trade.time_ms = static_cast<std::uint64_t>(time_ns.value_or(0) / kNsPerMs);
    trade.liquidation = tokens.text(HistoryField::Type) == "liquidation";
    const std::string_view uid = tokens.text(HistoryField::Uid);
    trade.uid_hash = text_id(uid);
    const bool whole = time_ns && !uid.empty() && tokens.number(HistoryField::Price, trade.price) &&
                       tokens.number(HistoryField::Size, trade.quantity) &&
                       read_side(tokens.text(HistoryField::Side), trade.side);
    return whole ? Reason() : "a row of the trade history lacks time, price, size, side or uid";
}

Reason read_rows(const Reply& reply, const Contract& contract, std::vector<Trade>& rows) {
    if (reply.http_status != 200) {
        return "trade history was answered with an HTTP status other than 200";
    }
    if (reply.body.size() > kHistoryBytesMax) {
        return "trade history is longer than 4 MiB";
    }
    ondemand::parser parser;
    ondemand::document document;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    ondemand::array list;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document["history"].get_array().get(list) != simdjson::SUCCESS) {
        return "reply has no list of trades";
    }
    rows.clear();
    kit::Tokens<HistoryField> tokens;
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS || rows.size() == kRowsMax) {
            return "a row of the trade history is no object, or there are more than 4096";
        }
        Trade& trade = rows.emplace_back();
        Reason bad = tokens.read(object, kHistoryFields);
        if (bad.empty()) {
            bad = read_row(tokens, trade);
        }
        if (bad.empty()) {
            bad = check_trade(contract, trade);
        }
        if (!bad.empty()) {
            return bad;
        }
    }
    return {};
}

}  // namespace

Status History::fill(const Gap& gap, ContractTable& contracts, DecodeOut& out) {
    const Contract* contract = contracts.find(gap.native);
    if (gap.kind != PETREL_EVENT_TRADE || gap.first_id == 0 || gap.last_id < gap.first_id ||
        contract == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes in the trades of a known contract can be filled, with "
                               "the first and the last id that is missing");
    }
    const auto behind =
        std::find_if(contract->behind.begin(), contract->behind.end(),
                     [&](const Anchor& anchor) { return anchor.seq == gap.last_id + 1; });
    if (behind == contract->behind.end()) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "the trade behind the hole is no longer remembered, so that rows of "
                               "the history cannot be given their ids");
    }
    if (jobs_.size() == kJobsMax) {
        jobs_.erase(jobs_.begin());
    }
    Job& job = jobs_.emplace_back();
    job.tag = next_tag_++;
    job.contract = contract;
    job.native = gap.native;
    job.first_seq = gap.first_id;
    job.last_seq = gap.last_id;
    job.anchor = *behind;
    ask(job, gap.instrument, out);
    return {};
}

// The list holds what came before the time asked for, so it is asked for a millisecond more.
void History::ask(const Job& job, std::uint32_t instrument, DecodeOut& out) {
    const std::string target = "/derivatives/api/v3/history?symbol=" + job.native + "&lastTime=" +
                               kit::iso_text(static_cast<std::int64_t>(job.anchor.time_ms) + 1);
    out.get(PETREL_REQUEST_BACKFILL, job.tag, target, 1, instrument);
}

Decoded History::give_up(std::uint64_t tag, Reason reason) {
    std::erase_if(jobs_, [tag](const Job& job) { return job.tag == tag; });
    return Decoded::rejected(reason);
}

// Gives the rows behind the anchor their numbers and keeps those of the hole.
Reason History::place_rows(Job& job) {
    const auto known = std::find_if(rows_.begin(), rows_.end(), [&](const Trade& row) {
        return row.uid_hash == job.anchor.uid;
    });
    if (known == rows_.end()) {
        return "trade history does not hold the trade behind the hole";
    }
    if (known + 1 == rows_.end()) {
        return "trade history does not reach back to the hole";
    }
    std::uint64_t seq = job.anchor.seq;
    for (auto row = known + 1; row != rows_.end() && seq > job.first_seq; ++row) {
        --seq;
        row->seq = seq;
        job.anchor = {seq, row->uid_hash, row->time_ms};
        if (seq <= job.last_seq) {
            job.found.push_back(*row);
        }
    }
    return {};
}

Decoded History::on_reply(const Reply& reply, DecodeOut& out) {
    const auto job =
        std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.tag == reply.tag; });
    if (job == jobs_.end()) {
        return Decoded::ignored();
    }
    Reason bad = read_rows(reply, *job->contract, rows_);
    if (bad.empty()) {
        bad = place_rows(*job);
    }
    const bool spanned = bad.empty() && job->anchor.seq <= job->first_seq;
    if (bad.empty() && !spanned && ++job->pages < kPagesMax) {
        ask(*job, reply.instrument, out);
        return Decoded::done();
    }
    // What was found before the list ended stands: a part of the hole is better than nothing.
    for (auto trade = job->found.rbegin(); trade != job->found.rend(); ++trade) {
        write_trade(*job->contract, *trade, {out, reply.receive_ts_ns, PETREL_FLAG_LATE});
    }
    if (!bad.empty()) {
        return give_up(reply.tag, bad);
    }
    jobs_.erase(job);
    return Decoded::done();
}

}  // namespace petrel::kraken
