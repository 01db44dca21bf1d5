// Edit distance over three rows (optimal string alignment). Cold path, bounded input: words longer
// than the limit are never near anything.
#include "config/closest.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace petrel::core {
namespace {

constexpr std::size_t kWordMax = 128;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        above[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                 lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

std::string closest(std::string_view word, std::span<const std::string> candidates) {
    if (word.empty() || word.size() > kWordMax) {
        return {};
    }
    std::size_t best = word.size() <= 3 ? 2 : 3;
    std::string found;
    for (const std::string& candidate : candidates) {
        if (candidate.empty() || candidate.size() > kWordMax) {
            continue;
        }
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best && distance < candidate.size()) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    const std::string near = closest(word, candidates);
    return near.empty() ? std::string() : "did you mean '" + near + "'?";
}

}  // namespace petrel::core
