// Reads GET /api/v2/mix/market/contracts; see instruments.hpp.
#include "instruments.hpp"

#include <optional>

#include "rest.hpp"

namespace petrel::bitget {
namespace {

// A row of the list; texts live as long as the parser.
struct Line {
    std::string_view native, base, quote, type, status;
    std::uint64_t delivery_ms = 0;
    double funding_hours = 0;
};

// False when the row is broken. The venue writes empty texts where it has no figure.
bool read_line(ondemand::object& object, const char* end, Line& line) {
    kit::Row row(object, end);
    return row.text("symbol", line.native) && row.text("baseCoin", line.base) &&
           row.text("quoteCoin", line.quote) && row.text("symbolType", line.type) &&
           row.text("symbolStatus", line.status) &&
           row.whole_or_none("deliveryTime", line.delivery_ms) &&
           row.decimal_or_none("fundInterval", line.funding_hours);
}

// The contract of a row, nothing for one that is not traded or makes no sense.
std::optional<Listed> listed_of(const Line& line, Product product) {
    const bool named =
        is_native_name(line.native) && is_native_name(line.base) && is_native_name(line.quote);
    const bool perpetual = line.type == "perpetual";
    if (line.status != "normal" || !named || (!perpetual && line.type != "delivery")) {
        return std::nullopt;
    }
    Listed listed = contract_of(product, line.native, line.base, line.quote);
    if (perpetual) {
        listed.funding_hours = within(line.funding_hours, 0.0, 8'760.0) ? line.funding_hours : 0.0;
        return listed;
    }
    if (!time_fits(line.delivery_ms)) {
        return std::nullopt;
    }
    listed.instrument.type = PETREL_INSTRUMENT_FUTURE;
    listed.instrument.expiry_ns = static_cast<std::int64_t>(line.delivery_ms) * kNsPerMs;
    return listed;
}

}  // namespace

void request_instruments(DecodeOut& out) {
    for (std::size_t i = 0; i < kProducts; ++i) {
        std::string target("/api/v2/mix/market/contracts?productType=");
        target.append(product_name(static_cast<Product>(i)));
        out.get(PETREL_REQUEST_DISCOVERY, i, target, 1);
    }
}

Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out) {
    if (reply.tag >= kProducts) {
        return Decoded::rejected("reply to a list of instruments that was not asked for");
    }
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
        Line line;
        if (item.get_object().get(object) != simdjson::SUCCESS || !read_line(object, end, line)) {
            return kit::refuse("a row of the instrument list is broken", {}, out);
        }
        ++rows;
        const std::optional<Listed> listed = listed_of(line, static_cast<Product>(reply.tag));
        if (listed && contracts.announce(*listed, out) != nullptr) {
            ++announced;
        }
    }
    if (rows == 0 || announced == 0 || !json.stands_before(end)) {
        return kit::refuse("no row of the instrument list is a contract in trade", {}, out);
    }
    return Decoded::done();
}

}  // namespace petrel::bitget
