// The loop over the steps. Doubles are worked with as Lua does: its integers, too, below 2^53, and
// whatever would tell the two apart leaves to Lua.
#include "script/rule_run.hpp"

#include <cmath>

namespace petrel::core {
namespace {

using Step = RuleProgram::Step;
using Code = RuleProgram::Code;
using Place = RuleProgram::Place;
using Form = Place::Form;

constexpr auto kFloatBits = static_cast<std::uint32_t>(RuleType::Float);

// Float where one of two numbers is, Integer where both are; without the bit of numbers else.
std::uint32_t common_type(const RuleValue& left, const RuleValue& right) {
    return static_cast<std::uint32_t>(left.type) & static_cast<std::uint32_t>(right.type);
}

// Two numbers to one; the result is an integer when both are.
template <typename Operation>
bool combine(const RuleValue& left, const RuleValue& right, RuleValue& out, Operation operation) {
    const std::uint32_t type = common_type(left, right);
    if ((type & kFloatBits) == 0) {
        return false;
    }
    double result = operation(left.number, right.number);
    if (type != kFloatBits) {
        if (!(std::fabs(result) < kRuleIntegerMax)) {  // 2^53 may be a rounded 2^53 + 1
            return false;
        }
        result += 0.0;  // there is no integer -0
    }
    out.number = result;
    out.type = static_cast<RuleType>(type);
    return true;
}

// The same, where the result is never an integer.
template <typename Operation>
bool combine_float(const RuleValue& left, const RuleValue& right, RuleValue& out,
                   Operation operation) {
    if ((common_type(left, right) & kFloatBits) == 0) {
        return false;
    }
    out.number = operation(left.number, right.number);
    out.type = RuleType::Float;
    return true;
}

bool negate(const RuleValue& value, RuleValue& out) {
    if (!value.is_number()) {
        return false;
    }
    out.number = value.type == RuleType::Integer ? 0.0 - value.number : -value.number;
    out.type = value.type;
    return true;
}

// A number of a host's table, which is what most fields are.
bool get_number(const Step& step, const RuleProgram::Field* fields, RuleValue* values) {
    const RuleValue& table = values[step.b];
    if (table.type != RuleType::Host) {
        return false;
    }
    const Place place = fields[step.c].places.data()[table.size];
    if (place.form != Form::Number) {
        return false;
    }
    values[step.a] = RuleValue::of_number(place.read<double>(table.host));
    return true;
}

enum class Answer : std::uint8_t { No, Yes, Unsure };

Answer answer_of(bool answer) { return answer ? Answer::Yes : Answer::No; }

Answer equal(const RuleValue& left, const RuleValue& right) {
    if (left.is_number() && right.is_number()) {
        return answer_of(left.number == right.number);
    }
    if (left.type >= RuleType::Host || right.type >= RuleType::Host) {
        return left.type == RuleType::Nil || right.type == RuleType::Nil ? Answer::No
                                                                         : Answer::Unsure;
    }
    return answer_of(left.type == right.type && (!left.is_text() || left.view() == right.view()));
}

Answer less(const Step& step, const RuleValue* values) {
    const RuleValue& left = values[step.b];
    const RuleValue& right = values[step.c];
    if ((common_type(left, right) & kFloatBits) == 0) {
        return Answer::Unsure;
    }
    return answer_of(step.code == Code::Less ? left.number < right.number
                                             : left.number <= right.number);
}

}  // namespace

RuleRun::RuleRun(std::unique_ptr<RuleProgram> program, const Scene& scene)
    : program_(std::move(program)), scene_(scene) {}

bool RuleRun::run(const RuleInput& input, const ScoreView* score,
                  std::span<const RuleHostTable> arguments) {
    scene_.input = &input;
    scene_.score = score;
    text_used_ = 0;
    RuleValue* place = program_->values.data();
    for (const RuleHostTable table : arguments) {
        *place++ = host(table);
    }
    return run_steps();
}

bool RuleRun::run_steps() {
    RuleValue* const values = program_->values.data();
    const Step* const steps = program_->steps.data();
    const RuleProgram::Field* const fields = program_->fields.data();
    for (const Step* step = steps;; ++step) {
        bool sure = true;
        switch (step->code) {
            case Code::Move:
                values[step->a] = values[step->b];
                break;
            case Code::Add:
                sure = combine(values[step->b], values[step->c], values[step->a],
                               [](double x, double y) { return x + y; });
                break;
            case Code::Subtract:
                sure = combine(values[step->b], values[step->c], values[step->a],
                               [](double x, double y) { return x - y; });
                break;
            case Code::Multiply:
                sure = combine(values[step->b], values[step->c], values[step->a],
                               [](double x, double y) { return x * y; });
                break;
            case Code::Less:
            case Code::LessEqual: {
                const Answer answer = less(*step, values);
                sure = answer != Answer::Unsure;
                step = answer == answer_of(step->expected) ? steps + step->target - 1 : step;
                break;
            }
            case Code::Equal: {
                const Answer answer = equal(values[step->b], values[step->c]);
                sure = answer != Answer::Unsure;
                step = answer == answer_of(step->expected) ? steps + step->target - 1 : step;
                break;
            }
            case Code::Test:
                if (values[step->b].holds() == step->expected) {
                    values[step->a] = values[step->b];
                    step = steps + step->target - 1;
                }
                break;
            case Code::Jump:
                step = steps + step->target - 1;
                break;
            case Code::GetField:
                sure = get_number(*step, fields, values) || get_field(*step);
                break;
            case Code::Return:
                results_ = {values + step->a, step->b};
                return true;
            case Code::Divide:
            case Code::Power:
            case Code::Negate:
            case Code::Not:
            case Code::GetTable:
            case Code::SetField:
            case Code::Concat:
            case Code::Checks:
            case Code::Call:
            case Code::Leave:
                sure = seldom(*step);
                break;
            default:
                __builtin_unreachable();  // a look at the bounds of the codes is a tenth of a step
        }
        if (!sure) {
            return false;
        }
    }
}

bool RuleRun::seldom(const Step& step) {
    RuleValue* const values = program_->values.data();
    switch (step.code) {
        case Code::Divide:
            return combine_float(values[step.b], values[step.c], values[step.a],
                                 [](double x, double y) { return x / y; });
        case Code::Power:
            return combine_float(
                values[step.b], values[step.c], values[step.a],
                [](double x, double y) { return y == 2 ? x * x : std::pow(x, y); });
        case Code::Negate:
            return negate(values[step.b], values[step.a]);
        case Code::Not:
            values[step.a] = RuleValue::of_flag(!values[step.b].holds());
            return true;
        case Code::GetTable:
            return get_table(step);
        case Code::SetField:
            return set_field(step);
        case Code::Concat:
            return concat(step);
        case Code::Checks:
            return check(step);
        case Code::Call:
            return call(step);
        default:
            return false;
    }
}

}  // namespace petrel::core
