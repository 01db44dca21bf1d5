// Takes out of a program what nobody needs: values that are set and not read, jumps to the next
// step, steps that are never reached. Cold path.
#pragma once

#include "script/rule_program.hpp"

namespace petrel::core {

void trim(RuleProgram& program);

}  // namespace petrel::core
