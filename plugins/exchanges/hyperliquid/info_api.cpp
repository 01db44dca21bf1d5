// Asks POST /info and reads what it says; see info_api.hpp.
#include "info_api.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "trades.hpp"

namespace petrel::hyperliquid {
namespace {

constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;
constexpr std::uint32_t kWeight = 20;  // of 1,200 a minute

constexpr petrel_head_field kJson = header_of("Content-Type", "application/json");

struct Question {
    std::uint32_t purpose;
    std::uint64_t tag;
    std::uint32_t instrument;
};

void ask(const Question& question, std::string_view body, DecodeOut& out) {
    petrel_http_request request{};
    request.size = sizeof(request);
    request.purpose = question.purpose;
    request.tag = question.tag;
    request.method = text_of("POST");
    request.target = text_of("/info");
    request.body = text_of(body);
    request.weight = kWeight;
    request.instrument = question.instrument;
    request.headers = &kJson;
    request.header_count = 1;
    out.request(request);
}

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, DecodeOut& out) {
    out.notice(PETREL_NOTICE_VENUE_ERROR, reason);
    return Decoded::rejected(reason);
}

// {"szDecimals":5,"name":"BTC","maxLeverage":40,"isDelisted":true}; the last one only where it is.
bool read_listed(ondemand::object row, std::string_view& name, bool& is_delisted) {
    for (auto result : row) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return false;
        }
        if (field.key() == "name" && !kit::read_text(kit::token_of(field.value()), name)) {
            return false;
        }
        if (field.key() == "isDelisted" &&
            field.value().get_bool().get(is_delisted) != simdjson::SUCCESS) {
            return false;
        }
    }
    return !name.empty();
}

Reason announce_all(ondemand::array list, ContractTable& contracts, DecodeOut& out) {
    std::size_t announced = 0;
    for (auto item : list) {
        ondemand::object row;
        std::string_view name;
        bool is_delisted = false;
        if (item.get_object().get(row) != simdjson::SUCCESS ||
            !read_listed(row, name, is_delisted)) {
            return "a row of the list of perpetuals is broken";
        }
        const std::optional<Instrument> instrument = instrument_of(name);
        if (instrument && !is_delisted && contracts.announce(*instrument, out) != nullptr) {
            ++announced;
        }
    }
    return announced == 0 ? "no row of the list of perpetuals is in trade" : Reason();
}

}  // namespace

void request_instruments(DecodeOut& out) {
    ask({PETREL_REQUEST_DISCOVERY, 0, PETREL_NO_INSTRUMENT}, R"({"type":"meta"})", out);
}

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "list of perpetuals was answered with HTTP status " +
                                                  std::to_string(reply.http_status));
        return Decoded::rejected(
            "list of perpetuals was answered with an HTTP status other than 200");
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("list of perpetuals is longer than 16 MiB", out);
    }
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document["universe"].get_array().get(list) != simdjson::SUCCESS) {
        return refuse("list of perpetuals is no JSON object with a universe", out);
    }
    const Reason bad = announce_all(list, contracts, out);
    return bad.empty() ? Decoded::done() : refuse(bad, out);
}

Status History::request(const Gap& gap, DecodeOut& out) {
    if (gap.kind != PETREL_EVENT_TRADE) {
        return Status::failure(PETREL_E_UNSUPPORTED, "Hyperliquid tells no liquidations");
    }
    if (!instrument_of(gap.native)) {
        return Status::invalid("'" + std::string(gap.native) +
                               "' is no name of a Hyperliquid perpetual; its history was not asked "
                               "for");
    }
    Task& task = tasks_[++last_tag_ % kTasksMax];
    task = {last_tag_, std::string(gap.native), gap.from_ns, gap.to_ns};
    ask({PETREL_REQUEST_BACKFILL, task.tag, gap.instrument},
        R"({"type":"recentTrades","coin":")" + task.native + R"("})", out);
    return {};
}

Decoded History::read(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    Task& slot = tasks_[reply.tag % kTasksMax];
    if (reply.tag == 0 || slot.tag != reply.tag) {
        return Decoded::rejected("reply to a request for history that is forgotten");
    }
    const Task task = std::exchange(slot, {});
    if (reply.http_status != 200) {
        return Decoded::rejected("history was answered with an HTTP status other than 200");
    }
    if (reply.body.size() > kReplyBytesMax) {
        return Decoded::rejected("history is longer than 16 MiB");
    }
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    std::vector<Trade> trades;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document.get_array().get(list) != simdjson::SUCCESS) {
        return Decoded::rejected("history of trades is no JSON list");
    }
    if (const Reason bad = read_trades(list, contracts, trades, out); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    const Contract* contract = contracts.find(task.native);
    if (std::ranges::any_of(trades, [&](const Trade& t) { return t.contract != contract; })) {
        return Decoded::rejected("history of trades is of another contract than was asked for");
    }
    // Times of the hole may lie within a millisecond, those of trades begin one.
    const auto time_ns = [](const Trade& trade) {
        return static_cast<std::int64_t>(trade.time_ms) * kNsPerMs;
    };
    for (const Trade& trade : trades) {
        if (time_ns(trade) + kNsPerMs > task.from_ns && time_ns(trade) <= task.to_ns) {
            write_trade(trade, reply.receive_ts_ns, PETREL_FLAG_LATE, out);
        }
    }
    if (trades.empty() || time_ns(trades.front()) > task.from_ns) {
        out.notice(PETREL_NOTICE_GAP,
                   "history of " + task.native + " does not reach back far enough");
    }
    return Decoded::done();
}

}  // namespace petrel::hyperliquid
