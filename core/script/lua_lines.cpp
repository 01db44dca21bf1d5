// Follows jumps, tests and loops of the virtual machine of Lua 5.4 without running anything.
#include "script/lua_lines.hpp"

#include <vector>

namespace petrel::core {
namespace {

// The same numbers in all of Lua 5.4.
enum Flow : std::uint32_t {
    kSkipFalse = 6,  // LFALSESKIP
    kJumpTo = 56,
    kFirstTest = 57,  // EQ to TESTSET: the next instruction or the one behind it
    kLastTest = 67,
    kFirstReturn = 69,  // TAILCALL: the return behind it is for library functions only
    kLastReturn = 72,
    kForBack = 73,
    kForEnter = 74,
    kForInEnter = 75,
    kForInBack = 77,
    kVarargPrepare = 81,  // first of a vararg function; belongs to no line
};

class Reach {
public:
    explicit Reach(std::span<const std::uint32_t> code) : code_(code), seen_(code.size(), false) {
        open_.push_back(0);
        while (!open_.empty()) {
            const std::int64_t at = open_.back();
            open_.pop_back();
            const bool inside = at >= 0 && at < static_cast<std::int64_t>(code_.size());
            if (inside && !seen_[static_cast<std::size_t>(at)]) {
                seen_[static_cast<std::size_t>(at)] = true;
                follow(at);
            }
        }
    }
    [[nodiscard]] bool reaches(std::size_t at) const { return seen_[at]; }

private:
    void follow(std::int64_t at) {
        const std::uint32_t instruction = code_[static_cast<std::size_t>(at)];
        const std::uint32_t operation = instruction & 0x7FU;
        const std::int64_t next = at + 1;
        const auto distance = static_cast<std::int64_t>(instruction >> 15);
        constexpr std::int64_t jump_middle = (1 << 24) - 1;
        if (operation == kJumpTo) {
            open_.push_back(next + static_cast<std::int64_t>(instruction >> 7) - jump_middle);
        } else if (operation == kSkipFalse) {
            open_.push_back(next + 1);
        } else if (operation >= kFirstTest && operation <= kLastTest) {
            open_.push_back(next);
            open_.push_back(next + 1);
        } else if (operation == kForBack || operation == kForInBack) {
            open_.push_back(next);
            open_.push_back(next - distance);
        } else if (operation == kForEnter) {
            open_.push_back(next);
            open_.push_back(next + distance + 1);
        } else if (operation == kForInEnter) {
            open_.push_back(next + distance);
        } else if (operation < kFirstReturn || operation > kLastReturn) {
            open_.push_back(next);
        }
    }

    std::span<const std::uint32_t> code_;
    std::vector<bool> seen_;
    std::vector<std::int64_t> open_;
};

}  // namespace

void add_lines_that_run(std::span<const std::uint32_t> code, std::span<const int> lines,
                        std::set<int>& found) {
    const Reach reach(code);
    for (std::size_t at = 0; at < code.size() && at < lines.size(); ++at) {
        if (reach.reaches(at) && (code[at] & 0x7FU) != kVarargPrepare) {
            found.insert(lines[at]);
        }
    }
}

}  // namespace petrel::core
