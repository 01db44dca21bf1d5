// Votes on signals: one row a voter, which follow a held story and stay from its admission on.
#include <gmock/gmock.h>

#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "store/database.hpp"

namespace petrel::core {
namespace {

using petrel::testing::TempFolder;
using ::testing::HasSubstr;

SignalRow voted(const std::string& id, const std::string& state, double vote) {
    SignalRow row = signal_row(id, state);
    row.votes = {{id, "technical", vote, 0.4, 1, 0.9}, {id, "regime", std::nullopt, 0.2, 0, 0.9}};
    return row;
}

class Votes : public ::testing::Test {
protected:
    std::string all() {
        return run_sql(path_,
                       "SELECT group_concat(voter || ' ' || coalesce(vote, '-') || ' ' ||"
                       " weight || ' ' || share || ' ' || confidence, ', ') FROM"
                       " (SELECT * FROM votes ORDER BY signal_id, voter)");
    }
    TempFolder folder_;
    std::string path_ = folder_.at("petrel.db");
    std::unique_ptr<Database> database_ = std::move(Database::open(path_)).value();
};

TEST_F(Votes, are_written_with_the_admission) {
    ASSERT_TRUE(database_->admit(voted("sig-1", "active", 0.75), {}).ok());
    EXPECT_EQ(all(), "regime - 0.2 0.0 0.9, technical 0.75 0.4 1.0 0.9");
}

TEST_F(Votes, follow_a_held_story_and_stay_from_its_admission_on) {
    ASSERT_TRUE(database_->put(voted("sig-1", "held", 0.25)).ok());
    EXPECT_THAT(all(), HasSubstr("technical 0.25"));
    ASSERT_TRUE(database_->put(voted("sig-1", "held", 0.5)).ok());
    EXPECT_THAT(all(), HasSubstr("technical 0.5"));
    ASSERT_TRUE(database_->admit(voted("sig-1", "active", 0.75), {}).ok());
    EXPECT_THAT(all(), HasSubstr("technical 0.75"));
    ASSERT_TRUE(database_->put(voted("sig-1", "active", 0.875)).ok());
    ASSERT_TRUE(database_->admit(voted("sig-1", "active", 1), {}).ok()) << "replayed";
    EXPECT_EQ(all(), "regime - 0.2 0.0 0.9, technical 0.75 0.4 1.0 0.9");
}

TEST_F(Votes, are_found_by_the_outcomes_of_a_horizon) {
    for (const char* id : {"sig-1", "sig-2", "sig-3"}) {
        ASSERT_TRUE(database_->admit(voted(id, "active", 0.75), {}).ok());
    }
    ASSERT_TRUE(database_->put(outcome_row("sig-1", 60'000)).ok());
    ASSERT_TRUE(database_->put(outcome_row("sig-3", 60'000)).ok());
    ASSERT_TRUE(database_->put(outcome_row("sig-2", 900'000)).ok());
    const auto rows = database_->votes(OutcomeQuery{0, 60'000, 100});
    ASSERT_TRUE(rows.ok());
    ASSERT_EQ(rows->size(), 4U);
    EXPECT_EQ((*rows)[0].signal_id, "sig-1");
    EXPECT_EQ((*rows)[0].voter, "regime");
    EXPECT_FALSE((*rows)[0].vote.has_value());
    EXPECT_EQ((*rows)[1].vote, 0.75);
    EXPECT_EQ((*rows)[1].weight, 0.4);
    EXPECT_EQ((*rows)[1].confidence, 0.9);
    EXPECT_EQ((*rows)[3].signal_id, "sig-3");
}

TEST_F(Votes, go_with_their_signals) {
    ASSERT_TRUE(database_->put(voted("sig-1", "held", 0.25)).ok());
    ASSERT_TRUE(database_->admit(voted("sig-2", "active", 0.25), {}).ok());
    ASSERT_TRUE(database_->prune(0, 0).ok());
    EXPECT_EQ(run_sql(path_, "SELECT group_concat(DISTINCT signal_id) FROM votes"), "sig-2");
}

TEST_F(Votes, a_full_disk_leaves_neither_signal_nor_votes) {
    {
        const FullDisk full;
        EXPECT_FALSE(database_->put(voted("sig-1", "held", 0.25)).ok());
    }
    EXPECT_EQ(run_sql(path_, "SELECT COUNT(*) FROM votes"), "0");
    EXPECT_TRUE(database_->put(voted("sig-1", "held", 0.25)).ok());
}

}  // namespace
}  // namespace petrel::core
