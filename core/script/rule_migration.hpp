// Carries declared state over to another version of its pack: runs the function `migrate` of the
// new pack.lua on the values of the old schema.
//
// check_state_change() is the part of a reload that refuses a schema that changed without it. Cold
// path; one thread.
#pragma once

#include <memory>
#include <span>

#include "petrel/result.hpp"
#include "script/rule_io.hpp"
#include "script/rule_state.hpp"

namespace petrel::core {

class LuaState;
class RulePack;

class RuleMigration {
public:
    // From cells of `from` to cells of the pack; both outlive the migration.
    RuleMigration(const RulePack& to, const RuleStateSchema& from);
    ~RuleMigration();
    RuleMigration(const RuleMigration&) = delete;
    RuleMigration& operator=(const RuleMigration&) = delete;

    // Keys that migrate() leaves out are as declared.
    Result<RuleCells> carry(const RuleCells& cells);

private:
    Status open();

    const RulePack& to_;
    const RuleStateSchema& from_;
    std::unique_ptr<LuaState> state_;
    Status opened_;
};

// Whether `next` may follow `live`, whose state is to be kept: the same schema, or a migrate() that
// works on what was declared and on what the inputs recorded.
Status check_state_change(const RulePack& live, const RulePack& next,
                          std::span<const RuleInput> recorded);

}  // namespace petrel::core
