// How lively each symbol is at each venue: the evidence that tells a quiet stream from a dead one.
//
// A source is one channel of one symbol over one socket. Sources of the same symbol and kind, at
// whatever venue and socket, vouch for one another: when the others showed a thousand arrivals, and
// ours usually shows one for each fifty of theirs, twenty of ours are missing. Arrivals are moments
// with data, not events, so that one large order is one. Owned by the supervisor, filled by the
// stream watches, faded each second; on the feed thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace petrel::core {

class SymbolPulse {
public:
    using Source = std::size_t;

    // A new source; `kind` is a number that all venues share.
    Source add_source(std::uint32_t symbol, std::uint32_t kind);
    void beat(Source source, std::uint64_t arrivals);
    // Each second: what is older counts less, by half in twenty minutes.
    void fade(std::int64_t now_ns);

    // Arrivals of all other sources since the start.
    [[nodiscard]] std::uint64_t others(Source source) const;
    // Arrivals of this one for each of the others, as learned, cautiously; 0 while too
    // little is known.
    [[nodiscard]] double usual_share(Source source) const;

private:
    struct Figures {
        std::size_t group = 0;
        std::uint64_t total = 0;
        double recent = 0;
    };
    struct Group {
        std::uint64_t total = 0;
        double recent = 0;
    };

    std::vector<Figures> sources_;
    std::vector<Group> groups_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> by_key_;
    std::int64_t faded_ns_ = 0;
};

}  // namespace petrel::core
