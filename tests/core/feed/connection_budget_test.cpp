// How many connections of each type all venues together may hold.
#include "feed/connection_budget.hpp"

#include <gtest/gtest.h>

namespace petrel::core::test {
namespace {

TEST(ConnectionBudget, each_type_and_the_total_have_a_limit) {
    ConnectionBudget budget(
        {.total = 10, .market_data = 8, .user_data = 2, .trading = 2, .system = 2});
    EXPECT_TRUE(budget.replace({}, {8, 0, 0, 0}).ok());
    EXPECT_EQ(budget.replace({}, {1, 0, 0, 0}).message(),
              "with its connections there would be 9, more than connections.market_data = 8 "
              "allows: raise it, or take fewer symbols or less redundancy");
    EXPECT_TRUE(budget.replace({}, {0, 2, 0, 0}).ok());
    EXPECT_NE(budget.replace({}, {0, 0, 1, 0}).message().find("connections.total = 10"),
              std::string::npos);
}

TEST(ConnectionBudget, what_is_replaced_counts_once_and_a_refusal_changes_nothing) {
    ConnectionBudget budget(
        {.total = 4, .market_data = 4, .user_data = 1, .trading = 1, .system = 1});
    ASSERT_TRUE(budget.replace({}, {3, 0, 0, 0}).ok());
    EXPECT_TRUE(budget.replace({3, 0, 0, 0}, {4, 0, 0, 0}).ok());
    EXPECT_FALSE(budget.replace({4, 0, 0, 0}, {5, 0, 0, 0}).ok());
    EXPECT_FALSE(budget.replace({}, {0, 1, 0, 0}).ok());
    EXPECT_TRUE(budget.replace({4, 0, 0, 0}, {0, 0, 0, 0}).ok());
    EXPECT_TRUE(budget.replace({}, {0, 1, 1, 1}).ok());
}

}  // namespace
}  // namespace petrel::core::test
