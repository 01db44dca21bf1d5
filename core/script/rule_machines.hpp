// Machines of a version that goes live, made before it does: one for each shard, so that the swap
// between two events takes one that is there instead of compiling a pack.
//
// stock() and sweep() belong to the control thread, take() and retire() to the threads that decide.
// A machine is used on one thread at a time; here it is handed from one to the next under a lock,
// which nothing but a few pointers is moved under.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "runtime/hand_over.hpp"
#include "script/rule_budget.hpp"

namespace petrel::core {

class RulePack;
class RuleVm;

class RuleMachines {
public:
    // `count` machines are made of each version; 0: none are kept.
    RuleMachines(const RuleBudget& budget, std::size_t count);
    ~RuleMachines();
    RuleMachines(const RuleMachines&) = delete;
    RuleMachines& operator=(const RuleMachines&) = delete;

    // Makes machines of the pack in place of those that are left of another.
    void stock(const RulePack& pack);
    // Destroys the machines that were handed back.
    void sweep();

    // A machine of that very pack; made on the spot when none is left.
    std::unique_ptr<RuleVm> take(const RulePack& pack);
    // A machine that decides no more; destroyed by the next sweep(), or at once where nobody
    // sweeps.
    void retire(std::unique_ptr<RuleVm> machine);

private:
    using Machines = std::vector<std::unique_ptr<RuleVm>>;

    const RuleBudget budget_;
    const std::size_t count_;
    HandOver<std::unique_ptr<RuleVm>> ready_;
    HandOver<std::unique_ptr<RuleVm>> retired_;  // at most twice as many as there are shards
};

}  // namespace petrel::core
