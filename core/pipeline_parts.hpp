// What a pipeline is made of, built from configuration and plugins: shared by `run` and `replay`,
// so that both decide alike. Control thread.
//
// What it makes is owned by the caller and outlived by nothing that borrows it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "journal/journal_writer.hpp"
#include "pipeline_shard.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"
#include "script/rule_pack.hpp"
#include "voter/vote_stage.hpp"

namespace petrel::core {

// The detectors of one shard. The instances must outlive the shard that borrows them.
struct DetectorSet {
    std::vector<DetectorInstance> instances;

    [[nodiscard]] std::vector<DetectorHandle> handles() const;
};

Result<DetectorSet> make_detectors(const PluginSetup& setup);

// The voters of one shard, with the figures that they asked for; they must outlive the shard, too.
struct VoterSet {
    std::vector<VoterInstance> instances;
    std::vector<std::vector<InputFigure>> figures;  // by instance

    [[nodiscard]] std::vector<VoterHandle> handles() const;
};

Result<VoterSet> make_voters(const PluginSetup& setup);
// Adds one; what is wrong with it is told as a plugin's refusal.
Status add_voter(const PlannedPlugin& planned, VoterSet& set);

// Instances that are to take the place of some of these, on trial in a stage of their own.
struct DetectorSuccessors {
    struct Seat {
        std::size_t number = 0;  // of the one before
        DetectorInstance next;
        DetectorWants wants;
    };
    std::vector<Seat> seats;
    std::unique_ptr<DetectorStage> stage;  // in which they are tried
};

// How they took over what those before remember.
struct TrialReport {
    std::uint64_t state_bytes = 0;
    std::map<std::string, std::string> empty_because;  // by instance: why it begins empty
};

ShardOptions shard_options(const Config& config);

// Maps a new symbol to the index of its group. Copies what it needs of the configuration.
InstrumentRegistry::GroupOf group_function(const Config& config);

// The venue as the registry knows it.
VenueEntry venue_entry(const std::string& name, const petrel_exchange& table);

// An instrument as the journal defines it for its readers. Any thread.
journal::InstrumentLine journal_line(const InstrumentRegistry& registry, InstrumentId id);

// The rule pack that the configuration names, with its parameters.
Result<std::shared_ptr<const RulePack>> load_rules(const Config& config);
RuleBudget rule_budget(const Config& config);

}  // namespace petrel::core
