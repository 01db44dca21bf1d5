// The control port's requests. Mistakes are answered with 400 and one sentence.
#include "control.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;

HttpReply reply(unsigned status, const Json& body) {
    return {.status = status,
            .body = body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
            .headers = {}};
}

HttpReply mistake(std::string_view sentence) { return reply(400, {{"error", sentence}}); }

std::string text_of(const Json& fields, const char* name) {
    const auto found = fields.find(name);
    return found != fields.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Absent fields are zero; a wrong type is no number.
double number_of(const Json& fields, const char* name, double fallback) {
    const auto found = fields.find(name);
    if (found == fields.end()) {
        return fallback;
    }
    return found->is_number() ? found->get<double>() : std::nan("");
}

// Liquidations are asked for by the position that dies, trades by who took liquidity.
Outcome<Side> side_of(EventKind kind, const std::string& text) {
    if (kind == EventKind::Liquidation && (text == "long" || text == "short")) {
        return closing_side(text == "long" ? Position::Long : Position::Short);
    }
    if (kind == EventKind::Trade && (text == "buy" || text == "sell")) {
        return text == "buy" ? Side::Buy : Side::Sell;
    }
    return Failure{join("burst: side '", text, "' does not fit; a liquidation is long or short, ",
                        "a trade is buy or sell")};
}

// Of a venue and symbol that are in the market, and a kind that the venue tells.
Outcome<Done> check_place(const Json& fields, const Burst& burst, const Market& market) {
    if (market.listing(burst.venue, burst.symbol) == nullptr) {
        return Failure{join("burst: ", venue_name(burst.venue), " does not list ",
                            text_of(fields, "symbol"), ", or is not served; GET /ledger shows ",
                            "what it lists")};
    }
    if (burst.kind == EventKind::Liquidation && !tells_liquidations(burst.venue)) {
        return Failure{join("burst: ", venue_name(burst.venue), " tells no liquidations")};
    }
    return Done{};
}

Outcome<Burst> parse_burst(const Json& fields, const Market& market) {
    Burst burst;
    const std::string kind = text_of(fields, "kind");
    if (kind != "liquidation" && kind != "trade") {
        return Failure{join("burst: kind '", kind, "' is unknown; use liquidation or trade")};
    }
    burst.kind = kind == "trade" ? EventKind::Trade : EventKind::Liquidation;
    const auto venue = venue_from(text_of(fields, "venue"));
    const auto symbol = market.find(text_of(fields, "symbol"));
    const auto side = side_of(burst.kind, text_of(fields, "side"));
    if (!venue.ok()) {
        return Failure{join("burst: ", venue.message())};
    }
    if (!symbol) {
        return Failure{join("burst: symbol '", text_of(fields, "symbol"),
                            "' is not in the market; "
                            "start with --symbols to choose")};
    }
    if (!side.ok()) {
        return Failure{side.message()};
    }
    burst.venue = venue.value();
    burst.symbol = *symbol;
    burst.side = side.value();
    if (const auto place = check_place(fields, burst, market); !place.ok()) {
        return Failure{place.message()};
    }
    burst.usd = number_of(fields, "usd", 0.0);
    const double events = number_of(fields, "events", 1.0);
    if (!(burst.usd > 0.0 && burst.usd <= 1e12)) {
        return Failure{
            "burst: usd must be a number above 0, at most 1e12, for all events together"};
    }
    if (!(events >= 1.0 && events <= Control::kBurstEventsMax)) {
        return Failure{join("burst: events must be from 1 to ", Control::kBurstEventsMax)};
    }
    burst.events = static_cast<int>(events);
    return burst;
}

Json event_json(const MarketEvent& event, const SymbolSpec& spec) {
    Json out{{"venue", venue_name(event.venue)},
             {"symbol", spec.name},
             {"kind", event.kind == EventKind::Trade ? "trade" : "liquidation"}};
    if (event.kind == EventKind::Trade) {
        out["side"] = event.side == Side::Buy ? "buy" : "sell";
        out["id"] = event.id;
    } else {
        out["side"] = event.side == Side::Sell ? "long" : "short";
    }
    out["ts_ms"] = event.ts_ms;
    out["price"] = decimal(event.price, spec.price_digits);
    out["quantity"] = decimal(event.quantity, spec.quantity_digits);
    out["size"] = event.size;
    out["usd"] = event.price * event.quantity;
    return out;
}

}  // namespace

HttpReply Control::on_request(const HttpRequest& request) {
    const std::string route = join(request.method, ' ', request.path);
    if (route == "GET /state") {
        return {.status = 200, .body = world_.state_json() + "\n", .headers = {}};
    }
    if (route == "GET /ledger") {
        return {.status = 200, .body = world_.ledger_json() + "\n", .headers = {}};
    }
    if (route == "GET /fault") {
        Json rules = Json::array();
        for (const auto& rule : world_.faults().rules()) {
            rules.push_back(Json::parse(fault_json(rule)));
        }
        return reply(200, {{"faults", std::move(rules)}});
    }
    if (route == "POST /fault") {
        return add_fault(request);
    }
    if (route == "DELETE /fault") {
        world_.faults().clear();
        return reply(200, {{"faults", Json::array()}});
    }
    if (route == "POST /burst") {
        return burst(request);
    }
    if (route == "POST /frame") {
        return frame(request);
    }
    return reply(404, {{"error", join(route,
                                      " is unknown; use GET /state, GET /ledger, GET, POST or "
                                      "DELETE /fault, POST /burst, POST /frame")}});
}

std::optional<HttpReply> Control::refuse_upgrade(const HttpRequest&) {
    return reply(400, {{"error", "the control port speaks HTTP only"}});
}

HttpReply Control::add_fault(const HttpRequest& request) {
    const auto rule = parse_fault(request.body);
    if (!rule.ok()) {
        return mistake(rule.message());
    }
    const auto added = world_.add_fault(rule.value());
    return added.ok() ? reply(200, {{"added", Json::parse(fault_json(rule.value()))}})
                      : mistake(added.message());
}

HttpReply Control::burst(const HttpRequest& request) {
    const auto fields = Json::parse(request.body, nullptr, false);
    if (!fields.is_object()) {
        return mistake(R"(burst: not JSON; send e.g. {"kind":"liquidation","venue":"binance",)"
                       R"("symbol":"BTCUSDT","side":"long","usd":3000000,"events":3})");
    }
    const auto burst = parse_burst(fields, world_.market());
    if (!burst.ok()) {
        return mistake(burst.message());
    }
    Json events = Json::array();
    double usd = 0.0;
    for (const auto& event : world_.inject(burst.value())) {
        if (event.kind != burst.value().kind) {
            continue;  // the trade by which a position was liquidated
        }
        events.push_back(event_json(event, world_.market().symbols()[event.symbol]));
        usd += event.price * event.quantity;
    }
    return reply(200, {{"usd", usd}, {"events", std::move(events)}});
}

// To the subscribers of a stream as it is, or to every connection of the venue with "*".
HttpReply Control::frame(const HttpRequest& request) {
    const auto fields = Json::parse(request.body, nullptr, false);
    if (!fields.is_object() || !fields.contains("raw")) {
        return mistake(
            R"(frame: send {"venue":"bybit","topic":"publicTrade.BTCUSDT","raw":"..."}; )"
            R"(Binance says "stream", and "*" means every connection)");
    }
    const auto venue = venue_from(text_of(fields, "venue"));
    if (!venue.ok()) {
        return mistake(join("frame: ", venue.message()));
    }
    if (!world_.takes_part(venue.value())) {
        return mistake(join("frame: ", venue_name(venue.value()), " is not served"));
    }
    const std::string raw =
        fields["raw"].is_string() ? text_of(fields, "raw") : fields["raw"].dump();
    std::string stream = text_of(fields, "stream");
    if (stream.empty()) {
        stream = text_of(fields, "topic");
    }
    Hub& hub = world_.hub(venue.value());
    if (stream == "*") {
        hub.broadcast(raw);
        return reply(200, {{"clients", hub.connections()}});
    }
    const auto id = hub.find(stream);
    if (!id) {
        return mistake(join("frame: nobody asked for '", stream, "' on ", venue_name(venue.value()),
                            "; GET /state lists the streams"));
    }
    return reply(200, {{"clients", hub.send_raw(*id, raw)}});
}

}  // namespace petrel::sim
