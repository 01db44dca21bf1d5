// Drawn functions say the same translated and in Lua: whatever a pack may write that is proved to
// end, its mistakes included. A failure prints the function.
#include <gtest/gtest.h>

#include "rule_pair.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

class CodeDraw {
public:
    // Tame ones have numbers alone; others whatever the grammar has.
    CodeDraw(std::uint64_t seed, bool tame) : draw_(seed), tame_(tame) {}

    // Helper functions, each calling those before it, then the function that gives the total.
    std::string file() {
        std::string text =
            "local max, min, floor, abs = math.max, math.min, math.floor, math.abs\n"
            "local t = { a = 1, b = 2.5, c = 'x', [1] = 4, [2] = -0.5, d = { a = 3 } }\n";
        for (int i = 0; i < 3; ++i) {
            text += function("f" + std::to_string(i), draw_.below(3));
            ++helpers_;
        }
        text += function("total", 0);
        return text +
               "return function(input, terms)\n"
               "  if input.symbol ~= 'ATTACK' then return 1, 'single', 'weak', 'neutral', 'low' "
               "end\n"
               "  local sum = total(input, terms)\n"
               "  if sum == true then sum = 1 elseif not sum then sum = 2 end\n"
               "  terms.last = sum\n"
               "  if sum ~= sum or sum < 0 or sum > 100 then sum = 50 end\n"
               "  return sum, 'single', 'weak', 'neutral', 'low'\nend\n";
    }

private:
    std::string function(const std::string& name, std::size_t parameters) {
        locals_ = {};
        std::string text = "local function " + name + "(input, terms";
        for (std::size_t i = 0; i < parameters; ++i) {
            locals_.push_back("p" + std::to_string(i));
            text += ", " + locals_.back();
        }
        text += ")\n";
        text += block(3);
        const std::size_t results = name == "total" ? 1 : draw_.below(3);
        return text + "  return " + list(results) + "\nend\n";
    }

    std::string list(std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            text += (i == 0 ? "" : ", ") + expression(2);
        }
        return text;
    }

    std::string block(int depth) {
        const std::size_t outer = locals_.size();
        std::string text;
        const std::size_t count = 1 + draw_.below(4);
        for (std::size_t i = 0; i < count; ++i) {
            text += statement(depth);
        }
        if (depth < 3) {
            locals_.resize(outer);
        }
        return text;
    }

    std::string statement(int depth) {
        const std::size_t kind = draw_.below(depth > 0 ? 8 : 6);
        if (kind < 2 || locals_.empty()) {
            const std::string value = expression(3);
            locals_.push_back("v" + std::to_string(next_++));
            return "  local " + locals_.back() + " = " + value + "\n";
        }
        if (kind == 2) {
            const std::string value = call();
            locals_.push_back("v" + std::to_string(next_++));
            locals_.push_back("v" + std::to_string(next_++));
            return "  local " + locals_[locals_.size() - 2] + ", " + locals_.back() + " = " +
                   value + "\n";
        }
        if (kind < 5) {
            return "  " + local() + " = " + expression(3) + "\n";
        }
        if (kind == 5) {
            return std::string("  terms.") + (draw_.below(2) == 0 ? "one" : "two") + " = " +
                   expression(2) + "\n";
        }
        std::string text =
            "  if " + (tame_ ? condition(2) : expression(2)) + " then\n" + block(depth - 1);
        if (draw_.below(4) == 0) {
            text += "  return " + list(draw_.below(3)) + "\n";
        }
        if (draw_.below(2) == 0) {
            text += "  elseif " + expression(2) + " then\n" + block(depth - 1);
        }
        if (draw_.below(2) == 0) {
            text += "  else\n" + block(depth - 1);
        }
        return text + "  end\n";
    }

    std::string local() { return locals_[draw_.below(locals_.size())]; }

    std::string call() {
        if (helpers_ == 0 || draw_.below(4) == 0) {
            return std::string(draw_.word({"max", "min", "abs", "floor"})) + "(" + expression(1) +
                   (draw_.below(2) == 0 ? ", " + expression(1) : "") + ")";
        }
        std::string text = "f" + std::to_string(draw_.below(helpers_)) + "(input, terms";
        const std::size_t count = draw_.below(4);
        for (std::size_t i = 0; i < count; ++i) {
            text += ", " + expression(1);
        }
        return text + ")";
    }

    std::string leaf() {
        switch (draw_.below(9)) {
            case 0:
            case 1:
                return std::string(
                    draw_.word({"0", "1", "2", "-1", "3", "0.5", "-0.0", "0.25", "1e300",
                                "9007199254740991", "7", "127", "128", "-3.75"}));
            case 2:
                return std::string(
                    draw_.word({"input.market.price", "input.market.spread_bps",
                                "input.storm.volume_usd", "input.history.sent_last_hour",
                                "input.market.coverage", "input.storm.events"}));
            case 3:
                return std::string(draw_.word(
                    {"t.a", "t.b", "t.a", "t.b", "t.c", "t.d.a", "t[1]", "t[2]", "t.e"}));
            case 4:
                if (draw_.below(4) != 0) {
                    return "2.5";
                }
                return std::string(
                    draw_.word({"nil", "true", "false", "'x'", "'a'", "input.symbol"}));
            default:
                return locals_.empty() ? "1" : local();
        }
    }

    // Of numbers alone, which no type error ends.
    std::string number(int depth) {
        const auto part = [&] { return number(depth - 1); };
        switch (depth == 0 ? 9 : draw_.below(10)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return "(" + part() + std::string(draw_.word({" + ", " - ", " * ", " / "})) +
                       part() + ")";
            case 4:
                return "(" + condition(depth - 1) + " and " + part() + " or " + part() + ")";
            case 5:
                return "-" + part();
            case 6:
                return "((" + call() + ") or " + part() + ")";
            case 7:
                return "(t[" + part() + "] or " + part() + ")";
            case 8:
                return "(" + part() + " ^ " + part() + ")";
            default:
                return locals_.empty() || draw_.below(2) == 0
                           ? std::string(draw_.word(
                                 {"0", "1", "2", "-1", "0.5", "-0.0", "1e300", "127", "3",
                                  "input.market.price", "input.market.spread_bps", "t.a", "t.b",
                                  "input.storm.volume_usd", "input.market.coverage", "t[1]"}))
                           : "(" + local() + " or 1)";
        }
    }

    std::string condition(int depth) {
        if (depth > 0 && draw_.below(3) == 0) {
            return "(" + condition(depth - 1) + std::string(draw_.word({" and ", " or "})) +
                   condition(depth - 1) + ")";
        }
        return (draw_.below(4) == 0 ? "not (" : "(") + number(depth) +
               std::string(draw_.word({" < ", " <= ", " > ", " >= ", " == ", " ~= "})) +
               number(depth) + ")";
    }

    std::string expression(int depth) {
        if (tame_) {
            return number(depth);
        }
        if (depth == 0) {
            return leaf();
        }
        const auto part = [&] { return expression(depth - 1); };
        switch (draw_.below(14)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return "(" + part() + std::string(draw_.word({" + ", " - ", " * ", " / "})) +
                       part() + ")";
            case 4:
                // Not by 0: Lua names a wrong line then, which hangs on the hook.
                return draw_.below(2) == 0
                           ? "(" + part() + std::string(draw_.word({" ^ ", " .. "})) + part() + ")"
                           : "(" + part() + std::string(draw_.word({" % ", " // "})) + "3.5)";
            case 5:
            case 6:
                return "(" + part() +
                       std::string(draw_.word({" < ", " <= ", " > ", " >= ", " == ", " ~= "})) +
                       part() + ")";
            case 7:
                return "(" + part() + " and " + part() + " or " + part() + ")";
            case 8:
                return "(" + part() + std::string(draw_.word({" and ", " or "})) + part() + ")";
            case 9:
                return std::string(draw_.word({"-", "not "})) + "(" + part() + ")";
            case 10:
                return draw_.below(3) == 0 ? "t[" + part() + " or nil]" : leaf();
            case 11:
                return "(" + call() + ")";
            default:
                return leaf();
        }
    }

    Draw draw_;
    bool tame_;
    std::vector<std::string> locals_;
    std::size_t helpers_ = 0;
    int next_ = 0;
};

TEST(RuleDrawnCode, says_the_same_translated_and_in_lua) {
    constexpr std::uint64_t functions = 200;
    std::uint64_t translated = 0;
    std::uint64_t left = 0;
    for (std::uint64_t seed = 1; seed <= functions; ++seed) {
        Files files = good_files();
        files["score.lua"] = CodeDraw(seed, seed % 2 == 0).file();
        const Result<std::shared_ptr<const RulePack>> pack = build(files);
        if (!pack.ok()) {
            continue;  // refused when it is loaded, as it should be
        }
        const Pair pair(pack);
        RuleInput input = storm_input("ATTACK");
        for (const double price : {0.0, -0.0, 0.25, 1.0, 2.0, 3.0, 91'250.0, -1.0}) {
            input.market.price = price;
            ASSERT_EQ(pair.by_steps(input), pair.by_lua(input))
                << "seed " << seed << " at " << price << "\n"
                << files["score.lua"];
        }
        translated += pair.figures().translated;
        left += pair.figures().left;
    }
    EXPECT_GT(translated, 4 * functions) << "most end in Lua: what is drawn is too wild";
    EXPECT_GT(left, functions) << "hardly one ends in Lua: what is drawn is too tame";
}

}  // namespace
}  // namespace petrel::core::script_test
