// Events are counted from one fixed moment, so that every run of a test sees the same market.
#include "core/pipeline/recording_support.hpp"

#include <algorithm>
#include <array>

#include "pipeline_rules.hpp"

namespace petrel::core {

PluginSetup product_setup(std::vector<std::string> settings) {
    LoadOptions options;
    options.settings = std::move(settings);
    if (std::none_of(options.settings.begin(), options.settings.end(),
                     [](const auto& s) { return s.starts_with("rules.directory="); })) {
        options.settings.push_back("rules.directory=" PETREL_SOURCE_DIR "/rules/default");
    }
    return load_setup(options, {PETREL_PLUGIN_DIR});
}

Market::Market(const PluginSetup& setup, const std::vector<std::string>& bases)
    : registry(group_function(setup.config)) {
    const VenueId venue = registry.add_venue({"acme", {}, 0});
    for (const std::string& base : bases) {
        const std::string native = base + "USDT";
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type = PETREL_INSTRUMENT_PERPETUAL;
        instrument.native = text_of(native);
        instrument.base = text_of(base);
        instrument.quote = text_of("USDT");
        instrument.settle = instrument.quote;
        instrument.price_divisor = 1;
        registry.add(venue, instrument);
    }
}

MarketEvent liquidation_at(std::uint32_t instrument, std::int64_t ms, double usd,
                           std::uint8_t side) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_LIQUIDATION;
    event.side = side;
    event.instrument = instrument;
    event.count = 1;
    event.exchange_ts_ns = kMarketStartNs + ms * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = 100;
    event.notional_usd = usd;
    event.quantity = usd / 100;
    return event;
}

MarketEvent tick_at(std::int64_t seconds) {
    MarketEvent tick{};
    tick.kind = kTickEvent;
    tick.exchange_ts_ns = kMarketStartNs + seconds * kNsPerSecond;
    tick.receive_ts_ns = tick.exchange_ts_ns;
    return tick;
}

std::vector<MarketEvent> market_of(std::int64_t seconds, std::uint32_t instruments) {
    std::vector<MarketEvent> events;
    std::uint64_t random = 88'172'645'463'325'252ULL;
    for (std::int64_t second = 0; second < seconds; ++second) {
        events.push_back(tick_at(second));
        for (std::int64_t i = 0; i < 5; ++i) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            const auto instrument = static_cast<std::uint32_t>((random >> 20) % instruments);
            // Waves of some minutes, so that stories begin and end.
            const double wave = (second / 40 + instrument) % 5 == 0 ? 60'000 : 6'000;
            const double usd = wave + static_cast<double>((random >> 32) % 30'000);
            const std::uint8_t side = random % 5 == 0 ? PETREL_SIDE_SHORT : PETREL_SIDE_LONG;
            events.push_back(liquidation_at(instrument, second * 1'000 + i * 200 + 7, usd, side));
        }
    }
    return events;
}

Recorder::Recorder(const std::string& directory, const InstrumentRegistry& registry) {
    journal::WriterOptions options;
    options.directory = directory;
    options.queue_capacity = 1U << 20;
    options.describe = [&registry](std::uint32_t handle) { return journal_line(registry, handle); };
    writer_ = std::move(journal::JournalWriter::open(std::move(options))).value();
}

void Recorder::rules(const RulePack& pack) { writer_->control(0, rules_entry(pack)); }

void Recorder::push(std::span<const MarketEvent> events) { writer_->push(0, events); }

void Ear::on_signal(SignalChange change, const Signal& signal) {
    constexpr std::array<const char*, 4> words{"admitted", "updated", "expired", "held"};
    const std::string line =
        std::string(words[static_cast<std::size_t>(change)]) + " " + signal.id + " " + signal.type +
        " at " + std::to_string(signal.ts_ns - kMarketStartNs) + ", " +
        std::to_string(signal.updates) + " updates, peak " + std::to_string(signal.peak_usd) +
        ", score " + std::to_string(signal.score.total) + ", rules " + signal.rule_version;
    const std::lock_guard lock(mutex_);
    heard_.push_back({change, signal.id, signal.rule_version, line});
}

void Ear::on_outcome(const SignalOutcome& outcome) {
    const std::lock_guard lock(mutex_);
    came_of_it_.push_back(outcome.signal_id + " after " + std::to_string(outcome.horizon_ms) +
                          " ms, at " + std::to_string(outcome.at_ns - kMarketStartNs) + ": " +
                          std::string(result_name(outcome.result)) + " " + outcome.reason + " " +
                          std::to_string(outcome.return_sigma.value_or(0)) + " " +
                          std::to_string(outcome.with_pct.value_or(0)));
}

std::vector<std::string> Ear::outcomes() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines = came_of_it_;
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> Ear::sorted() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const Heard& heard : heard_) {
        lines.push_back(heard.line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> Ear::ids(SignalChange change) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    for (const Heard& heard : heard_) {
        if (heard.change == change) {
            ids.push_back(heard.id);
        }
    }
    return ids;
}

std::vector<std::string> Ear::rules(SignalChange change) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> rules;
    for (const Heard& heard : heard_) {
        if (heard.change == change) {
            rules.push_back(heard.rules);
        }
    }
    return rules;
}

}  // namespace petrel::core
