// Reads GET /api/v4/futures/{settle}/contracts; see instruments.hpp.
#include "instruments.hpp"

#include "headers.hpp"
#include "rest.hpp"

namespace petrel::gate {
namespace {

// A row of the list; texts live as long as the parser.
struct Line {
    std::string_view native, type;
    double multiplier = 0;
    double funding_interval_s = 0;
    double funding_next_s = 0;
    bool in_delisting = false;
};

// False when the row is broken.
bool read_line(ondemand::object& object, const char* end, Line& line) {
    kit::Row row(object, end);
    return row.text("name", line.native) && row.text("type", line.type) &&
           row.number_or_none("quanto_multiplier", line.multiplier) &&
           row.number_or_none("funding_interval", line.funding_interval_s) &&
           row.number_or_none("funding_next_apply", line.funding_next_s) &&
           object["in_delisting"].get_bool().get(line.in_delisting) == simdjson::SUCCESS;
}

// The contract of a row, nothing for one that is leaving or whose size makes no sense.
std::optional<Listed> listed_of(const Line& line, Settle settle) {
    const std::optional<PairName> name = pair_name(line.native);
    if (line.in_delisting || !name) {
        return std::nullopt;
    }
    constexpr double kYear_s = 31'536'000;
    const std::string_view coin = kSettleCoins[static_cast<std::size_t>(settle)];
    const SizedBase sized = split_size(name->base);
    Listed listed;
    listed.settle = settle;
    listed.funding_interval_s = static_cast<std::uint64_t>(
        within(line.funding_interval_s, 0.0, kYear_s) ? line.funding_interval_s : 0.0);
    listed.funding_next_s = ms_of(line.funding_next_s) / 1'000;
    Instrument& i = listed.instrument;
    i.native = line.native;
    i.base = sized.coin;
    i.quote = name->quote;
    i.settle = coin;
    i.price_divisor = sized.units;
    if (line.type == "inverse" && coin == name->base) {
        i.base_per_unit = 0.0;  // without a multiplier a contract is one dollar
        i.quote_per_unit = line.multiplier > 0.0 ? line.multiplier : 1.0;
        return within(i.quote_per_unit, 0.0, kQuantityMax) ? std::optional(listed) : std::nullopt;
    }
    // A contract settled in another coin than its quote (quanto) has no fixed size in its base.
    const double size = line.multiplier * sized.units;
    if (line.type != "direct" || coin != name->quote || !(size > 0.0 && size <= kQuantityMax)) {
        return std::nullopt;
    }
    i.base_per_unit = size;
    return listed;
}

// The tag of a page says which one and of which settlement.
void request_page(std::size_t settle, std::size_t page, DecodeOut& out) {
    std::string target("/api/v4/futures/");
    target.append(kSettlePaths[settle]).append("/contracts?limit=");
    target.append(std::to_string(kContractsPerPage)).append("&offset=");
    target.append(std::to_string(page * kContractsPerPage));
    out.get(PETREL_REQUEST_DISCOVERY, page * kSettles + settle, target, 1, PETREL_NO_INSTRUMENT,
            kDecimalSizes);
}

}  // namespace

void request_instruments(DecodeOut& out) {
    for (std::size_t settle = 0; settle < kSettles; ++settle) {
        request_page(settle, 0, out);
    }
}

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    const std::size_t settle = reply.tag % kSettles;
    const std::size_t page = reply.tag / kSettles;
    kit::JsonReader json;
    ondemand::array data;
    if (const Reason bad = open_reply(reply, json, data, out); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    const char* end = reply.body.data() + reply.body.size();
    std::size_t rows = 0;
    std::size_t announced = 0;
    for (auto item : data) {
        ondemand::object object;
        Line line;
        if (item.get_object().get(object) != simdjson::SUCCESS || !read_line(object, end, line)) {
            return kit::refuse("a row of the instrument list is broken", {}, out);
        }
        ++rows;
        const std::optional<Listed> listed = listed_of(line, static_cast<Settle>(settle));
        if (listed && contracts.announce(*listed, out)) {
            ++announced;
        }
    }
    if (page == 0 && rows != 0 && announced == 0) {
        return kit::refuse("no row of the instrument list is a contract in trade", {}, out);
    }
    if (rows < kContractsPerPage) {
        return Decoded::done();
    }
    if (page + 1 >= kPagesMax) {
        return kit::refuse("instrument list did not end after 20 pages", {}, out);
    }
    request_page(settle, page + 1, out);
    return Decoded::done();
}

}  // namespace petrel::gate
