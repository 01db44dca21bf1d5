// Jumps go forward only, so one walk from the end to the beginning knows what is read later.
#include "script/rule_trim.hpp"

#include <bitset>

namespace petrel::core {
namespace {

using Step = RuleProgram::Step;
using Code = RuleProgram::Code;

using Live = std::bitset<RuleProgram::kRegistersMax>;

class Trim {
public:
    explicit Trim(RuleProgram& program) : program_(program), steps_(program.steps) {}

    void run() {
        const std::vector<bool> needed = needed_steps();
        std::vector<std::uint32_t> moved(steps_.size() + 1);
        std::vector<Step> kept;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            moved[i] = static_cast<std::uint32_t>(kept.size());
            if (needed[i]) {
                kept.push_back(steps_[i]);
            }
        }
        moved[steps_.size()] = static_cast<std::uint32_t>(kept.size());
        for (Step& step : kept) {
            step.target = step.jumps() ? moved[step.target] : step.target;
        }
        steps_ = std::move(kept);
    }

private:
    std::vector<bool> reached_steps() const {
        std::vector<bool> reached(steps_.size() + 1);
        reached[0] = true;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (!reached[i]) {
                continue;
            }
            if (steps_[i].jumps()) {
                reached[steps_[i].target] = true;
            }
            if (steps_[i].goes_on()) {
                reached[i + 1] = true;
            }
        }
        return reached;
    }
    void use(Live& live, std::size_t place) const {
        if (place < program_.registers) {
            live.set(place);
        }
    }
    void use(Live& live, std::size_t first, std::size_t count) const {
        for (std::size_t i = 0; i < count; ++i) {
            use(live, first + i);
        }
    }
    static void reset(Live& live, std::size_t first, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            live.reset(first + i);
        }
    }
    // What must be known before the step for what is needed behind it.
    void before(const Step& step, Live& live) const {
        switch (step.code) {
            case Code::Move:
            case Code::Negate:
            case Code::Not:
            case Code::GetField:
                live.reset(step.a);
                use(live, step.b);
                break;
            case Code::Add:
            case Code::Subtract:
            case Code::Multiply:
            case Code::Divide:
            case Code::Power:
            case Code::GetTable:
                live.reset(step.a);
                use(live, step.b);
                use(live, step.c);
                break;
            case Code::Equal:
            case Code::Less:
            case Code::LessEqual:
                use(live, step.b);
                use(live, step.c);
                break;
            case Code::Test:
                use(live, step.b);
                break;
            case Code::SetField:
                use(live, step.a);
                use(live, step.c);
                break;
            case Code::Concat:
            case Code::Return:
                use(live, step.a, step.b);
                break;
            case Code::Checks:
                reset(live, step.a, step.c);
                for (const std::uint16_t place : program_.checks[step.target].places) {
                    use(live, place);
                }
                break;
            case Code::Call:
                reset(live, step.a, step.c);
                use(live, step.a + std::size_t{1}, step.b);
                break;
            default:
                break;
        }
    }
    std::vector<bool> needed_steps() const {
        const std::vector<bool> reached = reached_steps();
        std::vector<bool> needed(steps_.size());
        std::vector<Live> live(steps_.size() + 1);
        std::size_t behind = steps_.size();  // the first needed step behind this one
        for (std::size_t i = steps_.size(); i-- > 0;) {
            const Step& step = steps_[i];
            live[i] = step.goes_on() ? live[i + 1] : Live();
            if (step.jumps()) {
                live[i] |= live[step.target];
            }
            const bool unread = step.code == Code::Move && !live[i].test(step.a);
            const bool next = step.code == Code::Jump && step.target <= behind;
            needed[i] = reached[i] && !unread && !next;
            if (needed[i]) {
                before(step, live[i]);
                behind = i;
            } else if (next) {
                live[i] = live[step.target];
            } else if (!reached[i]) {
                live[i] = live[i + 1];
            }
        }
        return needed;
    }

    RuleProgram& program_;
    std::vector<Step>& steps_;
};

}  // namespace

void trim(RuleProgram& program) {
    if (program.registers <= RuleProgram::kRegistersMax && !program.steps.empty()) {
        Trim(program).run();
    }
}

}  // namespace petrel::core
