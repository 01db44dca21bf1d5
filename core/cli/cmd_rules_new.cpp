// Writes into a folder that is not there or empty, and nowhere else.
#include "cli/cmd_rules_new.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "script/rule_template.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEditorSettings =
    "{\n"
    "  \"runtime.version\": \"Lua 5.4\",\n"
    "  \"workspace.library\": [\"types\"]\n"
    "}\n";

int refuse_new(const std::string& message, int code, Terminal& terminal) {
    terminal.err << "error: " << message << "\n";
    return code;
}

// What the engine reads, and what an editor wants: types for completion, and where they are.
std::vector<RuleFile> with_editor_files(std::vector<RuleFile> files) {
    for (const RuleTemplateFile& file : rule_types()) {
        files.push_back({"types/" + std::string(file.name), std::string(file.text)});
    }
    files.push_back({".luarc.json", kEditorSettings});
    return files;
}

Status write_files(const fs::path& folder, const std::vector<RuleFile>& files) {
    for (const RuleFile& file : files) {
        const fs::path path = folder / file.name;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        std::ofstream out(path, std::ios::binary | std::ios::trunc);
        out << file.text << std::flush;
        if (failed || !out.good()) {
            return Status::io("cannot write " + path.string() +
                              (failed ? ": " + failed.message() : "") +
                              ". Name a folder that you may write to");
        }
    }
    return {};
}

}  // namespace

int cmd_rules_new(const RulesNewArguments& arguments, Terminal& terminal) {
    const fs::path folder(arguments.directory);
    const std::string name = pack_name_for(arguments.directory);
    Result<std::vector<RuleFile>> pack = pack_from_template(arguments.from, name);
    if (!pack) {
        return refuse_new(pack.status().message(), kExitUsage, terminal);
    }
    std::error_code failed;
    const bool there = fs::exists(fs::symlink_status(folder, failed));
    if (there && (!fs::is_directory(folder, failed) || !fs::is_empty(folder, failed))) {
        return refuse_new(arguments.directory +
                              " is there already and not an empty folder. Name another one: "
                              "nothing is overwritten",
                          kExitUsage, terminal);
    }
    const std::vector<RuleFile> files = with_editor_files(std::move(*pack));
    const Status written = write_files(folder, files);
    if (!written) {
        return refuse_new(written.message(), kExitBroken, terminal);
    }
    if (arguments.output.json) {
        nlohmann::ordered_json json;
        json["ok"] = true;
        json["name"] = name;
        json["directory"] = arguments.directory;
        json["files"] = nlohmann::ordered_json::array();
        for (const RuleFile& file : files) {
            json["files"].push_back(file.name);
        }
        terminal.out << json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                     << "\n";
        return kExitDone;
    }
    terminal.out << "✓ " << arguments.directory << ": the pack '" << name << "'\n";
    for (const RuleFile& file : files) {
        terminal.out << "  " << file.name << "\n";
    }
    terminal.out << "next: petrel rules check " << arguments.directory << "\n"
                 << "      petrel rules test " << arguments.directory << " --coverage\n";
    return kExitDone;
}

}  // namespace petrel::core
