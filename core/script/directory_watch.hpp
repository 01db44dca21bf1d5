// Notices that the files of a rule pack have changed and have come to rest.
//
// The owner calls poll_changed() from a timer (every 200 ms): editors write twice and copies take
// time, so a change is reported when one further look finds nothing new. No thread, no clock; one
// thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace petrel::core {

class DirectoryWatch {
public:
    // Watches *.lua of the folder, of lib/, tests/ and voters/. What is there now counts as known.
    explicit DirectoryWatch(std::string directory);

    // True once for each change, on the first look that finds it at rest.
    bool poll_changed();

private:
    struct Seen {
        std::string path;
        std::uint64_t inode = 0;
        std::int64_t modified_ns = 0;
        std::int64_t size = 0;
        bool operator==(const Seen&) const = default;
    };
    [[nodiscard]] std::vector<Seen> look() const;

    std::string directory_;
    std::vector<Seen> known_;   // as last reported
    std::vector<Seen> latest_;  // as of the last look
};

}  // namespace petrel::core
