// Sums are kept in the order of the outcomes, so that the same outcomes give the same bytes.
#include "outcome/voter_card.hpp"

#include <array>
#include <map>

namespace petrel::core {
namespace {

// Close together where signals are sent by default, from 0.85 on.
constexpr std::array<double, 9> kBandEnds{0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1};

struct VoterSum {
    VoterRow row;
    double votes = 0;
};

void add_vote(const RuleShare& vote, OutcomeResult result, VoterSum& sum) {
    if (!vote.known) {
        ++sum.row.abstained;
        return;
    }
    ++sum.row.votes;
    sum.votes += vote.value;
    if (result != OutcomeResult::Hit && result != OutcomeResult::FalseAlarm) {
        ++sum.row.open;
    } else if ((vote.value >= 0.5) == (result == OutcomeResult::Hit)) {
        ++sum.row.right;
    } else {
        ++sum.row.wrong;
    }
}

std::size_t band_of(double confidence) {
    std::size_t band = 0;
    while (band + 2 < kBandEnds.size() && confidence >= kBandEnds[band + 1]) {
        ++band;
    }
    return band;
}

std::vector<ConfidenceBand> bands_of(std::span<const SignalOutcome> outcomes) {
    std::map<std::size_t, ConfidenceBand> bands;
    std::map<std::size_t, double> sums;
    for (const SignalOutcome& outcome : outcomes) {
        if (outcome.confidence < 0) {
            continue;
        }
        const std::size_t at = band_of(outcome.confidence);
        ConfidenceBand& band = bands[at];
        band.low = kBandEnds[at];
        band.high = kBandEnds[at + 1];
        ++band.signals;
        sums[at] += outcome.confidence;
        band.hits += outcome.result == OutcomeResult::Hit ? 1 : 0;
        band.false_alarms += outcome.result == OutcomeResult::FalseAlarm ? 1 : 0;
    }
    std::vector<ConfidenceBand> rows;
    for (auto& [at, band] : bands) {
        band.mean_confidence = sums[at] / static_cast<double>(band.signals);
        if (const std::uint64_t known = band.hits + band.false_alarms; known > 0) {
            band.hit_share = wilson_share(band.hits, known);
        }
        rows.push_back(band);
    }
    return rows;
}

}  // namespace

VoterCard make_voter_card(std::span<const SignalOutcome> outcomes) {
    VoterCard card;
    std::map<std::string, VoterSum> sums;
    for (const SignalOutcome& outcome : outcomes) {
        card.without_votes += outcome.votes.empty() ? 1 : 0;
        for (const RuleShare& vote : outcome.votes) {
            add_vote(vote, outcome.result, sums[vote.name]);
        }
    }
    for (auto& [name, sum] : sums) {
        VoterRow& row = sum.row;
        row.name = name;
        if (row.votes > 0) {
            row.mean_vote = sum.votes / static_cast<double>(row.votes);
        }
        if (const std::uint64_t known = row.right + row.wrong; known > 0) {
            row.right_share = wilson_share(row.right, known);
        }
        card.voters.push_back(std::move(row));
    }
    card.bands = bands_of(outcomes);
    return card;
}

}  // namespace petrel::core
