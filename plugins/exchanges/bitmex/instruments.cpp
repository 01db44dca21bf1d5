// Reads the list of active instruments with simdjson; see instruments.hpp.
#include "instruments.hpp"

#include <string>

#include "kit/bounds.hpp"
#include "kit/iso_time.hpp"
#include "kit/tokens.hpp"
#include "symbols.hpp"

namespace petrel::bitmex {
namespace {

constexpr std::string_view kTarget = "/api/v1/instrument/active";
constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;

enum class Listed : std::uint8_t {
    Symbol,
    State,
    Type,
    Expiry,
    Underlying,
    Quote,
    Multiplier,
    Settlement,
    ToPosition,
    ToSettle,
    IsQuanto,
    IsInverse,
    Volume,
    HomeVolume,
    Count_,
};
constexpr kit::Tokens<Listed>::Names kListedFields{"symbol",
                                                   "state",
                                                   "typ",
                                                   "expiry",
                                                   "underlying",
                                                   "quoteCurrency",
                                                   "multiplier",
                                                   "settlCurrency",
                                                   "underlyingToPositionMultiplier",
                                                   "underlyingToSettleMultiplier",
                                                   "isQuanto",
                                                   "isInverse",
                                                   "volume24h",
                                                   "homeNotional24h"};

struct Sized {
    Instrument instrument;
    Sizing sizing = Sizing::Fixed;
};

bool is_positive(double value) { return value > 0.0 && value <= kQuantityMax; }

// How much a contract stands for. A quanto contract's size in base currency moves with the price of
// bitcoin: the day's average serves until the first trade.
bool read_size(const kit::Tokens<Listed>& row, double units, Sized& sized) {
    Instrument& i = sized.instrument;
    double a = 0;
    double b = 0;
    if (row.raw(Listed::IsInverse) == "true") {
        i.base_per_unit = 0.0;
        const bool told = row.number(Listed::Multiplier, a) && row.number(Listed::ToSettle, b);
        i.quote_per_unit = told ? a / b : 0.0;
        return is_positive(i.quote_per_unit);
    }
    i.quote_per_unit = 0.0;
    if (row.raw(Listed::IsQuanto) != "true") {
        const bool told = row.number(Listed::ToPosition, a);
        i.base_per_unit = told ? units / a : 0.0;
        return is_positive(i.base_per_unit);
    }
    sized.sizing = Sizing::ByRatio;
    const bool traded = row.number(Listed::Volume, a) && row.number(Listed::HomeVolume, b);
    const double ratio = traded && a > 0.0 ? b / a * units : 0.0;
    i.base_per_unit = is_positive(ratio) ? ratio : 0.0;
    return true;
}

// The instrument of a row, nothing for one that is not traded, of another kind or implausible.
std::optional<Sized> sized_of(const kit::Tokens<Listed>& row) {
    const std::string_view type = row.text(Listed::Type);
    const bool perpetual = type == "FFWCSX" || type == "FFWCSF";
    const std::string_view quote = plain_coin(row.text(Listed::Quote));
    const std::string_view settle = plain_coin(row.text(Listed::Settlement));
    const SizedBase base = split_size(row.text(Listed::Underlying));
    const bool named = is_native_name(base.coin) && is_native_name(quote) && !settle.empty();
    if (row.text(Listed::State) != "Open" || !named || (!perpetual && type != "FFCCSX")) {
        return std::nullopt;
    }
    Sized sized;
    Instrument& i = sized.instrument;
    i.native = row.text(Listed::Symbol);
    i.base = base.coin;
    i.quote = quote;
    i.settle = settle;
    i.price_divisor = base.units;
    if (!perpetual) {
        const auto expiry_ns = kit::parse_iso_ns(row.text(Listed::Expiry));
        if (!expiry_ns) {
            return std::nullopt;
        }
        i.type = PETREL_INSTRUMENT_FUTURE;
        i.expiry_ns = *expiry_ns;
    }
    return read_size(row, base.units, sized) ? std::optional(sized) : std::nullopt;
}

// Says it to the operator and refuses the reply.
Decoded refuse(std::string_view reason, std::string_view detail, DecodeOut& out) {
    std::string text(reason);
    if (!detail.empty()) {
        text.append(": ").append(detail);
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
    ondemand::array list;
    const std::size_t readable = reply.body.size() + PETREL_FRAME_PADDING;
    if (parser.iterate(reply.body.data(), reply.body.size(), readable).get(document) !=
            simdjson::SUCCESS ||
        document.get_array().get(list) != simdjson::SUCCESS) {
        return refuse("instrument list is no list", {}, out);
    }
    std::size_t rows = 0;
    std::size_t announced = 0;
    kit::Tokens<Listed> row;
    for (auto item : list) {
        ondemand::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS ||
            !row.read(object, kListedFields).empty() || row.text(Listed::Symbol).empty()) {
            return refuse("a row of the instrument list is broken", {}, out);
        }
        ++rows;
        const std::optional<Sized> s = sized_of(row);
        announced += s && contracts.announce(s->instrument, s->sizing, out) != nullptr ? 1 : 0;
    }
    if (rows != 0 && announced == 0) {
        return refuse("no row of the instrument list is a contract in trade", {}, out);
    }
    return Decoded::done();
}

}  // namespace petrel::bitmex
