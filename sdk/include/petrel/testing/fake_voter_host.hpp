// Runs one voter in a test: give it figures by name, read its vote.
//
//   FakeVoterHost host(entry_of<MyModel>(), config);
//   host.vote({{"market.return_pct", -1.5}}).vote
//
// As in the product, a figure that is not given is NaN, and a vote that is none of 0 to 1 abstains
// and counts as a fault.
#pragma once

#include "petrel/testing/fake_host.hpp"
#include "petrel/voter.hpp"

namespace petrel::testing {

struct CastVote {
    bool abstained = true;
    double vote = 0;
    std::string reason;
    Status status;  // why it failed; ok also for one that abstained
};

class FakeVoterHost {
public:
    FakeVoterHost(const petrel_plugin_entry& entry, FakeConfig config)
        : instance_(entry, PETREL_VOTER_INTERFACE, std::move(config)) {
        if (instance_.status().ok()) {
            const petrel_text* names = nullptr;
            const std::uint32_t count = instance_.table().inputs(instance_.get(), &names);
            for (std::uint32_t i = 0; i < count; ++i) {
                inputs_.push_back(string_of(names[i]));
            }
        }
    }

    // Why there is no instance; ok when there is one.
    [[nodiscard]] const Status& status() const { return instance_.status(); }
    [[nodiscard]] const std::vector<std::string>& inputs() const { return inputs_; }
    [[nodiscard]] std::uint64_t faults() const { return faults_; }
    FakeHost& host() { return instance_.host(); }

    CastVote vote(const std::map<std::string, double>& figures) {
        std::vector<double> values;
        for (const std::string& name : inputs_) {
            const auto given = figures.find(name);
            values.push_back(given == figures.end() ? std::numeric_limits<double>::quiet_NaN()
                                                    : given->second);
        }
        petrel_vote out{};
        out.size = sizeof(out);
        FakeError error;
        CastVote cast;
        cast.status = error.status(instance_.table().vote(instance_.get(), values.data(),
                                                          static_cast<std::uint32_t>(values.size()),
                                                          &out, &error.raw));
        const bool sound = cast.status.ok() && (out.abstains != 0 || within_bounds(out.vote));
        faults_ += sound ? 0 : 1;
        cast.abstained = !sound || out.abstains != 0;
        cast.vote = cast.abstained ? 0 : out.vote;
        cast.reason = sound ? out.reason : "";
        return cast;
    }

private:
    static bool within_bounds(double vote) { return vote >= 0 && vote <= 1; }

    FakeInstance<petrel_voter> instance_;
    std::vector<std::string> inputs_;
    std::uint64_t faults_ = 0;
};

}  // namespace petrel::testing
