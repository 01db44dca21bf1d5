// Reads the replies of REST with simdjson; see rest.hpp.
#include "rest.hpp"

#include <algorithm>

#include "symbols.hpp"

namespace petrel::coinbase {
namespace {

constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;

enum class Listed : std::uint8_t { Id, Base, Quote, Status, Disabled, Count_ };
constexpr kit::Tokens<Listed>::Names kListedNames{"id", "base_currency", "quote_currency", "status",
                                                  "trading_disabled"};

enum class RowField : std::uint8_t { TradeId, Side, Size, Price, Time, Count_ };
constexpr kit::Tokens<RowField>::Names kRowNames{"trade_id", "side", "size", "price", "time"};

// The list that the whole reply is.
Reason open_list(const Reply& reply, ondemand::parser& parser, ondemand::document& document,
                 ondemand::array& list) {
    if (reply.http_status != 200) {
        return "reply has an HTTP status other than 200";
    }
    if (reply.body.size() > kReplyBytesMax) {
        return "reply is longer than 16 MiB";
    }
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    const bool opened =
        parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) ==
            simdjson::SUCCESS &&
        document.get_array().get(list) == simdjson::SUCCESS;
    return opened ? Reason() : "reply is no list";
}

// Says it to the operator and refuses the reply.
Decoded refuse(Reason reason, const Reply& reply, DecodeOut& out) {
    out.notice(PETREL_NOTICE_VENUE_ERROR, "product list: " + std::string(reason) + " (HTTP " +
                                              std::to_string(reply.http_status) + ")");
    return Decoded::rejected(reason);
}

}  // namespace

void request_products(DecodeOut& out) { out.get(PETREL_REQUEST_DISCOVERY, 0, "/products", 1); }

Decoded read_products(const Reply& reply, ProductTable& products, DecodeOut& out) {
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    if (const Reason bad = open_list(reply, parser, document, list); !bad.empty()) {
        return refuse(bad, reply, out);
    }
    std::size_t rows = 0;
    std::size_t announced = 0;
    kit::Tokens<Listed> row;
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS ||
            !row.read(object, kListedNames).empty() || row.text(Listed::Id).empty()) {
            return refuse("a row of the list is broken", reply, out);
        }
        ++rows;
        const std::optional<Instrument> i = instrument_of(row.text(Listed::Id));
        const bool traded =
            i && row.text(Listed::Status) == "online" && row.raw(Listed::Disabled) != "true" &&
            row.text(Listed::Base) == i->base && row.text(Listed::Quote) == i->quote;
        announced += traded && products.announce(*i, out) != nullptr ? 1 : 0;
    }
    if (rows != 0 && announced == 0) {
        return refuse("no row of the list is a pair in trade", reply, out);
    }
    return Decoded::done();
}

Status History::fill(const Gap& gap, ProductTable& products, DecodeOut& out) {
    const Product* product = products.find(gap.native);
    if (gap.kind != PETREL_EVENT_TRADE || gap.first_id == 0 || gap.last_id < gap.first_id ||
        gap.last_id == UINT64_MAX || product == nullptr) {
        return Status::failure(PETREL_E_UNSUPPORTED,
                               "only holes in the trades of a known pair can be filled, with the "
                               "first and the last id that is missing");
    }
    if (jobs_.size() == kJobsMax) {
        jobs_.erase(jobs_.begin());
    }
    constexpr std::uint64_t kTradesMax = kPagesMax * kTradesPerPage;
    const bool long_hole = gap.last_id - gap.first_id >= kTradesMax;
    Job& job = jobs_.emplace_back();
    job.tag = next_tag_++;
    job.product = product;
    job.native = gap.native;
    job.next_id = long_hole ? gap.last_id - kTradesMax + 1 : gap.first_id;
    job.last_id = gap.last_id;
    ask(job, gap.instrument, out);
    return {};
}

// `after` is a cursor: what is older than that trade.
void History::ask(const Job& job, std::uint32_t instrument, DecodeOut& out) {
    const std::uint64_t count = std::min(kTradesPerPage, job.last_id - job.next_id + 1);
    out.get(PETREL_REQUEST_BACKFILL, job.tag,
            "/products/" + job.native + "/trades?limit=" + std::to_string(count) +
                "&after=" + std::to_string(job.next_id + count),
            1, instrument);
}

Reason History::read_page(const Reply& reply, const Job& job) {
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    trades_.clear();
    if (const Reason bad = open_list(reply, parser, document, list); !bad.empty()) {
        return bad;
    }
    kit::Tokens<RowField> row;
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS ||
            trades_.size() == kTradesPerPage) {
            return "a row of the trades is no object, or there are more than 1000";
        }
        Trade trade;
        Reason bad = row.read(object, kRowNames);
        if (bad.empty()) {
            bad = read_trade(row, trade);
        }
        if (!bad.empty()) {
            return bad;
        }
        if (trade.id >= job.next_id && trade.id <= job.last_id) {
            trades_.push_back(trade);
        }
    }
    std::sort(trades_.begin(), trades_.end(),
              [](const Trade& a, const Trade& b) { return a.id < b.id; });
    return trades_.empty() ? "reply holds no trade of the hole" : Reason();
}

Decoded History::on_reply(const Reply& reply, DecodeOut& out) {
    const auto job =
        std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& j) { return j.tag == reply.tag; });
    if (job == jobs_.end()) {
        return Decoded::ignored();
    }
    const Reason bad = read_page(reply, *job);
    if (!bad.empty()) {
        jobs_.erase(job);
        return Decoded::rejected(bad);
    }
    for (const Trade& trade : trades_) {
        write_trade(*job->product, trade, {out, reply.receive_ts_ns, PETREL_FLAG_LATE});
    }
    job->next_id = trades_.back().id + 1;
    if (job->next_id <= job->last_id) {
        ask(*job, reply.instrument, out);
    } else {
        jobs_.erase(job);
    }
    return Decoded::done();
}

}  // namespace petrel::coinbase
