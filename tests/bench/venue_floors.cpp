// As floors.cpp: one reused parser, keys in document order, numbers straight from where they stand.
#include "venue_floors.hpp"

#include <simdjson.h>

#include "floors.hpp"

namespace petrel::bench {
namespace {

namespace sj = simdjson::ondemand;

constexpr std::size_t kPadding = 64;

sj::document open(std::string_view frame) {
    static sj::parser reused;
    return reused.iterate(frame.data(), frame.size(), frame.size() + kPadding).value();
}

double sum(const BareFields& f) {
    return f.price + f.quantity + f.third + static_cast<double>(f.time_ms) +
           static_cast<double>(f.id) + static_cast<double>(f.symbol.size()) + (f.sell ? 1 : 0);
}

double length_of(std::string_view text) { return static_cast<double>(text.size()); }

}  // namespace

double bare_okx(std::string_view frame) {
    sj::document document = open(frame);
    double total = length_of(document["arg"]["channel"].get_string().value());
    for (sj::object trade : document["data"].get_array()) {
        BareFields f;
        f.symbol = trade["instId"].get_string().value();
        f.id = trade["tradeId"].get_uint64_in_string().value();
        f.price = trade["px"].get_double_in_string().value();
        f.quantity = trade["sz"].get_double_in_string().value();
        f.sell = trade["side"].get_string().value()[0] == 's';
        f.time_ms = trade["ts"].get_int64_in_string().value();
        f.third = static_cast<double>(trade["count"].get_uint64_in_string().value());
        total += sum(f);
    }
    return total;
}

double bare_gate(std::string_view frame) {
    sj::document document = open(frame);
    double total = length_of(document["channel"].get_string().value());
    total += length_of(document["event"].get_string().value());
    for (sj::object trade : document["result"].get_array()) {
        BareFields f;
        f.quantity = trade["size"].get_double_in_string().value();
        f.sell = f.quantity < 0;
        f.id = trade["id"].get_uint64().value();
        f.time_ms = trade["create_time_ms"].get_int64().value();
        f.price = trade["price"].get_double_in_string().value();
        f.symbol = trade["contract"].get_string().value();
        total += sum(f);
    }
    return total;
}

double bare_bitget(std::string_view frame) {
    sj::document document = open(frame);
    double total = length_of(document["action"].get_string().value());
    sj::object arg = document["arg"].get_object().value();
    total += length_of(arg["channel"].get_string().value());
    const std::string_view symbol = arg["instId"].get_string().value();
    for (sj::object trade : document["data"].get_array()) {
        BareFields f;
        f.symbol = symbol;
        f.time_ms = trade["ts"].get_int64_in_string().value();
        f.price = trade["price"].get_double_in_string().value();
        f.quantity = trade["size"].get_double_in_string().value();
        f.sell = trade["side"].get_string().value()[0] == 's';
        f.id = trade["tradeId"].get_uint64_in_string().value();
        total += sum(f);
    }
    return total;
}

double bare_deribit(std::string_view frame) {
    sj::document document = open(frame);
    sj::object params = document["params"].get_object().value();
    double total = length_of(params["channel"].get_string().value());
    for (sj::object trade : params["data"].get_array()) {
        BareFields f;
        f.id = trade["trade_seq"].get_uint64().value();
        f.time_ms = trade["timestamp"].get_int64().value();
        f.price = trade["price"].get_double().value();
        f.symbol = trade["instrument_name"].get_string().value();
        f.sell = trade["direction"].get_string().value()[0] == 's';
        f.quantity = trade["amount"].get_double().value();
        total += sum(f);
    }
    return total;
}

double bare_kraken(std::string_view frame) {
    sj::document document = open(frame);
    BareFields f;
    const double feed = length_of(document["feed"].get_string().value());
    f.symbol = document["product_id"].get_string().value();
    f.sell = document["side"].get_string().value()[0] == 's';
    f.third = length_of(document["type"].get_string().value());
    f.id = document["seq"].get_uint64().value();
    f.time_ms = document["time"].get_int64().value();
    f.quantity = document["qty"].get_double().value();
    f.price = document["price"].get_double().value();
    return feed + sum(f);
}

// The time stays a text: the library has no way to read it.
double bare_bitmex(std::string_view frame) {
    sj::document document = open(frame);
    double total = length_of(document["table"].get_string().value());
    total += length_of(document["action"].get_string().value());
    for (sj::object trade : document["data"].get_array()) {
        BareFields f;
        f.third = length_of(trade["timestamp"].get_string().value());
        f.symbol = trade["symbol"].get_string().value();
        f.sell = trade["side"].get_string().value()[0] == 'S';
        f.quantity = trade["size"].get_double().value();
        f.price = trade["price"].get_double().value();
        f.id = trade["trdMatchID"].get_string().value().size();
        total += sum(f);
    }
    return total;
}

double bare_hyperliquid(std::string_view frame) {
    sj::document document = open(frame);
    double total = length_of(document["channel"].get_string().value());
    for (sj::object trade : document["data"].get_array()) {
        BareFields f;
        f.symbol = trade["coin"].get_string().value();
        f.sell = trade["side"].get_string().value()[0] == 'A';
        f.price = trade["px"].get_double_in_string().value();
        f.quantity = trade["sz"].get_double_in_string().value();
        f.time_ms = trade["time"].get_int64().value();
        f.id = trade["tid"].get_uint64().value();
        total += sum(f);
    }
    return total;
}

// The time stays a text, as with BitMEX.
double bare_coinbase(std::string_view frame) {
    sj::document document = open(frame);
    BareFields f;
    const double type = length_of(document["type"].get_string().value());
    f.id = document["trade_id"].get_uint64().value();
    f.sell = document["side"].get_string().value()[0] == 'b';
    f.quantity = document["size"].get_double_in_string().value();
    f.price = document["price"].get_double_in_string().value();
    f.symbol = document["product_id"].get_string().value();
    f.third = length_of(document["time"].get_string().value());
    return type + sum(f);
}

double bare_bitfinex(std::string_view frame) {
    sj::document document = open(frame);
    double total = 0;
    std::size_t place = 0;
    for (sj::value item : document.get_array()) {
        switch (place++) {
            case 1:
                total += length_of(item.get_string().value());
                break;
            case 2: {
                BareFields f;
                auto row = item.get_array().value().begin().value();
                f.id = (*row).get_uint64().value();
                f.time_ms = (*++row).get_int64().value();
                f.quantity = (*++row).get_double().value();
                f.price = (*++row).get_double().value();
                f.sell = f.quantity < 0;
                ++row;
                total += sum(f);
                break;
            }
            default:  // channel, sequence number, time of the frame
                total += static_cast<double>(item.get_uint64().value());
                break;
        }
    }
    return total;
}

}  // namespace petrel::bench
