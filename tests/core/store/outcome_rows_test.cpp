// What came of signals and of near misses, as rows of their own tables.
#include <gmock/gmock.h>

#include <limits>

#include "core/store/both_stores_support.hpp"
#include "store/database.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

class OutcomeRows : public ::testing::TestWithParam<StoreKind> {
protected:
    OutcomeRows() : at_(GetParam()), store_(at_.open()) {}

    Status admit(const std::string& id) { return store_->admit(signal_row(id), {}); }

    NewStore at_;
    std::unique_ptr<Database> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, OutcomeRows,
                         ::testing::Values(StoreKind::Sqlite, StoreKind::Postgres), name_of_store);

TEST_P(OutcomeRows, an_outcome_is_read_as_it_was_written) {
    ASSERT_TRUE(admit("sig-1").ok());
    OutcomeRow row = outcome_row("sig-1", 900'000);
    row.price_after = 90'773;
    row.return_sigma = -0.7;
    row.against_pct = 0.0;
    row.lead_s = std::numeric_limits<double>::quiet_NaN();
    ASSERT_TRUE(store_->put(row).ok());
    OutcomeRow unknown = outcome_row("sig-1", 60'000, "unknown");
    unknown.reason = "no_price";
    unknown.price_before.reset();
    unknown.return_pct.reset();
    ASSERT_TRUE(store_->put(unknown).ok());
    const auto rows = store_->outcomes("sig-1");
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].horizon_ms, 60'000) << "shortest first";
    EXPECT_EQ((*rows)[0].reason, "no_price");
    EXPECT_FALSE((*rows)[0].price_before || (*rows)[0].return_pct || (*rows)[0].return_sigma);
    const OutcomeRow& read = (*rows)[1];
    EXPECT_EQ(read.type + read.symbol + read.group + read.pattern + read.strength + read.pressure,
              "LIQ_STORMBTC-USDT-PERPMAJORSstorm_onlystrongbearish");
    EXPECT_EQ(read.rule_version, "default@1a2b3c");
    EXPECT_EQ(read.score, 0.92);
    EXPECT_EQ(read.signal_ns, kNow);
    EXPECT_EQ(read.at_ns, kNow + 900 * kSecond);
    EXPECT_EQ(read.result, "hit");
    EXPECT_EQ(read.price_before, 91'000.5);
    EXPECT_EQ(read.price_after, 90'773.0);
    EXPECT_EQ(read.return_pct, -0.25);
    EXPECT_EQ(read.return_sigma, -0.7);
    EXPECT_EQ(read.against_pct, 0.0) << "0 is a figure";
    EXPECT_FALSE(read.with_pct.has_value());
    EXPECT_FALSE(read.lead_s.has_value()) << "what is no number is not known";
}

TEST_P(OutcomeRows, an_outcome_is_written_once_and_only_of_an_admitted_signal) {
    ASSERT_TRUE(store_->put(outcome_row("sig-1", 60'000)).ok());
    ASSERT_TRUE(store_->put(signal_row("sig-2", "held")).ok());
    ASSERT_TRUE(store_->put(outcome_row("sig-2", 60'000)).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM outcomes"), "0");
    ASSERT_TRUE(admit("sig-1").ok());
    ASSERT_TRUE(store_->put(outcome_row("sig-1", 60'000)).ok());
    ASSERT_TRUE(store_->put(outcome_row("sig-1", 60'000, "flat")).ok());
    EXPECT_EQ(at_.sql("SELECT result FROM outcomes"), "hit") << "the first one stays";
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM outcomes"), "1");
}

TEST_P(OutcomeRows, a_near_miss_has_an_outcome_a_reason_until_its_story_is_sent) {
    OutcomeRow row = outcome_row("sig-1", 60'000);
    row.held_for = "cooldown";
    ASSERT_TRUE(store_->put(row).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM near_misses"), "0") << "the story is not known";
    ASSERT_TRUE(store_->put(signal_row("sig-1", "held")).ok());
    ASSERT_TRUE(store_->put(row).ok());
    row.held_for = "spread_too_wide";
    row.signal_ns += kSecond;
    ASSERT_TRUE(store_->put(row).ok());
    row.result = "flat";
    ASSERT_TRUE(store_->put(row).ok()) << "the first one stays";
    const auto rows = store_->outcomes("sig-1", OutcomesOf::NearMisses);
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].held_for, "cooldown");
    EXPECT_EQ((*rows)[1].held_for, "spread_too_wide");
    EXPECT_EQ((*rows)[1].result, "hit");
    EXPECT_EQ((*rows)[1].price_before, 91'000.5);
    const OutcomeQuery held{0, 60'000, 10, OutcomesOf::NearMisses};
    EXPECT_EQ(store_->outcomes(held)->size(), 2U);
    EXPECT_EQ(store_->outcomes(OutcomeQuery{0, 60'000, 10})->size(), 0U) << "none was sent";
    EXPECT_EQ(*store_->without_outcome(held), 0U);
    EXPECT_THAT(*store_->outcome_horizons(OutcomesOf::NearMisses), ElementsAre(60'000));
    EXPECT_TRUE(store_->outcome_horizons()->empty());

    ASSERT_TRUE(admit("sig-1").ok());
    EXPECT_EQ(store_->outcomes(held)->size(), 0U);
    EXPECT_EQ(store_->outcomes("sig-1")->size(), 0U) << "what was sent has outcomes of its own";
    row.horizon_ms = 900'000;
    ASSERT_TRUE(store_->put(row).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM near_misses"), "2");
    ASSERT_TRUE(store_->prune(10, 0).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM near_misses"), "2");
    at_.sql("DELETE FROM notifications");
    ASSERT_TRUE(store_->prune(10, kNow + 100'000 * kSecond).ok());
    EXPECT_EQ(at_.sql("SELECT COUNT(*) FROM near_misses"), "0") << "they go with their signal";
}

TEST_P(OutcomeRows, outcomes_are_found_by_horizon_and_time_newest_first) {
    for (int n = 1; n <= 3; ++n) {
        const std::string id = "sig-" + std::to_string(n);
        SignalRow signal = signal_row(id);
        signal.ts_ns = kNow + n * kSecond;
        ASSERT_TRUE(store_->admit(signal, {}).ok());
        for (const std::int64_t horizon_ms : {60'000, 900'000}) {
            OutcomeRow row = outcome_row(id, horizon_ms);
            row.signal_ns = signal.ts_ns;
            if (n != 2 || horizon_ms == 60'000) {
                ASSERT_TRUE(store_->put(row).ok());
            }
        }
    }
    const auto found = [&](const OutcomeQuery& query) {
        std::string text;
        const auto rows = store_->outcomes(query);
        for (const OutcomeRow& row : *rows) {
            text += row.signal_id + " ";
        }
        return text;
    };
    EXPECT_EQ(found({0, 60'000, 10}), "sig-3 sig-2 sig-1 ");
    EXPECT_EQ(found({0, 900'000, 10}), "sig-3 sig-1 ");
    EXPECT_EQ(found({kNow + 2 * kSecond, 60'000, 10}), "sig-3 sig-2 ");
    EXPECT_EQ(found({0, 60'000, 1}), "sig-3 ");
    EXPECT_EQ(found({0, 300'000, 10}), "");
    EXPECT_EQ(*store_->without_outcome({0, 900'000, 0}), 1U);
    EXPECT_EQ(*store_->without_outcome({kNow + 3 * kSecond, 900'000, 0}), 0U);
    EXPECT_THAT(*store_->outcome_horizons(), ElementsAre(60'000, 900'000));
}

TEST_P(OutcomeRows, outcomes_go_with_their_signals) {
    for (const std::string id : {"sig-old", "sig-new"}) {
        SignalRow signal = signal_row(id, "expired");
        OutcomeRow outcome = outcome_row(id, 60'000);
        if (id == "sig-old") {
            signal.ts_ns = outcome.signal_ns = kNow - 10'000 * kSecond;
            signal.expires_ns = kNow - 2'800 * kSecond;
        }
        ASSERT_TRUE(store_->admit(signal, {}).ok());
        ASSERT_TRUE(store_->put(outcome).ok());
    }
    ASSERT_TRUE(store_->prune(10, kNow).ok());
    EXPECT_EQ(at_.sql("SELECT MIN(signal_id) FROM outcomes"), "sig-new");
}

}  // namespace
}  // namespace petrel::core
