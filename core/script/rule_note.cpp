// No printf: no locale, and a fraction of the time.
#include "script/rule_note.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "runtime/human.hpp"

namespace petrel::core {
namespace {

// Rounds half away from zero, in whole numbers: a printf costs ten times as much.
void append_fixed(double value, int decimals, std::string& note) {
    constexpr std::array<std::int64_t, 10> powers{
        1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
    constexpr double printable = 1e17;
    const std::int64_t power = powers[static_cast<std::size_t>(decimals)];
    const double scaled = value * static_cast<double>(power);
    if (!(std::fabs(scaled) < printable)) {
        note += "(very large)";
        return;
    }
    const auto rounded = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
    std::array<char, 48> text{};
    char* end = text.data();
    if (rounded < 0) {
        *end++ = '-';
    }
    const std::int64_t size = rounded < 0 ? -rounded : rounded;
    end = std::to_chars(end, text.data() + text.size(), size / power).ptr;
    if (decimals > 0) {
        *end++ = '.';
        std::int64_t rest = size % power;
        for (int i = decimals; i > 0; --i) {
            end[i - 1] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        }
        end += decimals;
    }
    note.append(text.data(), end);
}

}  // namespace

void write_note(std::string_view text, std::span<const double> numbers, std::string& note) {
    note.clear();
    std::size_t next = 0;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        note.append(text.substr(0, open));
        if (open == std::string_view::npos) {
            return;
        }
        text.remove_prefix(open);
        const bool place = text.size() >= 3 && text[2] == '}' &&
                           (text[1] == '$' || (text[1] >= '0' && text[1] <= '9'));
        if (!place) {
            note += '{';
            text.remove_prefix(1);
            continue;
        }
        if (next >= numbers.size()) {
            note += '?';
        } else if (text[1] == '$') {
            note += human_usd(numbers[next]);
        } else {
            append_fixed(numbers[next], text[1] - '0', note);
        }
        ++next;
        text.remove_prefix(3);
    }
}

}  // namespace petrel::core
