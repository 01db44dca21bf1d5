// Figures are written by runtime/human, which knows no locale.
#include "outbox/message_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "config/message_words.hpp"
#include "observe/clean_text.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

bool falling(const std::string& side) { return side == "long" || side == "sell"; }

std::string side_words(const std::string& side) {
    if (side == "long" || side == "short") {
        return side + " positions liquidated";
    }
    return side == "buy"    ? "buyers were the aggressors"
           : side == "sell" ? "sellers were the aggressors"
                            : "both sides";
}

std::string as_text(std::string text, std::string_view format) {
    if (format == "upper") {
        return upper_case(text);
    }
    if (!format.empty()) {
        text = lower_case(text);
    }
    if (format == "words") {
        std::replace(text.begin(), text.end(), '_', ' ');
    }
    return text;
}

std::string as_amount(const MessageValue& value, std::string_view format) {
    const char* sample = format == "words" ? "at least " : format == "bare" ? "" : "≥ ";
    return (value.sampled ? sample : "") + human_usd(value.number);
}

// "−0.89 %", with the sign that is as wide as a figure.
std::string as_percent(double value, int decimals) {
    const std::string digits = human_fixed(std::abs(value), decimals);
    const bool none = digits.find_first_not_of("0.") == std::string::npos;
    return (none ? "" : value < 0 ? "−" : "+") + digits + " %";
}

std::optional<std::string> as_time(std::int64_t ts_ns, std::string_view format,
                                   const ReaderZone& zone) {
    if (format == "iso") {
        return iso_utc(ts_ns);
    }
    if (format == "date") {
        return date_clock_utc(ts_ns) + " UTC";
    }
    if (format.starts_with("zone")) {
        return !zone.differs()    ? std::nullopt
               : format == "zone" ? std::optional(zone.clock(ts_ns))
                                  : zone.date_clock(ts_ns);
    }
    return clock_utc(ts_ns) + (format == "clock" ? "" : " UTC");
}

std::optional<std::string> as_words(ValueKind kind, const MessageValue& value,
                                    std::string_view format, const ReaderZone& zone) {
    const bool digits = format.size() == 1 && format[0] >= '0' && format[0] <= '9';
    const int decimals = digits ? format[0] - '0' : 2;
    switch (kind) {
        case ValueKind::Text:
            return clean_text(as_text(value.text, format));
        case ValueKind::Side:
            return format == "words" ? side_words(value.text) : as_text(value.text, format);
        case ValueKind::Amount:
            return as_amount(value, format);
        case ValueKind::Number:
            return human_fixed(value.number, decimals);
        case ValueKind::Percent:
            return as_percent(value.number, decimals);
        case ValueKind::Price:
            return digits ? human_fixed(value.number, decimals) : human_price(value.number);
        case ValueKind::Count:
            return human_count(static_cast<std::uint64_t>(value.whole));
        case ValueKind::Span:
            return format == "sec" ? std::to_string(value.whole / 1'000)
                                   : human_duration_ms(static_cast<std::uint64_t>(value.whole));
        case ValueKind::Time:
            return as_time(value.whole, format, zone);
    }
    return std::nullopt;
}

// "about $24.1M, most likely under $31.0M": of a sum that is a sample, where its rule is known.
std::string estimate_words(const SignalPart& part) {
    if (!part.sampled || part.likely_usd <= 0) {
        return {};
    }
    return "about " + human_usd(part.likely_usd) +
           (part.high_usd > 0 ? ", most likely under " + human_usd(part.high_usd)
                              : ", possibly far more");
}

// "0.50 storm + 0.91 cluster ; confidence 0.91; health 0.93; rules default@9c41e2".
std::string why_words(const Signal& signal) {
    std::string text;
    for (const RuleTerm& term : signal.score.terms) {
        const std::string figure = human_fixed(std::abs(term.value), 2);
        if (figure == "0.00") {
            continue;
        }
        const bool minus = term.value < 0;
        text += text.empty() ? (minus ? "−" : "") : minus ? " − " : " + ";
        text += figure + " " + as_text(term.name, "words");
    }
    const RuleEnsemble& ensemble = signal.score.ensemble;
    const auto add = [&text](const std::string& more) {
        text += (text.empty() ? "" : "; ") + more;
    };
    if (ensemble.confidence >= 0) {
        add("confidence " + human_fixed(ensemble.confidence, 2));
    }
    if (ensemble.health >= 0) {
        add("health " + human_fixed(ensemble.health, 2));
    }
    if (!signal.rule_version.empty()) {
        add("rules " + signal.rule_version);
    }
    return text;
}

// Each once, in the order of their names.
std::string venue_words(const std::vector<SignalPart>& parts) {
    std::vector<std::string> venues;
    for (const SignalPart& part : parts) {
        venues.insert(venues.end(), part.evidence_venues.begin(), part.evidence_venues.end());
    }
    std::sort(venues.begin(), venues.end());
    venues.erase(std::unique(venues.begin(), venues.end()), venues.end());
    return human_list(venues);
}

class ValueBook {
public:
    void text(std::string_view name, const std::string& text) {
        if (!text.empty()) {
            values_[name].text = text;
        }
    }
    // Not known when it is no number.
    void number(std::string_view name, double number) {
        if (std::isfinite(number)) {
            values_[name].number = number;
        }
    }
    void amount(std::string_view name, const SignalPart& part) {
        number(name, part.notional_usd);
        values_[name].sampled = part.sampled;
    }
    void price(std::string_view name, double price) {
        if (price > 0) {
            number(name, price);
        }
    }
    void whole(std::string_view name, std::int64_t whole) { values_[name].whole = whole; }
    MessageValues take() { return std::move(values_); }

private:
    MessageValues values_;
};

void add_window(ValueBook& book, const SignalPart& part) {
    if (part.window_ms > 0) {
        book.whole("window",
                   part.window_ms >= 1'000 ? part.window_ms / 1'000 * 1'000 : part.window_ms);
        book.whole("events", part.events);
    }
}

void add_prices(ValueBook& book, const MarketSeries& series, std::int64_t onset_ns) {
    const double from = price_before(series, onset_ns);
    const double to = series.points.empty() ? 0 : series.points.back().price;
    if (from > 0 && to > 0) {
        book.price("price_from", from);
        book.price("price_to", to);
        book.number("price_change", (to / from - 1) * 100);
    }
}

// Eight steps of height, both sides together; empty when nothing was liquidated.
std::string sparkline(const MarketSeries& series) {
    static constexpr std::array<const char*, 8> kSteps{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    constexpr std::size_t kColumns = 12;  // beside a name on a phone
    std::array<double, kColumns> sums{};
    const std::size_t count = series.points.size();
    for (std::size_t i = 0; i < count; ++i) {
        sums[i * kColumns / count] += series.points[i].longs_usd + series.points[i].shorts_usd;
    }
    const double most = *std::max_element(sums.begin(), sums.end());
    std::string text;
    for (const double sum : sums) {
        if (most > 0 && std::isfinite(most)) {
            text += kSteps[static_cast<std::size_t>(std::min(7.0, std::floor(sum / most * 8)))];
        }
    }
    return text;
}

}  // namespace

MessageValues values_of(const Signal& signal, std::uint32_t severity) {
    const SignalPart& part = signal.joined.empty() ? signal.cause : signal.joined.front();
    ValueBook book;
    book.text("arrow", falling(part.side) ? "▼" : "▲");
    book.text("coin", signal.symbol.substr(0, signal.symbol.find('-')));
    book.text("estimate", estimate_words(part));
    book.text("group", signal.group);
    book.text("id", signal.id);
    book.text("note", signal.verdict.note);
    book.text("pattern", signal.score.pattern);
    book.text("pressure", signal.score.pressure);
    book.text("rules", signal.rule_version);
    book.text("severity", std::string(severity_word(severity)));
    book.text("side", part.side);
    book.text("strength", signal.score.strength);
    book.text("symbol", signal.symbol);
    book.text("type", signal.type);
    book.text("venue", part.venue);
    book.text("venues", venue_words(signal.joined.empty() ? std::vector{part} : signal.joined));
    book.text("volatility", signal.score.volatility);
    book.text("why", why_words(signal));
    book.text("sparkline", sparkline(signal.series));
    book.amount("notional", part);
    book.price("price", part.price);
    book.number("score", signal.score.total);
    book.whole("time", part.window_ms == 0 && signal.joined.empty() ? part.at_ns : signal.ts_ns);
    add_window(book, part);
    add_prices(book, signal.series, part.onset_ns);
    const RuleEnsemble& ensemble = signal.score.ensemble;
    if (ensemble.confidence >= 0) {
        book.number("confidence", ensemble.confidence);
    }
    if (ensemble.health >= 0) {
        book.number("health", ensemble.health);
    }
    if (signal.joined.size() > 1) {
        const SignalPart& cluster = signal.joined[1];
        book.text("whale_side", cluster.side);
        book.amount("whale_notional", cluster);
        book.whole("whale_events", cluster.events);
        book.whole("whale_window", cluster.window_ms);
    }
    return book.take();
}

MessageLine written(const MessageTemplate& pieces, const MessageValues& values,
                    const ReaderZone& zone) {
    MessageLine line;
    std::size_t part_begin = 0;  // where the optional part that is being written begins
    std::uint32_t part = 0;
    std::uint32_t gone = 0;  // the part that has vanished
    for (const TemplatePiece& piece : pieces) {
        if (piece.part != part) {
            part = piece.part;
            part_begin = line.text.size();
        }
        if (part != 0 && part == gone) {
            continue;
        }
        if (piece.name.empty()) {
            line.text += piece.literal;
            continue;
        }
        const auto value = values.find(piece.name);
        const MessageWord* word = find_message_word(piece.name);
        const std::optional<std::string> text =
            value == values.end() || word == nullptr
                ? std::nullopt
                : as_words(word->kind, value->second, piece.format, zone);
        if (text) {
            line.text += *text;
        } else if (part != 0) {
            line.text.resize(part_begin);
            gone = part;
        } else {
            line.text += "?";
            line.complete = false;
        }
    }
    return line;
}

}  // namespace petrel::core
