// Names are few and looked for from the first; symbols are found by their number.
#include "score/voter_accuracy.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

std::size_t place_of(const std::vector<std::string>& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

void VoterAccuracy::forget_unused(std::span<const std::string> voters) {
    for (std::size_t i = names_.size(); i-- > 0;) {
        if (std::find(voters.begin(), voters.end(), names_[i]) != voters.end()) {
            continue;
        }
        names_.erase(names_.begin() + static_cast<std::ptrdiff_t>(i));
        for (std::vector<Tally>& tallies : symbols_) {
            if (i < tallies.size()) {
                tallies.erase(tallies.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
    }
}

void VoterAccuracy::use(std::span<const std::string> voters) {
    if (names_.size() + voters.size() > kNamesMax) {
        forget_unused(voters);
    }
    used_.clear();
    shares_.resize(voters.size());
    for (std::size_t i = 0; i < voters.size(); ++i) {
        const std::size_t at = place_of(names_, voters[i]);
        if (at == names_.size()) {
            names_.push_back(voters[i]);
        }
        used_.push_back(at);
        shares_[i].name = voters[i];
    }
}

void VoterAccuracy::note(std::uint32_t symbol, std::span<const RuleShare> votes, bool hit) {
    for (const RuleShare& vote : votes) {
        const std::size_t at = place_of(names_, vote.name);
        if (!vote.known || at == names_.size()) {
            continue;
        }
        if (symbol >= symbols_.size()) {
            symbols_.resize(symbol + 1U);
        }
        std::vector<Tally>& tallies = symbols_[symbol];
        tallies.resize(std::max(tallies.size(), at + 1));
        tallies[at].known += 1;
        tallies[at].right += (vote.value >= 0.5) == hit ? 1 : 0;
    }
}

std::span<const RuleTerm> VoterAccuracy::of(std::uint32_t symbol) {
    for (std::size_t i = 0; i < used_.size(); ++i) {
        Tally tally;
        if (symbol < symbols_.size() && used_[i] < symbols_[symbol].size()) {
            tally = symbols_[symbol][used_[i]];
        }
        shares_[i].value = (tally.right + 1) / (tally.known + 2);
    }
    return shares_;
}

}  // namespace petrel::core
