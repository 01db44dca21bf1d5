// A translated rule says what Lua says, to the last bit: the packs of the tree on drawn inputs, and
// each construct by itself.
#include "script/rule_program.hpp"

#include <gtest/gtest.h>

#include "rule_pair.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

// Answers by what is asked; the same question has the same answer.
class DrawnWindow final : public RuleWindow {
public:
    std::uint64_t seed = 0;
    [[nodiscard]] RuleNumbers answer(const RuleQuestion& question) const noexcept override {
        Draw draw(seed + std::hash<std::string>{}(question_text(question)));
        return {draw.one_of({0, 1, 2, 100, 100.4, 0.6}), draw.one_of({0, 1, 0.3}),
                draw.one_of({0, 3})};
    }
};

RuleFinding drawn_finding(Draw& draw, std::string_view type, bool present) {
    RuleFinding finding;
    finding.present = present;
    finding.type = type;
    finding.side = draw.word({"long", "short", "buy", "sell", ""});
    finding.phase = draw.word({"onset", "update", "single"});
    finding.volume_usd = draw.one_of({1e6, 4.1e6, 2e7, 3e5});
    finding.threshold_usd = draw.one_of({2e6, 1e6, 0});
    finding.events = draw.one_of({1, 3, 12, 40});
    finding.dominance = draw.one_of({0.5, 0.97, 1});
    finding.window_s = draw.one_of({0, 30, 60, 0.5});
    finding.age_s = draw.one_of({0, 4, 61, 300});
    finding.since_onset_s = draw.one_of({0, 9, 100});
    finding.sampled = draw.below(2) == 0;
    return finding;
}

struct Drawn {
    RuleInput input;
    DrawnWindow window;
    std::vector<RuleVote> votes;
    std::vector<RuleTerm> accuracy;
};

void draw_input(Draw& draw, Drawn& out) {
    RuleInput& input = out.input;
    input = RuleInput();
    input.symbol = "BTC-USDT-PERP";
    input.group = "MAJORS";
    input.type = draw.word({"LIQ_STORM", "WHALE_CLUSTER", "LIQUIDATION_LARGE", "GLOBAL_RADAR",
                            "WHALE_TRADE", "SOMETHING_NEW"});
    input.now_s = 1'794'000'000.5;
    input.storm = drawn_finding(draw, "LIQ_STORM", draw.below(2) == 0);
    input.cluster = drawn_finding(draw, "WHALE_CLUSTER", draw.below(2) == 0);
    input.finding = drawn_finding(draw, input.type, draw.below(8) != 0);
    RuleMarket& market = input.market;
    market.price = draw.one_of({91'250, 0});
    market.funding_rate = draw.one_of({0, 0.0001, -0.002, 0.01});
    market.open_interest_change_pct = draw.one_of({0, -1, -4, 2});
    market.spread_bps = draw.one_of({0, 0.4, 7, 30, 80});
    market.return_pct = draw.one_of({0, -0.9, 0.4, 3, -7, 90});
    market.volatility_pct = draw.one_of({0, 0.5, 2.1, 9});
    market.buy_usd = draw.one_of({0, 1e6, 9e6});
    market.sell_usd = draw.one_of({0, 1e6, 5e6});
    market.coverage = draw.one_of({1, 1, 0.7, 0.2});
    market.hour_utc = draw.one_of({3, 21, 23.5});
    market.venues = draw.one_of({0, 1, 2, 4});
    market.sentiment = draw.one_of({0, -0.5, 0.8});
    market.news_impact = draw.one_of({0, 1});
    market.sentiment_age_s = draw.one_of({-1, 0, 100, 4'000});
    RuleHistory& history = input.history;
    history.cooldown_s = draw.one_of({300, 60});
    history.since_last_sent_s = draw.one_of({-1, -1, 10, 400, 4'000});
    history.sent_last_hour = draw.one_of({0, 2, 40});
    history.story_sent = draw.below(6) == 0;
    history.outcomes = draw.one_of({0, 5, 15, 30});
    history.hit_share = draw.one_of({0, 0.5, 1});
    history.gain_sigma = draw.one_of({0, 0.8});
    history.loss_sigma = draw.one_of({0, 0.3});
    history.least_score = draw.one_of({-1, 0.3, 0.7});
    history.since_coin_sent_s = draw.one_of({-1, 5, 500});
    out.votes = {{"model", draw.one_of({0.5, 0.9}), draw.below(2) == 0}};
    out.accuracy = {{"technical", draw.one_of({0.5, 0.7})}, {"flow", draw.one_of({0.2, 1})}};
    out.window.seed = draw.below(1'000);
    input.votes = out.votes;
    input.accuracy = out.accuracy;
    input.window = &out.window;
}

class ShippedPack : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedPack, says_the_same_translated_and_in_lua) {
    const Pair pair(RulePack::load(PETREL_SOURCE_DIR "/rules/" + std::string(GetParam())));
    ASSERT_TRUE(pair.ready());
    Draw draw(1);
    Drawn drawn;
    for (int i = 0; i < 5'000; ++i) {
        draw_input(draw, drawn);
        ASSERT_EQ(pair.by_steps(drawn.input), pair.by_lua(drawn.input)) << "input " << i;
    }
    EXPECT_EQ(pair.figures_of_lua().translated, 0U);
    EXPECT_GT(pair.figures().translated, 9'000U) << pair.figures().left << " were left to Lua";
}

INSTANTIATE_TEST_SUITE_P(all, ShippedPack, ::testing::Values("default", "scalper", "sentinel"),
                         [](const auto& pack) { return std::string(pack.param); });

// What stands above the function of score.lua, what it does, and whether it never leaves to Lua.
struct Construct {
    const char* name;
    const char* head;
    const char* body;  // ends with a return of the total
    bool translated = true;
};

std::ostream& operator<<(std::ostream& out, const Construct& construct) {
    return out << construct.name;
}

Files files_of(const Construct& construct) {
    Files files = good_files();
    files["score.lua"] = std::string(construct.head) + "\nlocal function total(input, terms)\n" +
                         construct.body +
                         "\nend\nreturn function(input, terms)\n  local sum = total(input, terms)\n"
                         "  return sum, 'single', 'weak', 'neutral', 'low'\nend\n";
    return files;
}

class OneConstruct : public ::testing::TestWithParam<Construct> {};

TEST_P(OneConstruct, says_the_same_translated_and_in_lua) {
    const Pair pair(build(files_of(GetParam())));
    ASSERT_TRUE(pair.ready());
    RuleInput input = storm_input("ATTACK");
    DrawnWindow window;
    input.window = &window;
    std::set<std::string> answers;
    for (const double price : {0.0, -0.0, 0.25, 1.0, 2.0, 3.0, 91'250.0, -1.0}) {
        input.market.price = price;
        const std::string text = pair.by_steps(input);
        EXPECT_EQ(text, pair.by_lua(input)) << "at " << price;
        answers.insert(text);
    }
    EXPECT_GT(answers.size(), 1U) << "the construct says nothing of its input";
    EXPECT_EQ(pair.figures().left == 0, GetParam().translated) << pair.figures().left;
}

// A rule's answer to a price; what fails does so for this symbol only, or the pack would be
// refused.
#define PETREL_PRICE "local p = input.symbol == 'ATTACK' and input.market.price or 1\n"

INSTANTIATE_TEST_SUITE_P(
    all, OneConstruct,
    ::testing::Values(
        Construct{"arithmetic", "local k = 0.75",
                  PETREL_PRICE "return (p * k + 1) % 3 + p // 2 * 0", false},
        Construct{"sums", "local k = 0.75",
                  PETREL_PRICE "if p > 5 then p = 5 end\n"
                               "return ((p * k + 1 - p / 3) ^ 2 + (p + 3) ^ 0.5) / 2"},
        // There is one integer zero: 1 / -0 is not that of a float.
        Construct{"integer_zero", "",
                  PETREL_PRICE "local n = 0\nif p > 1 then n = n - 1 end\nlocal z = -n * n\n"
                               "if 1 / z > 0 then return 0.75 end\nreturn 0.25"},
        Construct{"float_zero", "",
                  PETREL_PRICE "local z = -p\nif 1 / z > 0 then return 0.75 end\nreturn 0.25"},
        Construct{"either", "", PETREL_PRICE "local q = p > 1 and p < 3 and p or 0.5\nreturn q"},
        Construct{"seen_or_not", "local function half(p) if p > 1 then return nil end return p end",
                  PETREL_PRICE "local seen = p >= 2 and 1 or half(p)\n"
                               "local sum = 2\nif seen and seen < 1 then sum = sum - seen end\n"
                               "if not seen then sum = 3 end\nreturn sum"},
        Construct{"turned", "", PETREL_PRICE "local no = not (p > 1)\nreturn no and 1 or 2"},
        Construct{"equal", "", PETREL_PRICE "return (p == 2 and 1 or 0) + (p ~= 0.25 and 2 or 4)"},
        Construct{"equal_of_kinds", "",
                  PETREL_PRICE "local q = p > 1 and 'x' or p\n"
                               "return q == 'x' and 1 or q == nil and 2 or q == true and 3 or 4"},
        Construct{"several_results",
                  "local function split(p) if p > 1 then return 1, p end return p end",
                  PETREL_PRICE "local a, b = split(p)\nreturn b and a + b / 91250 or 7"},
        Construct{"result_handed_on",
                  "local function twice(p) return p, p end\n"
                  "local function over(a, b, c) return c == nil and a + b > 3 and 1 or 2 end",
                  PETREL_PRICE "return over(twice(p))"},
        Construct{"tail",
                  "local function last(p) return p > 1 and 1 or 2 end\n"
                  "local function middle(p) if p > 2 then return last(p) end return 3 end",
                  PETREL_PRICE "return middle(p)"},
        Construct{"argument_missing", "local function of(a, b) return b == nil and a or b end",
                  PETREL_PRICE
                  "local x = of(1, p)\nlocal y = of(p > 1 and 1 or 2)\nreturn x > 5 and y or 4"},
        Construct{"tables", "local by = { small = 1, large = 2, [3] = 5 }",
                  PETREL_PRICE "local name = p > 1 and 'large' or p < 0 and 'none' or 'small'\n"
                               "return (by[name] or 7) + (by[p] or 0) + by.small"},
        Construct{"tables_in_tables", "local all = { low = { at = 1 }, high = { at = 2 } }",
                  PETREL_PRICE "local one = p > 1 and all.high or all.low\nreturn one.at"},
        Construct{"texts", "local known = { ['over,far'] = 3 }",
                  PETREL_PRICE "local all = nil\nif p > 1 then all = 'over' end\n"
                               "if p > 2 then all = all .. ',' .. 'far' end\n"
                               "return known[all or 'none'] or 1"},
        Construct{"library", "local max, min, floor = math.max, math.min, math.floor",
                  PETREL_PRICE "return floor(min(max(p, 0.5), 9)) / 2"},
        Construct{"window", "local vwap = window.vwap",
                  PETREL_PRICE
                  "local a = p > 1 and vwap('trade', 30) + 1 or vwap('trade', 60, 'x')\n"
                  "return a / 1e6"},
        Construct{"window_handed_on",
                  "local vwap = window.vwap\n"
                  "local function more(low, now) return now > low and 1 or 2 end",
                  PETREL_PRICE "return more(p, vwap('trade', 30))"},
        Construct{"terms", "",
                  PETREL_PRICE "terms.first = p\nif p > 1 then terms.second = 1 end\n"
                               "terms.first = p + 1\nreturn 1"},
        Construct{"terms_that_are_read", "",
                  PETREL_PRICE "terms.first = p\nif p > 1 then terms.second = 1 end\n"
                               "return terms.first / 91250 + (terms.second or 2)"},
        // What Lua alone does: each leaves, and says the same.
        Construct{"order_of_texts", "",
                  PETREL_PRICE "local a = p > 1 and 'a' or 'c'\nreturn a < 'b' and 1 or 2", false},
        Construct{"number_as_text", "", PETREL_PRICE "if p > 2 then return p .. '' end\nreturn 1",
                  false},
        Construct{"nothing_indexed", "",
                  PETREL_PRICE "if p > 2 then return input.cluster.age_s end\nreturn 1", false},
        Construct{"wrong_field", "", PETREL_PRICE "if p > 2 then return input.prise end\nreturn 1",
                  false},
        Construct{"term_of_no_number", "",
                  PETREL_PRICE "if p > 2 then terms.first = 0 / 0 end\nreturn 1", false},
        Construct{"wrong_question", "local vwap = window.vwap",
                  PETREL_PRICE "if p > 2 then return vwap('tade', 30) end\nreturn 1", false},
        Construct{"huge_integers", "local n = 9007199254740991",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m * 3 end\n"
                               "return m - n > 1 and 1 or 2",
                  false},
        // In doubles 2^53 + 1 is 2^53: these sums are 1 off where they are taken for exact.
        Construct{"sum_beyond_doubles", "local n = 9007199254740991",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m + 2 end\n"
                               "return m - n == 2 and 1 or 2",
                  false},
        Construct{"difference_beyond_doubles", "local n = -9007199254740991",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m - 2 end\n"
                               "return n - m == 2 and 1 or 2",
                  false},
        Construct{"product_beyond_doubles", "local n, k = 28059810762433, 321",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m * k end\n"
                               "return m - 9007199254740991 == 2 and 1 or 2",
                  false},
        Construct{"product_that_wraps", "local n = 3037000500",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m * n end\n"
                               "return m < 0 and 1 or 2",
                  false},
        Construct{"integers_up_to_the_edge", "local n = 9007199254740990",
                  PETREL_PRICE "local m = n\nif p > 1 then m = m + 1 end\n"
                               "return -m + n == -1 and 1 or 2"},
        Construct{"integer_as_float", "local n = 9007199254740991",
                  PETREL_PRICE
                  "local m = n\nif p > 1 then m = n + 1.0 end\n"
                  "return (m == n and 1 or 2) + (m > n and 4 or 8) + (m <= n and 0 or 16)"}),
    [](const auto& construct) { return std::string(construct.param.name); });

// A table that a rule changes in Lua is no constant any more.
TEST(RuleProgram, does_not_outlive_a_table_that_was_changed) {
    const Pair pair(build(files_of(
        {"", "local t = { x = 1 }", PETREL_PRICE "if p > 5 then t.x = 2 end\nreturn t.x"})));
    ASSERT_TRUE(pair.ready());
    RuleInput input = storm_input("ATTACK");
    for (const double price : {1.0, 1.0, 9.0, 1.0, 1.0}) {
        input.market.price = price;
        EXPECT_EQ(pair.by_steps(input), pair.by_lua(input)) << "at " << price;
    }
}

// Equal numbers may be told apart: the integer 0 has no sign, and 1 / -0.0 is not 1 / 0.0.
TEST(RuleProgram, does_not_outlive_a_number_that_became_another_kind_of_zero) {
    for (const char* zero : {"0", "-p * 0"}) {
        const Pair pair(build(files_of({"", "local t = { x = 0.0 }",
                                        (std::string(PETREL_PRICE "if p > 5 then t.x = ") + zero +
                                         " end\nreturn 1 / -t.x > 0 and 0.75 or 0.25")
                                            .c_str()})));
        ASSERT_TRUE(pair.ready());
        RuleInput input = storm_input("ATTACK");
        for (const double price : {1.0, 1.0, 9.0, 1.0, 1.0}) {
            input.market.price = price;
            EXPECT_EQ(pair.by_steps(input), pair.by_lua(input)) << zero << " at " << price;
        }
    }
}

// What a call put into the state before it left is not put twice.
TEST(RuleProgram, that_leaves_has_put_nothing) {
    Files files = files_of({"", "local get, put = state.get, state.put",
                            "put('seen', get('seen') + 1)\n"
                            "local a = input.market.price > 5 and 'a' or 'b'\n"
                            "return a < 'b' and get('seen') or get('seen') + 0.5"});
    files["pack.lua"] =
        "return { name = 'mini', version = '1', api = 1,\n"
        "  state = { version = 1, keys = { seen = { type = 'number', default = 0 } } },\n"
        "  slots = { LIQ_STORM = 'storm' },\n"
        "  fallback = { decision = 'hold', reason = 'rule_error', score = 0.25 } }\n";
    const Pair pair(build(files));
    ASSERT_TRUE(pair.ready());
    RuleInput input = storm_input();
    for (const double price : {1.0, 9.0, 1.0}) {
        input.market.price = price;
        EXPECT_EQ(pair.by_steps(input), pair.by_lua(input)) << "at " << price;
    }
    EXPECT_GT(pair.figures().left, 0U);
}

// A program that mostly leaves costs more than it saves.
TEST(RuleProgram, that_mostly_leaves_is_given_up) {
    const Pair pair(build(files_of(
        {"", "", "local a = input.market.price > 5 and 'a' or 'c'\nreturn a < 'b' and 1 or 2"})));
    ASSERT_TRUE(pair.ready());
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(pair.by_steps(storm_input()), pair.by_lua(storm_input()));
    }
    EXPECT_LT(pair.figures().left, 100U);
    EXPECT_GT(pair.figures().translated, 150U) << "the verdict stays translated";
}

}  // namespace
}  // namespace petrel::core::script_test
