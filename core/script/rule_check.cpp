// Samples and the double run.
#include "script/rule_check.hpp"

#include <algorithm>
#include <vector>

#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {
namespace {

RuleFinding finding(std::string_view type, std::string_view side, std::string_view phase) {
    RuleFinding sample;
    sample.present = true;
    sample.type = type;
    sample.side = side;
    sample.phase = phase;
    sample.volume_usd = 4'100'000;
    sample.threshold_usd = 2'000'000;
    sample.events = 12;
    sample.price = 91'214.5;
    sample.dominance = 0.9;
    sample.window_s = 30;
    sample.age_s = 1.5;
    sample.since_onset_s = 12;
    sample.likely_usd = 5'300'000;
    sample.high_usd = 7'900'000;
    return sample;
}

RuleInput with_type(std::string_view type) {
    RuleInput sample;
    sample.symbol = "BTC-USDT-PERP";
    sample.group = "MAJORS";
    sample.type = type;
    sample.now_s = 1'765'418'342;
    return sample;
}

RuleMarket busy_market() {
    RuleMarket market;
    market.price = 90'402;
    market.mark_price = 90'410;
    market.index_price = 90'450;
    market.funding_rate = 0.0012;
    market.open_interest_usd = 8e9;
    market.open_interest_change_pct = -2.4;
    market.spread_bps = 6;
    market.return_pct = -1.1;
    market.volatility_pct = 2.2;
    market.buy_usd = 3e6;
    market.sell_usd = 9e6;
    market.long_liquidated_usd = 17.9e6;
    market.short_liquidated_usd = 35e3;
    market.coverage = 0.8;
    market.hour_utc = 2.3;
    market.venues = 2;
    market.sentiment = -0.4;
    market.news_impact = 0.6;
    market.sentiment_age_s = 90;
    return market;
}

// A market in which everything happened: each figure is what a busy minute might show.
class BusyWindow final : public RuleWindow {
public:
    [[nodiscard]] RuleNumbers answer(const RuleQuestion& question) const noexcept override {
        const double minutes = question.horizon_ms / 60e3;
        switch (question.figure) {
            case RuleFigure::Flow:
                return {9e6 * minutes, 3e6 * minutes, 120 * minutes};
            case RuleFigure::Dominance:
                return {0.75};
            case RuleFigure::Vwap:
                return {90'380};
            case RuleFigure::Percentile:
                return {97.5, 120};
            case RuleFigure::Venues:
                return {3};
            case RuleFigure::Coverage:
                return {0.9};
            case RuleFigure::Sampled:
                return {1};
            case RuleFigure::ReturnPct:
                return {-0.4};
            case RuleFigure::VolatilityPct:
                return {2.2};
            case RuleFigure::OpenInterestChangePct:
                return {-2.4};
            case RuleFigure::Correlation:
                return {0.7, 1, 0.8};
        }
        return {};
    }
};

// Where a sample's market is known its windows are, too.
void open_windows(std::vector<RuleInput>& samples) {
    static const BusyWindow kBusy;
    for (RuleInput& sample : samples) {
        sample.window = sample.market.price > 0 ? &kBusy : nullptr;
    }
}

std::vector<RuleInput> make_samples() {
    std::vector<RuleInput> samples;
    for (const std::string_view side : {"long", "short"}) {
        RuleInput storm = with_type("LIQ_STORM");
        storm.finding = finding("LIQ_STORM", side, "onset");
        storm.storm = storm.finding;
        samples.push_back(storm);
        storm.market = busy_market();
        storm.finding.phase = "update";
        storm.history = {300, 12, 40, true};
        samples.push_back(storm);

        RuleInput cluster = with_type("WHALE_CLUSTER");
        cluster.finding = finding("WHALE_CLUSTER", side == "long" ? "sell" : "buy", "onset");
        cluster.cluster = cluster.finding;
        samples.push_back(cluster);

        RuleInput radar = with_type("GLOBAL_RADAR");
        radar.finding = storm.finding;
        radar.storm = storm.finding;
        radar.cluster = cluster.finding;
        radar.history = {300, 120, 3, false};
        samples.push_back(radar);
        radar.market = busy_market();
        radar.cluster.side = "buy";
        radar.history.story_sent = true;
        radar.history.outcomes = 12;
        radar.history.hit_share = 0.25;
        radar.history.mean_move_sigma = -0.4;
        radar.history.last_outcome = "false_alarm";
        samples.push_back(radar);

        RuleInput single = with_type("LIQUIDATION_LARGE");
        single.finding = finding("LIQUIDATION_LARGE", side, "single");
        single.finding.events = 1;
        samples.push_back(single);
        single.type = "WHALE_TRADE";
        single.finding.type = "WHALE_TRADE";
        single.finding.side = side == "long" ? "sell" : "buy";
        single.market = busy_market();
        samples.push_back(single);
    }
    samples.push_back(with_type("UNHEARD_OF"));
    samples.back().finding = finding("UNHEARD_OF", "", "single");
    samples.push_back(with_type("GLOBAL_RADAR"));
    open_windows(samples);
    return samples;
}

struct Outcome {
    RuleScore score;
    RuleVerdict verdict;
    RuleCells state{};
};

bool same_shares(const std::vector<RuleShare>& a, const std::vector<RuleShare>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const RuleShare& x, const RuleShare& y) {
                          return x.known == y.known && x.value == y.value && x.weight == y.weight;
                      });
}

bool same_ensemble(const RuleEnsemble& a, const RuleEnsemble& b) {
    return a.confidence == b.confidence && a.health == b.health && same_shares(a.votes, b.votes) &&
           same_shares(a.parts, b.parts);
}

// What plugins that the pack names might say, and how often voters might have been right; where the
// market of a sample is known.
class SampleVotes {
public:
    explicit SampleVotes(const RuleManifest& manifest) {
        for (const RuleVoter& voter : manifest.voters) {
            accuracy_.push_back({voter.name, 0.7});
            if (!voter.plugin.empty()) {
                votes_.push_back({voter.name, 0.8, false});
            }
        }
    }
    [[nodiscard]] RuleInput with(const RuleInput& sample) const {
        RuleInput input = sample;
        if (sample.market.price > 0 && sample.votes.empty() && sample.accuracy.empty()) {
            input.votes = votes_;
            input.accuracy = accuracy_;
        }
        return input;
    }

private:
    std::vector<RuleVote> votes_;
    std::vector<RuleTerm> accuracy_;
};

bool same(const Outcome& a, const Outcome& b) {
    const auto same_term = [](const RuleTerm& x, const RuleTerm& y) {
        return x.name == y.name && x.value == y.value;
    };
    return a.score.total == b.score.total && a.score.pattern == b.score.pattern &&
           a.score.strength == b.score.strength && a.score.pressure == b.score.pressure &&
           a.score.volatility == b.score.volatility &&
           std::equal(a.score.terms.begin(), a.score.terms.end(), b.score.terms.begin(),
                      b.score.terms.end(), same_term) &&
           same_ensemble(a.score.ensemble, b.score.ensemble) &&
           a.verdict.decision == b.verdict.decision && a.verdict.reasons == b.verdict.reasons &&
           a.verdict.note == b.verdict.note && a.verdict.checks == b.verdict.checks &&
           a.state == b.state;
}

}  // namespace

std::span<const RuleInput> sample_inputs() {
    static const std::vector<RuleInput> kSamples = make_samples();
    return kSamples;
}

Result<RuleCheck> check_rules(const RulePack& pack, const RuleBudget& budget,
                              std::span<const RuleInput> inputs) {
    RuleBudget exact = budget;
    exact.metering = RuleMetering::Exact;
    const std::unique_ptr<RuleVm> vm = pack.make_vm(exact);
    const auto without_id = [&](const std::string& fault) {
        return fault.starts_with(pack.id() + " ") ? fault.substr(pack.id().size() + 1) : fault;
    };
    if (!vm->build_fault().empty()) {
        return Status::rejected(without_id(vm->build_fault()));
    }
    const SampleVotes votes(pack.manifest());
    std::vector<Outcome> first(inputs.size());
    for (int run = 0; run < 2; ++run) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            Outcome outcome;
            vm->set_state(pack.manifest().cells(inputs[i].state));
            const RuleInput input = votes.with(inputs[i]);
            vm->score(input, outcome.score);
            if (outcome.score.fault.empty()) {
                vm->judge(input, outcome.score, outcome.verdict);
            }
            outcome.state = vm->state();
            const std::string& fault =
                outcome.score.fault.empty() ? outcome.verdict.fault : outcome.score.fault;
            if (!fault.empty()) {
                return Status::rejected(without_id(fault) + " (with a " +
                                        std::string(inputs[i].type) + " as input)");
            }
            if (run == 0) {
                first[i] = std::move(outcome);
            } else if (!same(first[i], outcome)) {
                return Status::rejected("rule pack " + pack.id() + ": the same " +
                                        std::string(inputs[i].type) +
                                        " gave two different answers; rules may not remember "
                                        "anything between calls but what state.put keeps");
            }
        }
    }
    RuleCheck check;
    check.inputs = inputs.size();
    check.fuel_max = vm->figures().fuel_max;
    if (check.fuel_max > budget.fuel / 2) {
        return Status::rejected("rule pack " + pack.id() + ": one call used " +
                                std::to_string(check.fuel_max) + " of " +
                                std::to_string(budget.fuel) +
                                " steps; half is the most that a new version may use");
    }
    return check;
}

}  // namespace petrel::core
