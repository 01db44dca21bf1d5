// Every load maps one library more, and leaves one that does not run: the one before, or the new
// one when it is refused. So the retired are counted by loads.
#include "plugin/plugin_succession.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

Status first_error(const Problems& problems) {
    for (const Problem& problem : problems) {
        if (problem.severity == Severity::Error) {
            return Status::rejected(problem.code + ": " + problem.message +
                                    (problem.help.empty() ? "" : "; " + problem.help));
        }
    }
    return {};
}

}  // namespace

PluginSuccession::PluginSuccession(const PluginSetup& setup) : setup_(setup) {
    for (const PlannedPlugin& planned : setup.detectors) {
        running_[planned.plugin->name].plugin = planned.plugin;
    }
}

Status PluginSuccession::no_such(const std::string& name) const {
    for (const LoadedPlugin& plugin : setup_.registry.all()) {
        if (plugin.name == name && plugin.kind != PluginKind::Detector) {
            return Status::failure(
                PETREL_E_UNSUPPORTED,
                name + (plugin.kind == PluginKind::Exchange ? " is an " : " is a ") +
                    kind_word(plugin.kind) + "; only detectors are reloaded. Restart petrel");
        }
    }
    std::string list;
    for (const auto& [known, library] : running_) {
        list += (list.empty() ? "" : ", ") + known;
    }
    return Status::failure(PETREL_E_UNSUPPORTED,
                           "no detector of the plugin '" + name + "' runs. " +
                               (list.empty() ? "None runs" : "There are: " + list));
}

Result<const LoadedPlugin*> PluginSuccession::read_again(const LoadedPlugin& before) {
    Problems problems;
    std::optional<PluginLibrary> library = PluginLibrary::load(before.path, problems, before.hash);
    const bool mapped = library || (!problems.empty() && problems.back().code == "PTL-P007");
    retired_ += mapped ? 1 : 0;
    if (!library) {
        return problems.empty() ? Result<const LoadedPlugin*>(&before) : first_error(problems);
    }
    std::optional<LoadedPlugin> plugin = describe_plugin(*library, problems);
    libraries_.push_back(std::move(*library));
    if (!plugin) {
        return first_error(problems);
    }
    if (plugin->kind != PluginKind::Detector || plugin->name != before.name) {
        return Status::rejected(before.path + " is the " + kind_word(plugin->kind) + " " +
                                plugin->name + " now; a reload takes the detector " + before.name);
    }
    plugins_.push_back(std::move(*plugin));
    return &plugins_.back();
}

Result<std::vector<SuccessionSeat>> PluginSuccession::seats_of(const LoadedPlugin& plugin) const {
    std::vector<SuccessionSeat> seats;
    Problems problems;
    for (std::size_t number = 0; number < setup_.detectors.size(); ++number) {
        const PlannedPlugin& planned = setup_.detectors[number];
        if (planned.plugin->name != plugin.name) {
            continue;
        }
        const auto& all = setup_.config.detectors;
        const auto written = std::find_if(all.begin(), all.end(), [&](const PluginConfig& config) {
            return config.name == planned.name;
        });
        if (written == all.end()) {
            return Status::rejected("the configuration has no [detectors." + planned.name + "]");
        }
        SuccessionSeat& seat = seats.emplace_back();
        seat.number = number;
        seat.planned.plugin = &plugin;
        seat.planned.name = planned.name;
        seat.planned.values = resolve_plugin_config(plugin, *written, setup_.config, problems);
        check_secrets(seat.planned.values, problems);
    }
    if (Status values = first_error(problems); !values.ok()) {
        return Status::rejected(values.message() +
                                ". The configuration is read at start only: restart petrel if it "
                                "was changed for the new library");
    }
    return seats;
}

Result<Successor> PluginSuccession::prepare(const std::string& name) {
    const auto found = running_.find(name);
    if (found == running_.end()) {
        return no_such(name);
    }
    if (retired_ >= kRetiredMax) {
        return Status::rejected(std::to_string(retired_) +
                                " libraries are retired, and one that was loaded is never given "
                                "back. Restart petrel: it takes the new library and begins anew");
    }
    Successor successor;
    successor.before = found->second.plugin;
    Result<const LoadedPlugin*> plugin = read_again(*successor.before);
    if (!plugin.ok()) {
        return plugin.status();
    }
    successor.plugin = *plugin;
    if (successor.plugin == successor.before) {
        return successor;
    }
    Result<std::vector<SuccessionSeat>> seats = seats_of(*successor.plugin);
    if (!seats.ok()) {
        return seats.status();
    }
    successor.seats = std::move(seats).value();
    return successor;
}

void PluginSuccession::take_over(const Successor& successor) {
    RunningLibrary& running = running_[successor.plugin->name];
    running.plugin = successor.plugin;
    ++running.reloads;
}

std::vector<RunningLibrary> PluginSuccession::running() const {
    std::vector<RunningLibrary> all;
    for (const auto& [name, library] : running_) {
        all.push_back(library);
    }
    return all;
}

}  // namespace petrel::core
