// Packs are written under a temporary name, synced and renamed: a folder with its name is whole.
#include "pipeline_rules.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "journal/segment_file.hpp"
#include "observe/clean_text.hpp"
#include "petrel/types.hpp"
#include "script/rule_files.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIdKey = R"({"rules":")";
constexpr std::string_view kHashKey = R"("hash":")";
constexpr std::size_t kHashDigits = 16;
constexpr const char* kParameters = "parameters";  // no *.lua: not a file of the pack

std::string_view value_of(std::string_view entry, std::string_view key) {
    const std::size_t at = entry.find(key);
    if (at == std::string_view::npos) {
        return {};
    }
    entry.remove_prefix(at + key.size());
    return entry.substr(0, entry.find('"'));
}

bool is_hash(std::string_view text) {
    return text.size() == kHashDigits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A line each: name, blank, value with every digit that tells it from its neighbours.
std::string parameter_text(const ParameterOverrides& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) {
        std::array<char, 64> digits{};
        std::snprintf(digits.data(), digits.size(), "%.17g", value);
        text += name + " " + digits.data() + "\n";
    }
    return text;
}

ParameterOverrides read_parameters(const std::string& path) {
    ParameterOverrides parameters;
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
        const std::size_t blank = line.find(' ');
        double value = 0;
        if (blank != std::string::npos) {
            std::from_chars(line.data() + blank + 1, line.data() + line.size(), value);
            parameters.emplace(line.substr(0, blank), value);
        }
    }
    return parameters;
}

}  // namespace

std::string rules_entry(const RulePack& pack) {
    return std::string(kIdKey) + pack.id() + "\"," + std::string(kHashKey) + pack.hash() + "\"}";
}

bool is_rules_entry(std::string_view text) { return text.starts_with(kIdKey); }

Status RuleArchive::write(const std::string& path, const RulePack& pack,
                          const ParameterOverrides& parameters) const {
    std::error_code error;
    fs::remove_all(path, error);
    for (const std::string_view folder : kRuleFolders) {
        const fs::path below = fs::path(path) / folder;
        fs::create_directories(below, error);
        if (error) {
            return Status::io("cannot make " + below.string() + ": " + error.message());
        }
    }
    for (const RuleFile& file : pack.sources().files) {
        std::string where = path;
        where.append("/").append(file.name);
        if (Status written = write_rule_file(where, file.text); !written.ok()) {
            return written;
        }
    }
    return write_rule_file(path + "/" + kParameters, parameter_text(parameters));
}

Status RuleArchive::keep(const RulePack& pack, const ParameterOverrides& parameters) const {
    const std::string path = directory_ + "/" + pack.hash();
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        const std::string unborn = path + ".new";
        if (Status written = write(unborn, pack, parameters); !written.ok()) {
            return written;
        }
        fs::rename(unborn, path, error);
        if (error) {
            return Status::io("cannot name " + path + ": " + error.message());
        }
        if (Status synced = journal::sync_directory(directory_); !synced.ok()) {
            return synced;
        }
    }
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // was live now: the last to be removed
    remove_oldest();
    return {};
}

void RuleArchive::remove_oldest() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> kept;
    std::error_code error;
    for (fs::directory_iterator it(directory_, error), end; !error && it != end;
         it.increment(error)) {
        std::error_code unknown;
        kept.emplace_back(fs::last_write_time(it->path(), unknown), it->path());
    }
    std::sort(kept.begin(), kept.end());
    for (std::size_t i = 0; i + kKept < kept.size(); ++i) {
        fs::remove_all(kept[i].second, error);
    }
}

std::vector<KeptVersion> RuleArchive::list() const {
    std::vector<KeptVersion> found;
    std::error_code error;
    for (fs::directory_iterator it(directory_, error), end; !error && it != end;
         it.increment(error)) {
        KeptVersion version;
        version.hash = it->path().filename().string();
        version.path = it->path().string();
        const Result<RuleSources> sources = read_rule_sources(version.path);
        if (!is_hash(version.hash) || !sources.ok()) {
            continue;
        }
        const Result<RuleManifest> manifest = read_rule_manifest(*sources);
        struct stat facts{};
        if (!manifest.ok() || ::stat(version.path.c_str(), &facts) != 0) {
            continue;
        }
        version.id = rule_version_id(manifest->name, version.hash);
        version.live_ns = facts.st_mtim.tv_sec * kNsPerSecond + facts.st_mtim.tv_nsec;
        found.push_back(std::move(version));
    }
    std::sort(found.begin(), found.end(), [](const KeptVersion& a, const KeptVersion& b) {
        return a.live_ns != b.live_ns ? a.live_ns > b.live_ns : a.hash < b.hash;
    });
    return found;
}

Result<KeptVersion> RuleArchive::find(std::string_view version) const {
    std::string known;
    const KeptVersion* match = nullptr;
    const std::vector<KeptVersion> versions = list();
    for (const KeptVersion& kept : versions) {
        known += (known.empty() ? "" : ", ") + kept.id;
        if (kept.id == version || (version.size() >= 4 && kept.hash.starts_with(version))) {
            match = match == nullptr ? &kept : match;
        }
    }
    if (match == nullptr) {
        return Status::invalid("no version " + std::string(version) + " is kept in " + directory_ +
                               (known.empty() ? "; there is none" : "; there are: " + known));
    }
    return *match;
}

Result<std::shared_ptr<const RulePack>> RuleArchive::load(std::string_view hash,
                                                          const RuleBudget& budget) const {
    const std::string path = directory_ + "/" + std::string(hash);
    std::error_code error;
    if (!is_hash(hash) || !fs::is_directory(path, error)) {
        return Status::invalid("not kept in " + directory_);
    }
    Result<std::shared_ptr<const RulePack>> pack =
        RulePack::load(path, read_parameters(path + "/" + kParameters), budget);
    if (pack.ok() && (*pack)->hash() != hash) {
        return Status::rejected(path + " was changed since, or reads as another version now");
    }
    return pack;
}

std::shared_ptr<const RulePack> RecordedRules::find(const std::string& journal,
                                                    const std::string& entry) {
    const std::string_view hash = value_of(entry, kHashKey);
    if (hash == current_->hash()) {
        return current_;
    }
    Result<std::shared_ptr<const RulePack>> kept = RuleArchive(journal).load(hash, budget_);
    if (kept.ok()) {
        return *kept;
    }
    warnings_.push_back(clean_text("rules " + std::string(value_of(entry, kIdKey)) +
                                       " decided when this was recorded and are not at hand (" +
                                       kept.status().message() + "); " + current_->id() +
                                       " judge instead",
                                   1'024));
    return current_;
}

std::shared_ptr<const RulePack> RecordedRules::at(const std::string& journal,
                                                  const std::string& entry) {
    const auto [known, is_new] = by_entry_.try_emplace(journal + "\n" + entry);
    if (is_new) {
        known->second = entry.empty() ? current_ : find(journal, entry);
        if (std::find(used_.begin(), used_.end(), known->second->id()) == used_.end()) {
            used_.push_back(known->second->id());
        }
    }
    return known->second;
}

}  // namespace petrel::core
