// Reads GET /v5/market/instruments-info with simdjson; see instruments.hpp.
#include "instruments.hpp"

#include <simdjson.h>

#include "symbols.hpp"

namespace petrel::bybit {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kTarget = "/v5/market/instruments-info?category=linear&limit=1000";
constexpr std::size_t kRefusalLengthMax = 200;

// A row of the list; texts live as long as the parser.
struct ListedRow {
    std::string_view symbol, contract_type, status, base, quote, settle, delivery_ms;
};

// False when the row is broken; a field that is absent or no text stays empty.
bool read_listed_row(ondemand::object object, ListedRow& row) {
    for (auto result : object) {
        ondemand::field field;
        std::string_view name;
        if (std::move(result).get(field) != simdjson::SUCCESS ||
            field.unescaped_key().get(name) != simdjson::SUCCESS) {
            return false;
        }
        std::string_view* into = name == "symbol"         ? &row.symbol
                                 : name == "contractType" ? &row.contract_type
                                 : name == "status"       ? &row.status
                                 : name == "baseCoin"     ? &row.base
                                 : name == "quoteCoin"    ? &row.quote
                                 : name == "settleCoin"   ? &row.settle
                                 : name == "deliveryTime" ? &row.delivery_ms
                                                          : nullptr;
        if (into != nullptr && field.value().get_string().get(*into) != simdjson::SUCCESS) {
            return false;
        }
    }
    return true;
}

// The instrument of a row, nothing for one that is not traded, no linear contract or implausible.
std::optional<Instrument> listed_instrument(const ListedRow& row) {
    const bool perpetual = row.contract_type == "LinearPerpetual";
    const bool named = is_native_name(row.symbol) && is_native_name(row.base) &&
                       is_native_name(row.quote) && is_native_name(row.settle);
    if (row.status != "Trading" || !named || (!perpetual && row.contract_type != "LinearFutures")) {
        return std::nullopt;
    }
    const SizedBase sized = split_size(row.base);
    Instrument i;
    i.native = row.symbol;
    i.base = sized.coin;
    i.quote = row.quote;
    i.settle = row.settle;
    i.base_per_unit = sized.units;
    i.price_divisor = sized.units;
    if (!perpetual) {
        constexpr std::uint64_t kYear2100_ms = 4'102'444'800'000;
        const std::optional<std::uint64_t> at_ms = parse_unsigned(row.delivery_ms);
        if (!at_ms || *at_ms == 0 || *at_ms > kYear2100_ms) {
            return std::nullopt;
        }
        i.type = PETREL_INSTRUMENT_FUTURE;
        i.expiry_ns = static_cast<std::int64_t>(*at_ms) * kNsPerMs;
    }
    return i;
}

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, std::string_view venue_text, DecodeOut& out) {
    std::string text(reason);
    if (!venue_text.empty()) {
        text.append(": ").append(venue_text.substr(0, kRefusalLengthMax));
    }
    out.notice(PETREL_NOTICE_VENUE_ERROR, text);
    return Decoded::rejected(reason);
}

struct Listing {
    std::size_t rows = 0;
    std::size_t announced = 0;
    bool broken = false;
};

Listing announce_all(ondemand::array list, ContractTable& contracts, DecodeOut& out) {
    Listing listing;
    for (auto item : list) {
        ondemand::object object;
        ListedRow row;
        if (item.get_object().get(object) != simdjson::SUCCESS || !read_listed_row(object, row)) {
            listing.broken = true;
            return listing;
        }
        ++listing.rows;
        const std::optional<Instrument> instrument = listed_instrument(row);
        if (instrument && contracts.announce(*instrument, out) != nullptr) {
            ++listing.announced;
        }
    }
    return listing;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
    return encoded;
}

void request_page(std::uint64_t page, std::string_view cursor, DecodeOut& out) {
    std::string target(kTarget);
    if (!cursor.empty()) {
        target.append("&cursor=").append(percent_encode(cursor));
    }
    out.get(PETREL_REQUEST_DISCOVERY, page, target, 1);
}

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        return refuse("instrument list was answered with an HTTP status other than 200",
                      std::to_string(reply.http_status), out);
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("instrument list is longer than 16 MiB", {}, out);
    }
    // Fields are asked for in the order in which they stand; other orders work too, more slowly.
    ondemand::parser parser;
    ondemand::document document;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    std::int64_t code = 0;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document["retCode"].get_int64().get(code) != simdjson::SUCCESS) {
        return refuse("instrument list is no JSON object with a retCode", {}, out);
    }
    if (code != 0) {
        std::string_view message;
        if (document["retMsg"].get_string().get(message) != simdjson::SUCCESS) {
            message = "no reason given";
        }
        return refuse("the venue refused the instrument list (retCode is not 0)", message, out);
    }
    ondemand::object result;
    ondemand::array list;
    if (document["result"].get_object().get(result) != simdjson::SUCCESS ||
        result["list"].get_array().get(list) != simdjson::SUCCESS) {
        return refuse("instrument list has no result.list", {}, out);
    }
    const Listing listing = announce_all(list, contracts, out);
    if (listing.broken) {
        return refuse("a row of the instrument list is broken", {}, out);
    }
    if (listing.rows != 0 && listing.announced == 0) {
        return refuse("no row of the instrument list is a linear contract in trade", {}, out);
    }
    std::string_view cursor;
    if (result["nextPageCursor"].get_string().get(cursor) != simdjson::SUCCESS || cursor.empty()) {
        return Decoded::done();
    }
    if (reply.tag + 1 >= kPagesMax) {
        return refuse("instrument list did not end after 20 pages", {}, out);
    }
    request_page(reply.tag + 1, cursor, out);
    return Decoded::done();
}

}  // namespace petrel::bybit
