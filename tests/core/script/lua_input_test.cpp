// The tables that rules read: the same values however they are read, fresh in every call.
#include "script/lua_input.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

TEST(LuaInput, fields_read_by_name_or_by_pairs_are_the_same) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  local sum = 0\n"
        "  for name, value in pairs(input.market) do sum = sum + value end\n"
        "  local m = input.market\n"
        "  terms.named = m.price + m.mark_price + m.index_price + m.funding_rate\n"
        "    + m.open_interest_usd + m.open_interest_change_pct + m.spread_bps + m.return_pct\n"
        "    + m.volatility_pct + m.buy_usd + m.sell_usd + m.long_liquidated_usd\n"
        "    + m.short_liquidated_usd + m.coverage + m.hour_utc + m.venues\n"
        "    + m.sentiment + m.news_impact + m.sentiment_age_s\n"
        "  terms.walked = sum\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleInput input = storm_input();
    RuleScore score;
    for (int round = 1; round <= 3; ++round) {
        input.market = {1.0 * round, 2,     4,     8,   16,   32,    64,    128,    256,   512,
                        1'024,       2'048, 4'096, 0.5, 0.25, 8'192, 0.125, 0.0625, 16'384};
        vm->score(input, score);
        ASSERT_EQ(score.terms.size(), 2U) << score.fault;
        EXPECT_EQ(score.terms[0].value, 32'766.9375 + round);
        EXPECT_EQ(score.terms[1].value, 32'766.9375 + round);
    }
}

TEST(LuaInput, what_a_rule_writes_over_an_input_is_gone_in_the_next_call) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  terms.price = input.market.price\n"
        "  if input.symbol == 'WRITE' then\n"
        "    input.market.price = -1\n    input.market = { price = -2 }\n"
        "    input.storm = nil\n  end\n"
        "  terms.storm = input.storm and 1 or 0\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleInput input = storm_input();
    input.market.price = 100;
    RuleInput writing = input;
    writing.symbol = "WRITE";
    RuleScore score;
    for (int round = 0; round < 3; ++round) {
        vm->score(writing, score);
        vm->score(input, score);
        ASSERT_EQ(score.terms.size(), 2U) << score.fault;
        EXPECT_EQ(score.terms[0].value, 100);
        EXPECT_EQ(score.terms[1].value, 1);
    }
}

TEST(LuaInput, what_a_rule_writes_under_a_computed_name_is_gone_too) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  local market = input.market\n  terms.price = market.price\n"
        "  local name = input.symbol == 'WRITE' and 'price' or nil\n"
        "  if name then market[name] = -1 end\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleInput input = storm_input("WRITE");
    input.market.price = 100;
    RuleScore score;
    for (int round = 0; round < 4; ++round) {
        vm->score(input, score);
        ASSERT_EQ(score.terms.size(), 1U) << score.fault;
        EXPECT_EQ(score.terms[0].value, 100);
    }
}

TEST(LuaInput, what_a_rule_writes_lasts_for_its_call_alone_from_the_first_call_on) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  input.market.venues = 7\n  input.cluster = { volume_usd = 8 }\n"
        "  terms.venues = input.market.venues\n  terms.cluster = input.cluster.volume_usd\n"
        "  input.market.price = nil\n  terms.price = input.market.price\n"
        "  input.cluster = nil\n"
        "  if input.symbol == 'LEAVE' then input.cluster = { volume_usd = 9 } end\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    files["appropriateness.lua"] =
        "return function(input)\n"
        "  return 'hold', input.cluster and 'cluster' or 'none', '{0}', input.market.venues\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleInput input = storm_input("LEAVE");
    input.market.price = 100;
    for (int round = 0; round < 4; ++round) {
        RuleScore score;
        RuleVerdict verdict;
        vm->score(input, score);
        ASSERT_EQ(score.terms.size(), 3U) << score.fault;
        EXPECT_EQ(score.terms[0].value, 8);    // cluster
        EXPECT_EQ(score.terms[1].value, 100);  // price, as it was given
        EXPECT_EQ(score.terms[2].value, 7);    // venues
        vm->judge(input, score, verdict);
        EXPECT_EQ(verdict.reasons.front(), "none") << verdict.fault;
        EXPECT_EQ(verdict.note, "0");
    }
}

TEST(LuaInput, values_that_change_and_come_back_are_seen) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input, terms)\n"
        "  local f, m = input.finding, input.market\n"
        "  if not f then return 0, 'single', 'weak', 'neutral', 'low' end\n"
        "  terms.price = m.price terms.sampled = f.sampled and 1 or 0\n"
        "  terms.sign = 1 / m.return_pct > 0 and 1 or -1\n"
        "  terms.side = #f.side terms.nan = m.spread_bps ~= m.spread_bps and 1 or 0\n"
        "  return 1, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const int value : {1, 1, 2, 2, 1, 3, 1, 2, 1, 1}) {
        RuleInput input = storm_input();
        const bool odd = value % 2 == 1;
        input.market.price = value;
        input.market.return_pct = odd ? 0.0 : -0.0;
        input.market.spread_bps = odd ? nan : 1.0;
        input.finding.sampled = odd;
        input.finding.side = odd ? "long" : "short";
        RuleScore score;
        vm->score(input, score);
        ASSERT_EQ(score.terms.size(), 5U) << score.fault;
        EXPECT_EQ(score.terms[0].value, odd ? 1 : 0);   // nan
        EXPECT_EQ(score.terms[1].value, value);         // price
        EXPECT_EQ(score.terms[2].value, odd ? 1 : 0);   // sampled
        EXPECT_EQ(score.terms[3].value, odd ? 4 : 5);   // side
        EXPECT_EQ(score.terms[4].value, odd ? 1 : -1);  // sign
    }
}

TEST(LuaInput, texts_of_an_input_follow_it) {
    Files files = good_files();
    files["score.lua"] =
        "return function(input)\n  local f = input.finding\n"
        "  return f and #input.symbol + #f.side / 10 or 0, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    for (const std::string_view symbol : {"AB", "ABC", "", "ABC"}) {
        vm->score(storm_input(symbol), score);
        EXPECT_DOUBLE_EQ(score.total, static_cast<double>(symbol.size()) + 0.4);
    }
}

}  // namespace
}  // namespace petrel::core::script_test
