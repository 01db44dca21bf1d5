// Reads GET /v2/conf/pub:list:pair:futures, [["BTCF0:USTF0", ...]]; see instruments.hpp.
#include "instruments.hpp"

#include <string>
#include <utility>

#include "kit/json.hpp"

namespace petrel::bitfinex {
namespace {

constexpr std::string_view kTarget = "/v2/conf/pub:list:pair:futures";
constexpr std::size_t kReplyBytesMax = std::size_t{1} << 20U;

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, DecodeOut& out) {
    out.notice(PETREL_NOTICE_VENUE_ERROR, reason);
    return Decoded::rejected(reason);
}

Reason announce_all(ondemand::array names, ContractTable& contracts, DecodeOut& out) {
    std::size_t announced = 0;
    for (auto item : names) {
        ondemand::value value;
        std::string_view pair;
        if (std::move(item).get(value) != simdjson::SUCCESS ||
            !kit::read_text(kit::token_of(value), pair)) {
            return "a name of the list of derivatives is no text";
        }
        const std::string native = "t" + std::string(pair);
        const std::optional<Instrument> instrument = instrument_of(native);
        if (instrument && contracts.announce(*instrument, out) != nullptr) {
            ++announced;
        }
    }
    return announced == 0 ? "the list of derivatives names none" : Reason();
}

}  // namespace

void request_instruments(DecodeOut& out) { out.get(PETREL_REQUEST_DISCOVERY, 0, kTarget, 1); }

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "list of derivatives was answered with HTTP status " +
                                                  std::to_string(reply.http_status));
        return Decoded::rejected(
            "list of derivatives was answered with an HTTP status other than 200");
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("list of derivatives is longer than 1 MiB", out);
    }
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array lists;
    ondemand::array names;
    std::size_t count = 0;  // walks to the end: a list that was cut off has none
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document.get_array().get(lists) != simdjson::SUCCESS ||
        lists.count_elements().get(count) != simdjson::SUCCESS ||
        lists.at(0).get_array().get(names) != simdjson::SUCCESS) {
        return refuse("list of derivatives is no JSON list in a list", out);
    }
    const Reason bad = announce_all(names, contracts, out);
    return bad.empty() ? Decoded::done() : refuse(bad, out);
}

}  // namespace petrel::bitfinex
