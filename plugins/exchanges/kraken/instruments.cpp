// Reads the instrument list with simdjson; see instruments.hpp.
#include "instruments.hpp"

#include <string>

#include "kit/iso_time.hpp"
#include "kit/tokens.hpp"
#include "symbols.hpp"

namespace petrel::kraken {
namespace {

constexpr std::string_view kTarget = "/derivatives/api/v3/instruments";
constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;
constexpr std::size_t kRefusalLengthMax = 200;
constexpr double kContractSizeMax = 1e9;

enum class ListedField : std::uint8_t {
    Symbol,
    Type,
    LastTradingTime,
    ContractSize,
    Tradeable,
    Base,
    Quote,
    Count_,
};
constexpr kit::Tokens<ListedField>::Names kListedFields{
    "symbol", "type", "lastTradingTime", "contractSize", "tradeable", "base", "quote"};

// The instrument of a row, nothing for one that is not traded, of another kind or implausible.
std::optional<Instrument> instrument_of_row(const kit::Tokens<ListedField>& row) {
    const std::string_view type = row.text(ListedField::Type);
    const bool inverse = type == "futures_inverse";
    const std::string_view base = row.text(ListedField::Base);
    const std::string_view quote = row.text(ListedField::Quote);
    std::optional<Instrument> i = instrument_of(row.text(ListedField::Symbol));
    double size = 0;
    const bool understood =
        i && row.raw(ListedField::Tradeable) == "true" && (inverse || type == "flexible_futures") &&
        inverse == (i->quote_per_unit != 0.0) && is_native_name(base) && is_native_name(quote) &&
        row.number(ListedField::ContractSize, size) && size > 0.0 && size <= kContractSizeMax;
    if (!understood) {
        return std::nullopt;
    }
    const SizedBase sized = split_size(base);
    i->base = sized.coin;
    i->quote = quote;
    i->settle = inverse ? sized.coin : quote;
    i->base_per_unit = inverse ? 0.0 : size * sized.units;
    i->quote_per_unit = inverse ? size : 0.0;
    i->price_divisor = sized.units;
    if (i->type == PETREL_INSTRUMENT_FUTURE) {
        const auto expiry_ns = kit::parse_iso_ns(row.text(ListedField::LastTradingTime));
        if (!expiry_ns) {
            return std::nullopt;
        }
        i->expiry_ns = *expiry_ns;
    }
    return i;
}

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, std::string_view detail, DecodeOut& out) {
    std::string text(reason);
    if (!detail.empty()) {
        text.append(": ").append(detail.substr(0, kRefusalLengthMax));
    }
    out.notice(PETREL_NOTICE_VENUE_ERROR, text);
    return Decoded::rejected(reason);
}

}  // namespace

void request_instruments(DecodeOut& out) { out.get(PETREL_REQUEST_DISCOVERY, 0, kTarget, 1); }

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        return refuse("instrument list was answered with an HTTP status other than 200",
                      std::to_string(reply.http_status), out);
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("instrument list is longer than 16 MiB", {}, out);
    }
    ondemand::parser parser;
    ondemand::document document;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    std::string_view result;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document["result"].get_string().get(result) != simdjson::SUCCESS) {
        return refuse("instrument list is no JSON object with a result", {}, out);
    }
    if (result != "success") {
        std::string_view error;
        if (document["error"].get_string().get(error) != simdjson::SUCCESS) {
            error = "no reason given";
        }
        return refuse("the venue refused the instrument list", error, out);
    }
    ondemand::array list;
    if (document["instruments"].get_array().get(list) != simdjson::SUCCESS) {
        return refuse("reply has no list of instruments", {}, out);
    }
    std::size_t rows = 0;
    std::size_t announced = 0;
    kit::Tokens<ListedField> row;
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS ||
            !row.read(object, kListedFields).empty() || row.text(ListedField::Symbol).empty()) {
            return refuse("a row of the instrument list is broken", {}, out);
        }
        ++rows;
        const std::optional<Instrument> instrument = instrument_of_row(row);
        announced += instrument && contracts.announce(*instrument, out) != nullptr ? 1 : 0;
    }
    if (rows != 0 && announced == 0) {
        return refuse("no row of the instrument list is a contract in trade", {}, out);
    }
    return Decoded::done();
}

}  // namespace petrel::kraken
