// Topics, the events that wait for their frame, and small helpers of the venues.
#include "venues/channel_server.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bybit_frames.hpp"
#include "text.hpp"

namespace petrel::sim {
namespace {

constexpr double kBankruptcyGap = 0.004;  // beyond the price at which the position was closed

bool due(std::int64_t pace_ms, std::int64_t before_ms, std::int64_t now_ms) {
    return pace_ms == 0 || now_ms / pace_ms != before_ms / pace_ms;
}

}  // namespace

ChannelServer::ChannelServer(Market& market, Hub& hub, Pace pace)
    : VenueServer(market, hub), pace_(pace), waiting_(market.symbols().size()),
      before_ms_(market.now_ms()) {
    for (std::size_t symbol = 0; symbol < market.symbols().size(); ++symbol) {
        if (market.listing(hub.venue(), symbol) != nullptr) {
            listed_.push_back(symbol);
        }
    }
}

void ChannelServer::add_channel(std::size_t channel, std::string_view word, const NameOf& name) {
    streams_.resize(std::max(streams_.size(), channel + 1));
    streams_[channel].resize(market_.symbols().size());
    for (const auto symbol : listed_) {
        const std::string& native = listing(symbol).native;
        StreamTag tag{name(native), spec(symbol).name, std::string(word), native};
        places_[tag.name] = {channel, symbol};
        streams_[channel][symbol] = hub_.stream(tag).value();  // made first, so there is room
    }
}

void ChannelServer::add_shared(std::size_t channel, std::string_view word,
                               const std::string& name) {
    streams_.resize(std::max(streams_.size(), channel + 1));
    places_[name] = {channel, std::nullopt};
    streams_[channel].assign(market_.symbols().size(),
                             hub_.stream({name, "", std::string(word)}).value());
}

Cargo ChannelServer::cargo(std::size_t symbol, Events events) const {
    return {.events = events, .symbol = spec(symbol).name, .native = listing(symbol).native};
}

Hub::StreamId ChannelServer::stream(std::size_t channel, std::size_t symbol) const {
    return streams_[channel][symbol];
}

std::optional<ChannelServer::Place> ChannelServer::place_of(const std::string& topic) const {
    const auto found = places_.find(topic);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
}

bool ChannelServer::subscribe(Client& client, const std::string& topic) {
    if (!places_.contains(topic)) {
        return false;
    }
    hub_.subscribe(client, hub_.find(topic).value());
    return true;
}

bool ChannelServer::unsubscribe(Client& client, const std::string& topic) {
    if (!places_.contains(topic)) {
        return false;
    }
    hub_.unsubscribe(client, hub_.find(topic).value());
    return true;
}

void ChannelServer::on_open(Client& client) {
    hub_.open(client, Hub::Form::Bare);
    greet(client);
}

void ChannelServer::on_message(Client& client, std::string_view text) {
    hub_.count_message();
    read(client, text);
}

void ChannelServer::on_event(const MarketEvent& event) {
    auto& waiting = waiting_[event.symbol];
    switch (event.kind) {
        case EventKind::Trade:
            waiting.trades.push_back(event);
            break;
        case EventKind::Liquidation:
            waiting.liquidations.push_back(event);
            break;
        case EventKind::Mark:
            waiting.marks.push_back(event);
            break;
        case EventKind::Book:
            tell_book(event.symbol, {&event, 1}, event.ts_ms);
            break;
    }
}

void ChannelServer::on_tick(std::int64_t now_ms) {
    for (const auto symbol : listed_) {
        flush(symbol, now_ms);
    }
    if (now_ms / 1000 != before_ms_ / 1000) {
        each_second(now_ms);
    }
    before_ms_ = now_ms;
}

void ChannelServer::flush(std::size_t symbol, std::int64_t now_ms) {
    auto& waiting = waiting_[symbol];
    if (!waiting.trades.empty() && due(pace_.trades_ms, before_ms_, now_ms)) {
        tell_trades(symbol, waiting.trades);
        waiting.trades.clear();
    }
    if (!waiting.liquidations.empty() && due(pace_.liquidations_ms, before_ms_, now_ms)) {
        tell_liquidations(symbol, waiting.liquidations);
        waiting.liquidations.clear();
    }
    const auto states_ms = std::max(pace_.states_ms, states_every_ms_);
    if (source_ == Source::Market && due(states_ms, before_ms_, now_ms)) {
        tell_state(symbol, waiting.marks, now_ms);
        waiting.marks.clear();
    }
}

std::optional<std::size_t> ChannelServer::find_native(std::string_view native) const {
    const auto found = std::ranges::find_if(
        listed_, [&](std::size_t symbol) { return listing(symbol).native == native; });
    return found == listed_.end() ? std::nullopt : std::optional(*found);
}

std::vector<MarketEvent> ChannelServer::latest_trades(std::size_t symbol, std::size_t most,
                                                      const Fits& fits) const {
    std::vector<MarketEvent> found;
    const auto& trades = market_.trades(venue(), symbol);
    for (auto trade = trades.rbegin(); trade != trades.rend() && found.size() < most; ++trade) {
        if (!fits || fits(*trade)) {
            found.push_back(*trade);
        }
    }
    std::ranges::reverse(found);
    return found;
}

std::vector<MarketEvent> ChannelServer::with_liquidations(Events trades) {
    std::vector<MarketEvent> events(trades.begin(), trades.end());
    for (const auto& trade : trades) {
        if (trade.forced) {
            events.push_back(trade);
            events.back().kind = EventKind::Liquidation;
        }
    }
    return events;
}

double ChannelServer::bankruptcy_price(const MarketEvent& order) const {
    if (order.exact) {
        return order.price;
    }
    const double sign = order.side == Side::Sell ? -1.0 : 1.0;
    return round_to_tick(spec(order.symbol), order.price * (1.0 + sign * kBankruptcyGap));
}

std::string text_of(const nlohmann::json& object, const char* name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const nlohmann::json& object, const char* name) {
    std::vector<std::string> texts;
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (found != object.end() && found->is_array()) {
        for (const auto& item : *found) {
            if (item.is_string()) {
                texts.push_back(item.get<std::string>());
            }
        }
    }
    return texts;
}

HttpReply not_served() {
    return {.status = 404, .body = R"({"error":"this path is not served by the simulator"})"};
}

std::int64_t whole_parameter(const HttpRequest& request, std::string_view name,
                             std::int64_t fallback) {
    const std::string text = request.parameter(name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : fallback;
}

std::string iso_time(std::int64_t ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ms)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text.data();
}

std::optional<std::int64_t> parse_iso_ms(std::string_view text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    double second = 0.0;
    if (std::sscanf(std::string(text).c_str(), "%4d-%2u-%2uT%2d:%2d:%lfZ", &year, &month, &day,
                    &hour, &minute, &second) != 6) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(days).count() +
           (hour * 60LL + minute) * 60'000LL + static_cast<std::int64_t>(second * 1000.0 + 0.5);
}

std::string uuid_of(std::uint64_t one, std::uint64_t two) {
    MarketEvent event;
    event.id = one;
    event.symbol = static_cast<std::uint16_t>(two);
    return bybit::trade_uuid(event);
}

}  // namespace petrel::sim
