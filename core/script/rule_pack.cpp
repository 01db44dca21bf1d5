// Loading a version: read, audit each chunk without running it, then prove it on samples.
#include "script/rule_pack.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <lua.hpp>

#include "config/closest.hpp"
#include "script/lua_chunk.hpp"
#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"
#include "script/rule_check.hpp"
#include "script/rule_vm.hpp"
#include "script/rule_voters.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kShortHash = 6;
constexpr double kActiveForSeconds = 60;
constexpr int kConstantsMax = 255;
// Lua before 5.4.5 computes wrongly in functions with more constants than an operand can name.
constexpr bool kCountsConstants = LUA_VERSION_RELEASE_NUM < LUA_VERSION_NUM * 100 + 5;
// Changing any of these by a release gives every pack a new identity.
constexpr const char* kApiSalt = "rule api 1\n";

std::string place(const std::string& file, int line) {
    return file + ":" + std::to_string(line > 0 ? line : 1) + ": ";
}

bool reads_global(const ChunkFacts& facts, std::string_view name) {
    return std::any_of(facts.globals.begin(), facts.globals.end(),
                       [&](const ChunkGlobal& global) { return global.name == name; });
}

void audit_chunk(const std::string& file, const ChunkFacts& facts,
                 std::vector<std::string>& problems) {
    const auto globals = sandbox_globals();
    for (const ChunkGlobal& global : facts.globals) {
        if (global.use == ChunkGlobal::Use::Write) {
            problems.push_back(place(file, global.line) + "sets the global '" + global.name +
                               "'; write 'local " + global.name + "'");
        } else if (std::find(globals.begin(), globals.end(), global.name) == globals.end()) {
            const std::string hint = did_you_mean(global.name, globals);
            problems.push_back(
                place(file, global.line) + "unknown global '" + global.name + "'" +
                (hint.empty() ? "; rules/README.md lists what there is" : "; " + hint));
        }
    }
    for (const ChunkFileWrite& write : facts.file_writes) {
        problems.push_back(place(file, write.line) + "changes the local '" + write.name +
                           "' of the file from inside a function; rules are pure, so keep it "
                           "inside");
    }
    for (const ChunkFileWrite& write : facts.outer_writes) {
        problems.push_back(place(file, write.line) + "replaces " + write.name +
                           ", the world of the whole file; keep values in locals");
    }
    for (const int line : facts.misread) {
        problems.push_back(place(file, line) +
                           "takes an element by a comparison, as in t[a < b], which " LUA_RELEASE
                           " compiles wrongly; put the comparison into a local before");
    }
    for (const ChunkFunction& function : facts.functions) {
        if (kCountsConstants && function.constants > kConstantsMax) {
            problems.push_back(place(file, function.line) + "one function holds " +
                               std::to_string(function.constants) +
                               " constants, at most 255 are safe with " LUA_RELEASE
                               "; move part of its numbers and names into a file of lib/ or "
                               "another function");
        }
    }
}

// The word between the quotes that open at `open`; advances it behind the closing quote.
std::string_view quoted(std::string_view text, std::size_t& open) {
    const std::size_t close = text.find('\'', open + 1);
    if (close == std::string_view::npos) {
        open = close;
        return {};
    }
    const std::string_view word = text.substr(open + 1, close - open - 1);
    open = text.find('\'', close + 1);
    return word;
}

std::string_view line_of(std::string_view text, int line) {
    for (; line > 1 && !text.empty(); --line) {
        const std::size_t end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return text.substr(0, text.find('\n'));
}

}  // namespace

std::string rule_version_id(std::string_view name, std::string_view hash) {
    return std::string(name) + "@" + std::string(hash.substr(0, kShortHash));
}

std::string with_column(const RuleSources& sources, const std::string& message) {
    const std::size_t first = message.find(':');
    const std::size_t second = first == std::string::npos ? first : message.find(':', first + 1);
    const RuleFile* file =
        second == std::string::npos ? nullptr : sources.find(message.substr(0, first));
    int line = 0;
    if (file != nullptr) {
        std::from_chars(message.data() + first + 1, message.data() + second, line);
    }
    if (line <= 0) {
        return message;
    }
    const std::string_view source = line_of(file->text, line);
    for (std::size_t open = message.find('\'', second); open != std::string::npos;) {
        const std::string_view word = quoted(message, open);
        const std::size_t column = word.empty() ? std::string_view::npos : source.find(word);
        if (column != std::string_view::npos) {
            return message.substr(0, second) + ":" + std::to_string(column + 1) +
                   message.substr(second);
        }
    }
    return message;
}

Status RulePack::audit() {
    std::vector<std::string> problems;
    for (const char* needed : {"score.lua", "appropriateness.lua"}) {
        if (sources_.find(needed) == nullptr) {
            problems.push_back("rule pack " + sources_.directory + ": has no " + needed);
        }
    }
    check_voter_files(sources_, manifest_, problems);
    LuaState state(RuleBudget{});
    for (const RuleFile& file : sources_.files) {
        Status status = state.compile(file.name, file.text);
        if (!status) {
            problems.push_back(status.message());
            continue;
        }
        if (file.name != "pack.lua" && !file.is_test()) {
            const ChunkFacts facts = read_chunk(state.raw());
            audit_chunk(file.name, facts, problems);
            writes_.names.insert(facts.written.begin(), facts.written.end());
            writes_.computed_names |= facts.writes_computed_names;
            writes_.elements |= facts.writes_elements || reads_global(facts, "table");
        }
        lua_pop(state.raw(), 1);
    }
    std::string all;
    for (const std::string& problem : problems) {
        all += (all.empty() ? "" : "\n") + with_column(sources_, problem);
    }
    return all.empty() ? Status() : Status::rejected(all);
}

Result<std::shared_ptr<const RulePack>> RulePack::load(const std::string& directory,
                                                       const ParameterOverrides& overrides,
                                                       const RuleBudget& budget) {
    Result<RuleSources> sources = read_rule_sources(directory);
    if (!sources) {
        return sources.status();
    }
    return build(std::move(*sources), overrides, budget);
}

Result<std::shared_ptr<const RulePack>> RulePack::build(RuleSources sources,
                                                        const ParameterOverrides& overrides,
                                                        const RuleBudget& budget) {
    Result<RuleManifest> manifest = read_rule_manifest(sources);
    if (!manifest) {
        return Status::rejected(with_column(sources, manifest.status().message()));
    }
    struct Open : RulePack {};  // lets make_shared reach the constructor
    const auto pack = std::make_shared<Open>();
    pack->sources_ = std::move(sources);
    pack->manifest_ = std::move(*manifest);
    Status status = pack->manifest_.set(overrides);
    if (!status) {
        return status;
    }
    std::string identity = kApiSalt + pack->sources_.hash();
    for (const auto& [name, value] : overrides) {
        identity += "\n" + name + "=" + std::to_string(value);
    }
    RuleSources identified;
    identified.files.push_back({"identity", identity});
    pack->hash_ = identified.hash();
    pack->id_ = rule_version_id(pack->manifest_.name, pack->hash_);
    pack->active_for_s_ = pack->parameter("active_for_s", kActiveForSeconds);
    status = pack->audit();
    if (!status) {
        return status;
    }
    Result<RuleCheck> check = check_rules(*pack, budget, sample_inputs());
    if (!check) {
        return Status::rejected(with_column(pack->sources_, check.status().message()));
    }
    pack->sample_fuel_max_ = check->fuel_max;
    return std::shared_ptr<const RulePack>(pack);
}

std::unique_ptr<RuleVm> RulePack::make_vm(const RuleBudget& budget) const {
    return std::make_unique<RuleVm>(shared_from_this(), manifest_, budget);
}

Result<std::unique_ptr<RuleVm>> RulePack::make_vm(const RuleBudget& budget,
                                                  const ParameterOverrides& overrides) const {
    RuleManifest manifest = manifest_;
    Status status = manifest.set(overrides);
    if (!status) {
        return status;
    }
    auto vm = std::make_unique<RuleVm>(shared_from_this(), manifest, budget);
    if (!vm->build_fault().empty()) {
        return Status::rejected(vm->build_fault());
    }
    return vm;
}

double RulePack::parameter(std::string_view name, double otherwise) const {
    const RuleParameter* found = manifest_.parameter(name);
    return found == nullptr ? otherwise : found->value;
}

bool RulePack::may_write(std::string_view field) const {
    return writes_.computed_names || writes_.names.contains(field);
}

RuleSlot RulePack::slot_of(std::string_view finding_type) const {
    const auto found = manifest_.slots.find(finding_type);
    return found == manifest_.slots.end() ? RuleSlot::None : found->second;
}

}  // namespace petrel::core
