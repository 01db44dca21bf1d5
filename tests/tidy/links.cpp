// Links in documents: `[text](target)` outside code. Targets with a scheme are not followed, for
// no test leaves the machine. Headings are turned into anchors as code hosts do it.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>

#include "tree_rules.hpp"

namespace petrel::tidy {
namespace {

// Blanks `code` spans and fenced blocks, where brackets are no links.
Lines prose_of(const SourceFile& file) {
    Lines prose = file.lines;
    bool fenced = false;
    for (std::string& line : prose) {
        const std::size_t begin = line.find_first_not_of(' ');
        if (begin != kNowhere && line.compare(begin, 3, "```") == 0) {
            fenced = !fenced;
            line.clear();
        }
        bool in_code = false;
        for (char& c : line) {
            const bool tick = c == '`';
            in_code = tick ? !in_code : in_code;
            c = fenced || in_code || tick ? ' ' : c;
        }
    }
    return prose;
}

// "## What's new, 2" becomes "whats-new-2".
std::string anchor_of(std::string_view heading) {
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80U) {
            anchor += static_cast<char>(std::tolower(byte));
        } else if (c == ' ') {
            anchor += '-';
        }
    }
    return anchor;
}

std::vector<std::string> anchors_of(const SourceFile& file) {
    std::vector<std::string> anchors;
    std::map<std::string, std::size_t> seen;
    bool fenced = false;
    for (const std::string& line : file.lines) {
        fenced = line.starts_with("```") ? !fenced : fenced;
        const std::size_t text = line.find_first_not_of('#');
        if (fenced || text == 0 || text == kNowhere || line[text] != ' ') {
            continue;
        }
        const std::string anchor = anchor_of(std::string_view(line).substr(text + 1));
        const std::size_t before = seen[anchor]++;
        anchors.push_back(before == 0 ? anchor : anchor + "-" + std::to_string(before));
    }
    return anchors;
}

bool is_outside(std::string_view target) {
    return target.find("://") != kNowhere || target.starts_with("mailto:");
}

std::string fault_of(std::string_view target, const SourceFile& file, const Tree& tree) {
    const std::size_t hash = target.find('#');
    const std::string_view name = target.substr(0, hash);
    std::string path = file.path;
    if (!name.empty()) {
        path = (std::filesystem::path(file.folder()) / name).lexically_normal().generic_string();
        while (path.ends_with('/')) {
            path.pop_back();
        }
        path = path == "." ? "" : path;
    }
    if (path.starts_with("..") || !tree.exists(path)) {
        return "links to " + std::string(target) + ", which does not exist";
    }
    const SourceFile* document = path == file.path ? &file : tree.find(path);
    if (hash == kNowhere || document == nullptr || document->language != Language::Markdown) {
        return {};
    }
    const auto anchors = anchors_of(*document);
    const bool known =
        std::find(anchors.begin(), anchors.end(), target.substr(hash + 1)) != anchors.end();
    return known ? std::string()
                 : "links to " + std::string(target) + ", but no heading there has that anchor";
}

}  // namespace

Violations check_links(const SourceFile& file, const Tree& tree) {
    Violations found;
    if (file.language != Language::Markdown) {
        return found;
    }
    const Lines prose = prose_of(file);
    for (std::size_t i = 0; i < prose.size(); ++i) {
        const std::string_view line = prose[i];
        for (std::size_t at = line.find("]("); at != kNowhere; at = line.find("](", at + 1)) {
            const std::size_t close = line.find_first_of(") ", at + 2);
            const std::string_view target = line.substr(at + 2, close - at - 2);
            std::string fault = is_outside(target) ? std::string() : fault_of(target, file, tree);
            if (!fault.empty()) {
                found.push_back({file.path, i + 1, std::move(fault)});
            }
        }
    }
    return found;
}

}  // namespace petrel::tidy
