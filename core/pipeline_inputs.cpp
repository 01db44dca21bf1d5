// Instruments of the host's venue are made as they are first spoken of; their native name is the
// symbol itself.
#include "pipeline_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "config/closest.hpp"
#include "config/symbol_name.hpp"
#include "config/units.hpp"
#include "petrel/text_id.hpp"
#include "pipeline.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kSourceMax = 64;

std::set<std::string> followed_symbols(const Config& config) {
    std::set<std::string> symbols;
    for (const ExchangeConfig& exchange : config.exchanges) {
        if (exchange.plugin.enabled) {
            const std::vector<std::string> wanted = wanted_symbols(config, exchange);
            symbols.insert(wanted.begin(), wanted.end());
        }
    }
    return symbols;
}

bool is_source(const std::string& source) {
    return source.size() <= kSourceMax &&
           std::all_of(source.begin(), source.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Status check_figures(const SentimentInput& input) {
    if (!(input.value >= -1 && input.value <= 1)) {
        return Status::invalid("the sentiment is " + format_number(input.value) +
                               "; allowed: -1 (bearish) to 1 (bullish)");
    }
    if (!(input.impact >= 0 && input.impact <= 1)) {
        return Status::invalid("the impact is " + format_number(input.impact) +
                               "; allowed: 0 to 1");
    }
    if (!is_source(input.source)) {
        return Status::invalid("the source is no name of at most " + std::to_string(kSourceMax) +
                               " plain characters without spaces");
    }
    return {};
}

// "260327": midnight of that day.
std::int64_t expiry_ns_of(const std::string& date) {
    std::tm day{};
    day.tm_year = 100 + std::stoi(date.substr(0, 2));
    day.tm_mon = std::stoi(date.substr(2, 2)) - 1;
    day.tm_mday = std::stoi(date.substr(4, 2));
    return static_cast<std::int64_t>(::timegm(&day)) * kNsPerSecond;
}

// The instrument whose canonical symbol this is.
std::uint32_t add_symbol(InstrumentRegistry& registry, VenueId venue, const std::string& symbol) {
    const std::size_t base_end = symbol.find('-');
    const std::size_t quote_end = symbol.find('-', base_end + 1);
    const std::string base = symbol.substr(0, base_end);
    const std::string quote = symbol.substr(base_end + 1, quote_end - base_end - 1);
    const std::string rest = quote_end == std::string::npos ? "" : symbol.substr(quote_end + 1);
    petrel_instrument instrument{};
    instrument.size = sizeof(instrument);
    instrument.type = rest.empty()     ? PETREL_INSTRUMENT_SPOT
                      : rest == "PERP" ? PETREL_INSTRUMENT_PERPETUAL
                                       : PETREL_INSTRUMENT_FUTURE;
    instrument.native = text_of(symbol);
    instrument.base = text_of(base);
    instrument.quote = text_of(quote);
    instrument.settle = instrument.quote;
    instrument.price_divisor = 1;
    instrument.expiry_ns = instrument.type == PETREL_INSTRUMENT_FUTURE ? expiry_ns_of(rest) : 0;
    return registry.add(venue, instrument);
}

}  // namespace

InputDesk::InputDesk(const Config& config, InstrumentRegistry& registry)
    : symbols_(followed_symbols(config)), registry_(registry), venue_([&registry] {
          VenueEntry entry;
          entry.name = kOperatorVenue;
          return registry.add_venue(entry);
      }()) {}

Result<std::size_t> InputDesk::check(SentimentInput& input, std::int64_t now_ns) {
    if (Status figures = check_figures(input); !figures.ok()) {
        return figures;
    }
    if (input.symbol != kEverySymbol) {
        Result<std::string> symbol = canonical_symbol(input.symbol);
        if (!symbol.ok()) {
            return symbol.status();
        }
        if (!symbols_.contains(*symbol)) {
            const std::vector<std::string> known(symbols_.begin(), symbols_.end());
            const std::string near = closest(*symbol, known);
            return Status::invalid(
                *symbol + " is not followed" +
                (near.empty() ? std::string() : "; the nearest that is: " + near));
        }
        input.symbol = std::move(symbol).value();
    }
    if (turns_.wait_ns(now_ns) > 0) {
        return Status::failure(PETREL_E_FULL,
                               "there are too many inputs: " + format_number(kPerSecond) +
                                   " a second are taken, " + format_number(kBurst) + " at once");
    }
    turns_.take(now_ns);
    return input.symbol == kEverySymbol ? symbols_.size() : std::size_t{1};
}

std::span<MarketEvent> InputDesk::events(const SentimentInput& input, std::int64_t now_ns) {
    events_.clear();
    const auto add = [&](const std::string& symbol) {
        MarketEvent event{};
        event.kind = PETREL_EVENT_SENTIMENT;
        event.instrument = add_symbol(registry_, venue_, symbol);
        event.count = 1;
        event.exchange_ts_ns = now_ns;
        event.receive_ts_ns = now_ns;
        event.price = input.value;
        event.quantity = input.impact;
        if (!input.source.empty()) {
            event.id = text_id(input.source);
            event.flags = PETREL_FLAG_ID_HASHED;
        }
        events_.push_back(event);
    };
    if (input.symbol == kEverySymbol) {
        std::for_each(symbols_.begin(), symbols_.end(), add);
    } else {
        add(input.symbol);
    }
    return events_;
}

Result<std::size_t> Pipeline::feed_sentiment(SentimentInput input) {
    Result<std::size_t> symbols = inputs_->check(input, steady_now_ns());
    if (symbols.ok()) {
        loop_.post([this, input = std::move(input)] {
            on_events(inputs_->venue(), inputs_->events(input, wall_now_ns()));
        });
    }
    return symbols;
}

}  // namespace petrel::core
