// Reads public/get_instruments with simdjson; see instruments.hpp.
#include "instruments.hpp"

#include <optional>
#include <string>
#include <utility>

#include "kit/bounds.hpp"
#include "kit/json.hpp"

namespace petrel::deribit {
namespace {

constexpr std::string_view kTarget =
    "/api/v2/public/get_instruments?currency=any&kind=future&expired=false";

// A row of the list; texts lie in the reply.
struct Row {
    std::string_view name, kind, base, quote, settle, type, period;
    std::uint64_t expiry_ms = 0;
    bool is_active = false;
};

// False when the row is broken; a field that is absent stays empty.
bool read_row(ondemand::object object, Row& row) {
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return false;
        }
        const auto key = field.key();
        std::string_view* into = key == "instrument_name"       ? &row.name
                                 : key == "kind"                ? &row.kind
                                 : key == "base_currency"       ? &row.base
                                 : key == "quote_currency"      ? &row.quote
                                 : key == "settlement_currency" ? &row.settle
                                 : key == "instrument_type"     ? &row.type
                                 : key == "settlement_period"   ? &row.period
                                                                : nullptr;
        if (into != nullptr && !kit::read_text(kit::token_of(field.value()), *into)) {
            return false;
        }
        if (key == "expiration_timestamp" &&
            !kit::read_unsigned(kit::token_of(field.value()), row.expiry_ms)) {
            return false;
        }
        if (key == "is_active" &&
            field.value().get_bool().get(row.is_active) != simdjson::SUCCESS) {
            return false;
        }
    }
    return true;
}

// The instrument of a row, nothing for one that is not traded, no future or implausible.
std::optional<Instrument> instrument_of(const Row& row) {
    const bool inverse = row.type == "reversed";
    const bool named = is_native_name(row.name) && is_native_name(row.base) &&
                       is_native_name(row.quote) && is_native_name(row.settle);
    if (!row.is_active || row.kind != "future" || !named || (!inverse && row.type != "linear") ||
        (inverse && row.quote != "USD")) {
        return std::nullopt;
    }
    Instrument i = inverse ? inverse_instrument(row.name, row.base)
                           : linear_instrument(row.name, row.base, row.quote);
    i.settle = row.settle;
    if (row.period != "perpetual") {
        if (!time_fits(row.expiry_ms)) {
            return std::nullopt;
        }
        i.type = PETREL_INSTRUMENT_FUTURE;
        i.expiry_ns = static_cast<std::int64_t>(row.expiry_ms) * kNsPerMs;
    }
    return i;
}

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, DecodeOut& out) {
    out.notice(PETREL_NOTICE_VENUE_ERROR, reason);
    return Decoded::rejected(reason);
}

Reason announce_all(ondemand::array list, ContractTable& contracts, DecodeOut& out) {
    std::size_t announced = 0;
    for (auto item : list) {
        ondemand::object object;
        Row row;
        if (item.get_object().get(object) != simdjson::SUCCESS || !read_row(object, row)) {
            return "a row of the instrument list is broken";
        }
        const std::optional<Instrument> instrument = instrument_of(row);
        if (instrument && contracts.announce(*instrument, out) != nullptr) {
            ++announced;
        }
    }
    return announced == 0 ? "no row of the instrument list is a future in trade" : Reason();
}

}  // namespace

void request_instruments(DecodeOut& out) { out.get(PETREL_REQUEST_DISCOVERY, 0, kTarget, 1); }

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.http_status != 200) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "instrument list was answered with HTTP status " +
                                                  std::to_string(reply.http_status));
        return Decoded::rejected("instrument list was answered with an HTTP status other than 200");
    }
    if (reply.body.size() > kReplyBytesMax) {
        return refuse("instrument list is longer than 16 MiB", out);
    }
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array list;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document["result"].get_array().get(list) != simdjson::SUCCESS) {
        return refuse("instrument list is no JSON object with a list as its result", out);
    }
    const Reason bad = announce_all(list, contracts, out);
    return bad.empty() ? Decoded::done() : refuse(bad, out);
}

}  // namespace petrel::deribit
