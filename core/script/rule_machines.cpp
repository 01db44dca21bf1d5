// What is given back by exchange() and put() is destroyed here, outside of the lock.
#include "script/rule_machines.hpp"

#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {

RuleMachines::RuleMachines(const RuleBudget& budget, std::size_t count)
    : budget_(budget), count_(count) {}

RuleMachines::~RuleMachines() = default;

void RuleMachines::stock(const RulePack& pack) {
    sweep();
    Machines made;
    for (std::size_t i = 0; i < count_; ++i) {
        made.push_back(pack.make_vm(budget_));
    }
    ready_.exchange(std::move(made));
}

void RuleMachines::sweep() {
    Machines room;
    room.reserve(2 * count_);  // so that retire() allocates nothing
    retired_.exchange(std::move(room));
}

std::unique_ptr<RuleVm> RuleMachines::take(const RulePack& pack) {
    std::unique_ptr<RuleVm> machine = ready_.take_last(
        [&](const std::unique_ptr<RuleVm>& ready) { return &ready->pack() == &pack; });
    return machine == nullptr ? pack.make_vm(budget_) : std::move(machine);
}

void RuleMachines::retire(std::unique_ptr<RuleVm> machine) {
    if (machine != nullptr) {
        retired_.put(std::move(machine), 2 * count_);
    }
}

}  // namespace petrel::core
