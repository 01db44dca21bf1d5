// exchangeInfo; see discovery.hpp. Cold: once at the start and on refresh, with its own parser.
#include "discovery.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "control.hpp"
#include "json_fields.hpp"
#include "messages.hpp"

namespace petrel::binance {
namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t kAnswerBytesMax = 32U << 20U;
constexpr std::string_view kBadAnswer = "exchangeInfo: the answer is no valid JSON, or cut short";

enum class Listing : std::uint8_t { Trades, NotOurs, CannotBeCarried };

// What one entry of "symbols" says. Contracts that are settling, delivering or of a type that the
// adapter does not know are not ours.
Listing listing_of(const Fields& fields, Instrument& instrument) {
    constexpr std::array<std::string_view, 4> kDated{"CURRENT_MONTH", "NEXT_MONTH",
                                                     "CURRENT_QUARTER", "NEXT_QUARTER"};
    const Value& type = fields[Key::contractType];
    const bool perpetual = type.is_text("PERPETUAL") || type.is_text("TRADIFI_PERPETUAL");
    const bool dated =
        type.type == ValueType::Text && std::ranges::find(kDated, type.text) != kDated.end();
    if (!fields[Key::status].is_text("TRADING") || (!perpetual && !dated)) {
        return Listing::NotOurs;
    }
    std::string_view base;
    if (!fields.text(Key::symbol, instrument.native) || !fields.text(Key::baseAsset, base) ||
        !fields.text(Key::quoteAsset, instrument.quote) ||
        !fields.text(Key::marginAsset, instrument.settle)) {
        return Listing::CannotBeCarried;
    }
    const SizedBase sized = split_size(base);
    if (!is_native_name(instrument.native) || !is_currency(sized.coin) ||
        !is_currency(instrument.quote) || !is_currency(instrument.settle)) {
        return Listing::CannotBeCarried;
    }
    instrument.base = sized.coin;
    instrument.base_per_unit = sized.units;
    instrument.price_divisor = sized.units;
    if (dated) {
        std::uint64_t delivery_ms = 0;
        if (!fields.whole(Key::deliveryDate, delivery_ms) || !is_time(delivery_ms)) {
            return Listing::CannotBeCarried;
        }
        instrument.type = PETREL_INSTRUMENT_FUTURE;
        instrument.expiry_ns = to_ns(delivery_ms);
    }
    return Listing::Trades;
}

struct Counts {
    std::size_t announced = 0;
    std::size_t passed_over = 0;
};

simdjson::error_code read_listings(json::array& listings, Contracts& contracts, DecodeOut& out,
                                   Counts& counts) {
    for (auto element : listings) {
        json::object object;
        if (const auto error = element.get_object().get(object)) {
            return error;
        }
        Fields fields;
        if (const auto error = read_fields(object, fields, nullptr, IgnoreData{})) {
            return error;
        }
        Instrument instrument;
        const Listing listing = listing_of(fields, instrument);
        if (listing == Listing::Trades && contracts.announce(instrument, out)) {
            ++counts.announced;
        } else if (listing != Listing::NotOurs) {
            ++counts.passed_over;
        }
    }
    return simdjson::SUCCESS;
}

}  // namespace

void request_contracts(DecodeOut& out) {
    out.get(PETREL_REQUEST_DISCOVERY, 0, "/fapi/v1/exchangeInfo", 1);
}

Decoded read_contracts(const Reply& reply, Contracts& contracts, DecodeOut& out, const Host& host) {
    json::parser parser;
    json::document document;
    json::object root;
    if (reply.body.empty() || reply.body.size() > kAnswerBytesMax ||
        parser.iterate(reply.body.data(), reply.body.size(),
                       reply.body.size() + simdjson::SIMDJSON_PADDING)
                .get(document) != simdjson::SUCCESS ||
        document.get_object().get(root) != simdjson::SUCCESS) {
        return Decoded::rejected(kBadAnswer);
    }
    if (reply.http_status != 200) {
        Fields fields;
        (void)read_fields(root, fields, nullptr, IgnoreData{});
        out.notice(PETREL_NOTICE_VENUE_ERROR, "exchangeInfo: " + error_text(fields));
        return Decoded::rejected("exchangeInfo: the venue answered with an HTTP error");
    }
    json::array listings;
    if (root.find_field_unordered("symbols").get_array().get(listings) != simdjson::SUCCESS) {
        return Decoded::rejected("exchangeInfo: the answer lists no \"symbols\"");
    }
    Counts counts;
    if (read_listings(listings, contracts, out, counts) != simdjson::SUCCESS) {
        return Decoded::rejected(kBadAnswer);
    }
    if (counts.passed_over > 0) {
        host.log(PETREL_LOG_INFO,
                 "binance: " + std::to_string(counts.passed_over) +
                     " contracts of exchangeInfo are passed over (name outside A-Z 0-9 . _ : -, "
                     "unknown quote currency, or more than 4096); " +
                     std::to_string(counts.announced) + " are known");
    }
    return counts.announced > 0 ? Decoded::done()
                                : Decoded::rejected("exchangeInfo: no contract is TRADING");
}

}  // namespace petrel::binance
