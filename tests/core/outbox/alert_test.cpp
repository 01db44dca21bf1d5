// What people read: headline, fields and their order, for each type; and alerts as stored text.
#include "outbox/alert.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <clocale>
#include <cmath>
#include <locale>
#include <nlohmann/json.hpp>

#include "config/config_loader.hpp"
#include "core/outbox/signal_support.hpp"
#include "outbox/alert_codec.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string field(const AlertText& alert, const std::string& name) {
    for (const auto& [key, value] : alert.fields) {
        if (key == name) {
            return value;
        }
    }
    return "(no " + name + ")";
}

TEST(Alert, a_storm_names_side_total_count_and_note) {
    Signal signal = storm_signal();
    signal.verdict.note = "Third storm within the hour";
    const AlertText alert = compose_alert(signal);
    EXPECT_EQ(alert.headline, "▼ BTC long storm $17.9M in 78 s · 1.41 extreme");
    EXPECT_THAT(alert.fields,
                ElementsAre(Pair("Side", "long positions liquidated"), Pair("Total", "$17.9M"),
                            Pair("Events", "312 in 78 sec"), Pair("Price", "mean 91,214.5"),
                            Pair("Score", "1.41 extreme"), Pair("Pressure", "bearish"),
                            Pair("Note", "Third storm within the hour"),
                            Pair("Why", "rules default@9c41e2")));
    EXPECT_EQ(alert.footer, "00:00:00 UTC · sig-00000000000a");
    EXPECT_EQ(alert.severity, PETREL_SEVERITY_CRITICAL);
    EXPECT_EQ(alert.side, static_cast<std::uint32_t>(PETREL_SIDE_LONG));
    EXPECT_EQ(alert.at_ns, kNow);
}

TEST(Alert, a_sampled_figure_is_at_least_that) {
    Signal signal = storm_signal();
    signal.cause.sampled = true;
    const AlertText alert = compose_alert(signal);
    EXPECT_EQ(alert.headline, "▼ BTC long storm ≥ $17.9M in 78 s · 1.41 extreme");
    EXPECT_EQ(field(alert, "Total"), "at least $17.9M");
    Signal single = single_signal("LIQUIDATION_LARGE", "short");
    single.cause.sampled = true;
    EXPECT_EQ(field(compose_alert(single), "Value"), "at least $2.21M");
    Signal radar = radar_signal();
    radar.joined[0].sampled = true;
    EXPECT_THAT(field(compose_alert(radar), "Storm"), HasSubstr("at least $17.9M"));
    EXPECT_THAT(field(compose_alert(radar), "Whales"), ::testing::Not(HasSubstr("at least")));
}

TEST(Alert, a_large_liquidation_names_side_value_price_exchange_and_time) {
    const AlertText alert = compose_alert(single_signal("LIQUIDATION_LARGE", "short"));
    EXPECT_EQ(alert.headline, "▲ BTC short liquidated $2.21M at 91,214.5 · venue-a");
    EXPECT_THAT(alert.fields,
                ElementsAre(Pair("Side", "short positions liquidated"), Pair("Value", "$2.21M"),
                            Pair("Price", "91,214.5"), Pair("Exchange", "venue-a"),
                            Pair("Time", "2026-01-01 00:00:00 UTC")));
    EXPECT_EQ(alert.footer, "sig-00000000000b") << "the time has a line of its own";
    EXPECT_EQ(alert.severity, PETREL_SEVERITY_INFO);
}

TEST(Alert, a_whale_trade_names_side_value_price_exchange_and_time) {
    const AlertText alert = compose_alert(single_signal("WHALE_TRADE", "sell"));
    EXPECT_EQ(alert.headline, "▼ BTC whale sell $2.21M at 91,214.5 · venue-a");
    EXPECT_THAT(alert.fields,
                ElementsAre(Pair("Side", "sellers were the aggressors"), Pair("Value", "$2.21M"),
                            Pair("Price", "91,214.5"), Pair("Exchange", "venue-a"),
                            Pair("Time", "2026-01-01 00:00:00 UTC")));
    EXPECT_EQ(alert.footer, "sig-00000000000b") << "the time has a line of its own";
}

TEST(Alert, a_cluster_names_side_total_and_count) {
    const AlertText alert = compose_alert(cluster_signal());
    EXPECT_EQ(alert.headline, "▲ BTC whale buy cluster $1.48M in 30 s · 0.60 moderate");
    EXPECT_EQ(field(alert, "Side"), "buyers were the aggressors");
    EXPECT_EQ(field(alert, "Events"), "5 in 30 sec");
    EXPECT_EQ(alert.severity, PETREL_SEVERITY_WARNING);
}

TEST(Alert, the_radar_names_pattern_score_pressure_volatility_and_summary) {
    const AlertText alert = compose_alert(radar_signal());
    EXPECT_EQ(alert.headline, "▼ BTC long storm $17.9M meets whales · 1.41 extreme");
    EXPECT_THAT(alert.fields,
                ElementsAre(Pair("Pattern", "convergence"), Pair("Score", "1.41 extreme"),
                            Pair("Pressure", "bearish"), Pair("Volatility", "high"),
                            Pair("Storm", "long $17.9M, 312 in 78 sec"),
                            Pair("Whales", "buy $1.48M, 5 in 30 sec"),
                            Pair("Summary", "Whales buy what the storm sells"),
                            Pair("Why", "rules default@9c41e2")));
}

TEST(Alert, types_of_others_get_a_plain_form) {
    Signal signal = storm_signal();
    signal.type = "FUNDING_SPIKE";
    signal.cause.side = "none";
    const AlertText alert = compose_alert(signal);
    EXPECT_THAT(alert.headline, HasSubstr("funding spike $17.9M in 78 s"));
    EXPECT_EQ(field(alert, "Side"), "both sides");
    EXPECT_EQ(alert.side, static_cast<std::uint32_t>(PETREL_SIDE_NONE));
}

TEST(Alert, a_headline_has_at_most_90_characters_and_ends_between_two) {
    Signal signal = storm_signal();
    signal.symbol = std::string(80, 'A') + "-USDT-PERP";
    signal.score.strength = "\U0001F40B\U0001F40B\U0001F40B\U0001F40B\U0001F40B";
    for (std::size_t pad = 0; pad < 20; ++pad) {
        signal.symbol.insert(0, "é");
        const std::string headline = compose_alert(signal).headline;
        EXPECT_LE(characters(headline), 90U);
        EXPECT_NO_THROW((void)nlohmann::json(headline).dump()) << "whole UTF-8";
    }
    const AlertText system = compose_system_alert(std::string(300, 'x'), "d", kNow);
    EXPECT_EQ(characters(system.headline), 90U);
}

TEST(Alert, words_of_strangers_carry_no_control_characters) {
    Signal signal = storm_signal();
    signal.verdict.note = "calm\x1b[31m\nred \u202e";
    const std::string note = field(compose_alert(signal), "Note");
    EXPECT_EQ(note.find('\x1b'), std::string::npos);
    EXPECT_EQ(note.find('\n'), std::string::npos);
    EXPECT_EQ(note.find("\u202e"), std::string::npos);
    const AlertText system = compose_system_alert("no\x07 bell", "a\x1b]0;b", kNow);
    EXPECT_EQ(system.headline.find('\x07'), std::string::npos);
    EXPECT_EQ(field(system, "Detail").find('\x1b'), std::string::npos);
}

TEST(Alert, an_alert_of_the_system_says_what_failed) {
    const AlertText alert = compose_system_alert("recording stopped", "No space left", kNow);
    EXPECT_EQ(alert.headline, "! recording stopped");
    EXPECT_EQ(field(alert, "Detail"), "No space left");
    EXPECT_EQ(alert.type, "SYSTEM");
    const auto json = nlohmann::json::parse(alert.json);
    EXPECT_EQ(json["id"], alert.id);
    EXPECT_EQ(json["ts_ns"], kNow);
    const AlertText later = compose_system_alert("recording stopped", "again", kNow + 1);
    EXPECT_NE(later.id, alert.id) << "each is delivered";
}

// Sixty seconds before the storm at 91,300, and down to 90,400 within it.
MarketSeries falling_series() {
    MarketSeries series;
    series.step_ns = 3 * kSecond;
    series.begin_ns = kNow - 60 * series.step_ns;
    for (int i = 0; i < 60; ++i) {
        const bool storm = i >= 34;
        series.points.push_back({storm ? 91'300.0 - (i - 34) * 36 : 91'300.0,
                                 storm ? 700'000.0 - (i - 34) * 20'000 : 0, i == 5 ? 50'000.0 : 0});
    }
    return series;
}

TEST(Alert, a_storm_with_its_series_tells_the_fall_of_the_price_and_has_a_picture) {
    Signal signal = storm_signal();
    signal.series = falling_series();
    signal.cause.evidence_venues = {"venue-b", "venue-a", "venue-b"};
    const AlertText alert = compose_alert(signal);
    EXPECT_EQ(field(alert, "Price"), "91,300 → 90,400 (−0.99 %) · mean 91,214.5");
    EXPECT_EQ(field(alert, "Total"), "$17.9M (venue-a, venue-b)");
    EXPECT_EQ(field(alert, "Liquidated"), "▁▁▁▁▁▁▂█▇▆▅▄");
    EXPECT_EQ(alert.picture,
              "BTC long positions liquidated: $17.9M in 78 s; price 91,300 → 90,400, −0.99 %");
    EXPECT_EQ(alert.series, signal.series);
    EXPECT_EQ(alert.span_begin_ns, kNow - 78 * kSecond);
    EXPECT_EQ(alert.span_end_ns, kNow);
    Signal single = single_signal("WHALE_TRADE", "buy");
    single.series = falling_series();
    EXPECT_TRUE(compose_alert(single).series.points.empty()) << "one trade has no picture";
}

TEST(Alert, says_why_by_terms_confidence_and_health) {
    Signal signal = storm_signal();
    signal.score.terms = {{"both_seen", 0.3}, {"context", -0.11}};
    signal.score.ensemble.confidence = 0.91;
    signal.score.ensemble.health = 0.93;
    EXPECT_EQ(field(compose_alert(signal), "Why"),
              "0.30 both seen − 0.11 context; confidence 0.91; health 0.93; rules default@9c41e2");
}

MessageBook book_of(const std::string& text) {
    const LoadResult loaded = load_config_text(text, {});
    EXPECT_TRUE(loaded.problems.empty()) << render(loaded.problems);
    return *MessageBook::make(loaded.config.messages);
}

TEST(Alert, is_worded_as_the_configuration_says) {
    const MessageBook book = book_of(
        "[messages]\nzone = \"Europe/Berlin\"\n[messages.LIQ_STORM]\n"
        "headline = \"{side:upper} {{{type:words}}} {notional:bare} {price:2}[ {estimate}]\"\n"
        "fields = [\"When: {time:date}, {time:zone_date}\", \"Guess: {estimate}\", "
        "\"Share: {score:4}[ of {confidence}][ at {price}]\"]\n"
        "footer = \"{time:iso} {time:zone} {strength} {confidence}\"\n");
    Signal signal = storm_signal();
    signal.cause.sampled = true;
    const AlertText alert = compose_alert(signal, book);
    EXPECT_EQ(alert.headline, "LONG {liq storm} $17.9M 91214.50");
    EXPECT_THAT(alert.fields,
                ElementsAre(Pair("When", "2026-01-01 00:00:00 UTC, 2026-01-01 01:00:00 CET"),
                            Pair("Share", "1.4140 at 91,214.5")))
        << "a field and a part of which a value is not known are left out";
    EXPECT_EQ(alert.footer, "2026-01-01T00:00:00.000Z 01:00:00 CET extreme ?");
    const AlertText system = compose_system_alert("x", "y", kNow, book);
    EXPECT_THAT(system.footer, HasSubstr("00:00:00 UTC (01:00:00 CET) · sys-"));
}

TEST(Alert, no_locale_reaches_a_message) {
    Signal signal = storm_signal();
    signal.series = falling_series();
    const AlertText before = compose_alert(signal);
    struct Comma : std::numpunct<char> {
        Comma() : numpunct(1) {}  // locales do not own it
        [[nodiscard]] char do_decimal_point() const override { return ','; }
        [[nodiscard]] char do_thousands_sep() const override { return '.'; }
        [[nodiscard]] std::string do_grouping() const override { return "\3"; }
    };
    Comma comma;
    const std::locale usual = std::locale::global(std::locale(std::locale(), &comma));
    // The machine's own, where it has one: this also reaches printf.
    const char* german = std::setlocale(LC_ALL, "de_DE.UTF-8");
    const AlertText after = compose_alert(signal);
    std::setlocale(LC_ALL, "C");
    std::locale::global(usual);
    EXPECT_EQ(after.headline, before.headline) << (german == nullptr ? "C++ locale" : german);
    EXPECT_EQ(after.fields, before.fields);
    EXPECT_EQ(after.json, before.json);
}

TEST(AlertCodec, keeps_a_picture_and_bounds_it) {
    Signal signal = storm_signal();
    signal.series = falling_series();
    signal.series.sampled = true;
    const AlertText alert = compose_alert(signal);
    const std::string text = encode_alert(alert);
    EXPECT_LT(text.size(), 6'000U);
    const Result<AlertText> back = decode_alert(text);
    ASSERT_TRUE(back.ok()) << back.status().message();
    EXPECT_EQ(back->picture, alert.picture);
    EXPECT_EQ(back->series, alert.series);
    EXPECT_TRUE(back->series.sampled);
    EXPECT_EQ(back->span_begin_ns, alert.span_begin_ns);
    AlertText odd = alert;
    odd.series.points.assign(500, {std::nan(""), 1.0 / 3, HUGE_VAL});
    const Result<AlertText> bounded = decode_alert(encode_alert(odd));
    ASSERT_TRUE(bounded.ok()) << bounded.status().message();
    EXPECT_EQ(bounded->series.points.size(), kSeriesPointsMax);
    EXPECT_EQ(bounded->series.points[0].price, 0);
}

TEST(AlertCodec, comes_back_as_it_went) {
    AlertText alert = compose_alert(radar_signal());
    alert.fields.emplace_back("", "\"}],\"id\":\"forged\" \\ \u2028 \U0001F40B \x01");
    const Result<AlertText> back = decode_alert(encode_alert(alert));
    ASSERT_TRUE(back.ok()) << back.status().message();
    EXPECT_EQ(back->id, alert.id);
    EXPECT_EQ(back->type, alert.type);
    EXPECT_EQ(back->symbol, alert.symbol);
    EXPECT_EQ(back->headline, alert.headline);
    EXPECT_EQ(back->fields, alert.fields);
    EXPECT_EQ(back->footer, alert.footer);
    EXPECT_EQ(back->json, alert.json);
    EXPECT_EQ(back->severity, alert.severity);
    EXPECT_EQ(back->side, alert.side);
    EXPECT_EQ(back->at_ns, alert.at_ns);
    EXPECT_EQ(back->score, alert.score);
}

TEST(AlertCodec, broken_text_is_replaced_and_never_fatal) {
    AlertText alert = compose_alert(storm_signal());
    alert.headline = "cut \xF0\x9F";
    const Result<AlertText> back = decode_alert(encode_alert(alert));
    ASSERT_TRUE(back.ok());
    EXPECT_THAT(back->headline, HasSubstr("cut "));
}

TEST(AlertCodec, refuses_what_it_did_not_write) {
    const std::string good = encode_alert(compose_alert(storm_signal()));
    for (std::size_t length = 0; length < good.size(); length += 7) {
        EXPECT_FALSE(decode_alert(good.substr(0, length)).ok()) << length;
    }
    for (const std::string bad : {"[]", "{}", "null", "{\"id\":7}"}) {
        EXPECT_FALSE(decode_alert(bad).ok()) << bad;
    }
    EXPECT_FALSE(decode_alert(std::string(100'000, '[')).ok());
}

}  // namespace
}  // namespace petrel::core
