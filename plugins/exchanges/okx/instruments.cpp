// Reads GET /api/v5/public/instruments; see instruments.hpp.
#include "instruments.hpp"

#include <optional>

#include "rest.hpp"
#include "symbols.hpp"

namespace petrel::okx {
namespace {

constexpr std::string_view kTarget = "/api/v5/public/instruments?instType=SWAP";

// A row of the list; texts live as long as the parser.
struct Listed {
    std::string_view native, type, state, settle, value_currency;
    double value = 0;
    double multiplier = 1;
};

// False when the row is broken. The venue writes empty texts where it has no figure.
bool read_listed(ondemand::object& object, const char* end, Listed& listed) {
    kit::Row row(object, end);
    return row.text("instId", listed.native) && row.text("state", listed.state) &&
           row.text("ctType", listed.type) && row.text("settleCcy", listed.settle) &&
           row.text("ctValCcy", listed.value_currency) &&
           row.decimal_or_none("ctVal", listed.value) &&
           row.decimal_or_none("ctMult", listed.multiplier);
}

// The instrument of a row, nothing for one that is not traded or whose size makes no sense.
std::optional<Instrument> instrument_of(const Listed& listed) {
    const std::optional<SwapName> name = swap_name(listed.native);
    const double size = listed.value * listed.multiplier;
    if (listed.state != "live" || !name || !(size > 0.0 && size <= kQuantityMax)) {
        return std::nullopt;
    }
    const SizedBase sized = split_size(name->base);
    Instrument i;
    i.native = listed.native;
    i.base = sized.coin;
    i.quote = name->quote;
    i.settle = listed.settle;
    i.price_divisor = sized.units;
    if (listed.type == "linear" && listed.value_currency == name->base) {
        i.base_per_unit = size * sized.units;
        return i;
    }
    if (listed.type == "inverse" && listed.value_currency == name->quote) {
        i.base_per_unit = 0.0;
        i.quote_per_unit = size;
        return i;
    }
    return std::nullopt;
}

}  // namespace

void request_instruments(DecodeOut& out) { out.get(PETREL_REQUEST_DISCOVERY, 0, kTarget, 1); }

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    kit::JsonReader json;
    ondemand::array data;
    if (const Reason bad = kit::open_reply(reply, kReplyCode, json, data, out); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    const char* end = reply.body.data() + reply.body.size();
    std::size_t rows = 0;
    std::size_t announced = 0;
    for (auto item : data) {
        ondemand::object object;
        Listed listed;
        if (item.get_object().get(object) != simdjson::SUCCESS ||
            !read_listed(object, end, listed)) {
            return kit::refuse("a row of the instrument list is broken", {}, out);
        }
        ++rows;
        const std::optional<Instrument> instrument = instrument_of(listed);
        if (instrument && contracts.announce(*instrument, out)) {
            ++announced;
        }
    }
    if (rows == 0 || announced == 0 || !json.stands_before(end)) {
        return kit::refuse("no row of the instrument list is a swap in trade", {}, out);
    }
    return Decoded::done();
}

}  // namespace petrel::okx
