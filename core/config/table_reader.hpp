// Reads one table of the tree into plain values and collects every mistake on the way.
//
// Each call names a key and thereby makes it known; `finish` reports the keys that nobody asked
// for. A value that is wrong leaves the target as it was, so that reading can go on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/node.hpp"

namespace petrel::core {

template <typename T>
struct Range {
    T least;
    T most;
};

class TableReader {
public:
    // `path` is the table's name in messages ("engine"), empty for the root. Sections whose lines
    // may hold secrets are masked.
    TableReader(const Node& table, std::string path, Problems& problems,
                Excerpt excerpt = Excerpt::Shown);

    void integer(const std::string& key, Range<std::uint64_t> range, std::uint64_t& out);
    void integer(const std::string& key, Range<std::uint64_t> range, std::uint32_t& out);
    void number(const std::string& key, Range<double> range, double& out);
    void duration(const std::string& key, Range<std::uint64_t> range_ms, std::uint64_t& out_ms);
    void bytes(const std::string& key, Range<std::uint64_t> range, std::uint64_t& out);
    void boolean(const std::string& key, bool& out);
    void text(const std::string& key, std::string& out);
    // A path: what is relative starts at the directory of the file that says it.
    void path(const std::string& key, std::string& out);
    void choice(const std::string& key, const std::vector<std::string>& allowed, std::string& out);
    // A list of texts, or one text; from the environment also separated by commas. Gives the nodes,
    // for checks of each.
    std::vector<Node> texts(const std::string& key);
    // A table that may be absent.
    const Node* table(const std::string& key);
    // Anything, unread.
    const Node* any(const std::string& key);

    void finish();

    void report(const Node& node, std::string code, std::string message, std::string help = {});
    // "engine.shards", for messages.
    [[nodiscard]] std::string name_of(const std::string& key) const;
    [[nodiscard]] const Node& node() const { return table_; }

private:
    void wrong_type(const std::string& key, const Node& node, const std::string& expected);

    const Node& table_;
    std::string path_;
    Problems& problems_;
    Excerpt excerpt_;
    std::vector<std::string> known_;
};

// `text` made absolute from the directory of the place's source; unchanged when it is absolute.
std::string resolved_path(const std::string& text, const Place& place);

}  // namespace petrel::core
