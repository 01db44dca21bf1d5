// Machines that are made before a version goes live: of that very pack, on another thread, as many
// as were asked for, and gone when they decide no more.
#include "script/rule_machines.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

TEST(RuleMachines, are_taken_once_and_only_of_their_pack) {
    const auto first = *build(good_files());
    Files changed = good_files();
    changed["score.lua"] += "\n-- another one";
    const auto second = *build(changed);
    RuleMachines machines({}, 2);
    const long uses_before = second.use_count();
    machines.stock(*second);
    EXPECT_EQ(second.use_count(), uses_before + 2) << "two machines hold it";

    EXPECT_EQ(&machines.take(*first)->pack(), first.get()) << "made on the spot";
    EXPECT_EQ(second.use_count(), uses_before + 2) << "and none of the others was taken for it";

    auto one = machines.take(*second);
    auto two = machines.take(*second);
    EXPECT_NE(one.get(), two.get());
    EXPECT_EQ(second.use_count(), uses_before + 2) << "none was made for these two";
    auto three = machines.take(*second);
    EXPECT_EQ(second.use_count(), uses_before + 3) << "and a third one was";

    machines.retire(std::move(one));
    machines.retire(std::move(two));
    EXPECT_EQ(second.use_count(), uses_before + 3) << "not destroyed by the one that hands back";
    machines.sweep();
    EXPECT_EQ(second.use_count(), uses_before + 1);
    machines.stock(*second);
    machines.stock(*first);
    EXPECT_EQ(second.use_count(), uses_before + 1) << "what is left of another version goes";
}

TEST(RuleMachines, made_on_one_thread_decide_on_another_within_their_budget) {
    const auto pack = *build(attacked_files("while true do end"));
    RuleBudget budget;
    budget.fuel = 20'000;
    RuleMachines machines(budget, 1);
    machines.stock(*pack);
    RuleScore good;
    RuleScore endless;
    std::thread decides([&] {
        std::unique_ptr<RuleVm> machine = machines.take(*pack);
        machine->score(storm_input(), good);
        machine->score(storm_input("ATTACK"), endless);
        machines.retire(std::move(machine));
    });
    decides.join();
    machines.sweep();
    EXPECT_EQ(good.fault, "");
    EXPECT_EQ(good.total, 0.5);
    EXPECT_NE(endless.fault.find("steps in one call"), std::string::npos) << endless.fault;
}

}  // namespace
}  // namespace petrel::core::script_test
