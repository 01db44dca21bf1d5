// simdjson on-demand in its fastest use: one reused parser, keys in document order, numbers
// straight from their strings.
#include "floors.hpp"

#include <simdjson.h>

namespace petrel::bench {
namespace {

namespace sj = simdjson::ondemand;

constexpr std::size_t kPadding = 64;

sj::parser& parser() {
    static sj::parser reused;
    return reused;
}

double sum(const BareFields& f) {
    return f.price + f.quantity + f.third + static_cast<double>(f.time_ms) +
           static_cast<double>(f.id) + static_cast<double>(f.symbol.size()) + (f.sell ? 1 : 0);
}

void read_trade(sj::object& data, BareFields& f) {
    f.id = data["a"].get_uint64().value();
    f.symbol = data["s"].get_string().value();
    f.price = data["p"].get_double_in_string().value();
    f.quantity = data["q"].get_double_in_string().value();
    f.time_ms = data["T"].get_int64().value();
    f.sell = data["m"].get_bool().value();
}

void read_mark(sj::object& data, BareFields& f) {
    f.time_ms = data["E"].get_int64().value();
    f.symbol = data["s"].get_string().value();
    f.price = data["p"].get_double_in_string().value();
    f.third = data["i"].get_double_in_string().value();
    f.quantity = data["r"].get_double_in_string().value();
    f.id = data["T"].get_uint64().value();
}

void read_force(sj::object& data, BareFields& f) {
    sj::object order = data["o"].get_object().value();
    f.symbol = order["s"].get_string().value();
    f.sell = order["S"].get_string().value()[0] == 'S';
    f.third = order["ap"].get_double_in_string().value();
    f.price = order["X"].get_string().value().size() == 6 ? 1 : 0;
    f.quantity = order["z"].get_double_in_string().value();
    f.time_ms = order["T"].get_int64().value();
}

}  // namespace

double bare_binance(std::string_view frame) {
    sj::document document =
        parser().iterate(frame.data(), frame.size(), frame.size() + kPadding).value();
    sj::object data = document["data"].get_object().value();
    const std::string_view kind = data["e"].get_string().value();
    BareFields f;
    if (kind == "aggTrade") {
        read_trade(data, f);
    } else if (kind == "markPriceUpdate") {
        read_mark(data, f);
    } else {
        read_force(data, f);
    }
    return sum(f);
}

double bare_bybit(std::string_view frame) {
    sj::document document =
        parser().iterate(frame.data(), frame.size(), frame.size() + kPadding).value();
    double total = static_cast<double>(document["topic"].get_string().value().size());
    for (sj::object trade : document["data"].get_array()) {
        BareFields f;
        f.time_ms = trade["T"].get_int64().value();
        f.symbol = trade["s"].get_string().value();
        f.sell = trade["S"].get_string().value()[0] == 'S';
        f.quantity = trade["v"].get_double_in_string().value();
        f.price = trade["p"].get_double_in_string().value();
        f.id = trade["i"].get_string().value().size();
        total += sum(f);
    }
    return total;
}

}  // namespace petrel::bench
