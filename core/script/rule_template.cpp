// A pack is renamed in one place, the name in pack.lua.
#include "script/rule_template.hpp"

#include <algorithm>
#include <filesystem>

#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kNameBytesMax = 32;

// pack.lua with its first name = "..." replaced: that of the pack stands before its parameters.
std::string renamed(std::string_view text, const std::string& name) {
    constexpr std::string_view mark = "\n    name = \"";
    std::string made(text);
    const std::size_t begin = made.find(mark) + mark.size();
    made.replace(begin, made.find('"', begin) - begin, name);
    return made;
}

}  // namespace

std::string pack_name_for(std::string_view directory) {
    std::error_code failed;
    const std::filesystem::path whole = std::filesystem::absolute(directory, failed);
    std::filesystem::path last = whole.lexically_normal();
    if (!last.has_filename()) {
        last = last.parent_path();  // "mine/"
    }
    std::string name;
    for (char c : last.filename().string()) {
        c = lower_letter(c);
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        name += good ? c : '_';
    }
    name.resize(std::min(name.size(), kNameBytesMax));
    return name.empty() ? "mine" : name;
}

Result<std::vector<RuleFile>> pack_from_template(std::string_view from, const std::string& name) {
    if (!from.empty() && from != "default") {
        return Status::invalid("there is no pack '" + std::string(from.substr(0, 60)) +
                               "' to begin from; there is 'default', and a small one without "
                               "--from");
    }
    std::vector<RuleFile> files;
    for (const RuleTemplateFile& file : from.empty() ? skeleton_pack() : default_pack()) {
        files.push_back({std::string(file.name), file.name == "pack.lua" ? renamed(file.text, name)
                                                                         : std::string(file.text)});
    }
    return files;
}

}  // namespace petrel::core
