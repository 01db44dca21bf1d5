// The silences that hold now, and how many alerts each has held back.
//
// Stage 8; owned by the outbox, on the delivery thread. In memory, so that a silence works whatever
// the store does; the outbox writes rows of it. At most 500 at a time.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "routing/router.hpp"
#include "routing/silence.hpp"
#include "store/rows.hpp"

namespace petrel::core {

// Where a silence is kept besides the memory of the process.
enum class SilenceKept : std::uint8_t {
    Store,
    Spool,  // on disk, until the store works again
    Memory  // nowhere yet: a restart would forget it
};

struct SilenceView {
    Silence silence;
    std::uint64_t held = 0;  // alerts
    SilenceKept kept = SilenceKept::Store;
    std::string ended_by{};  // before its time
};

class SilenceBook {
public:
    static constexpr std::int64_t kLongestNs = 366LL * 86'400 * 1'000'000'000;

    // Gives it an id. Refuses one that ends in the past or after a year, and the 501st.
    Result<SilenceView> add(Silence silence, std::int64_t now_ns);
    // By its id or the beginning of it; gives what it was. Refuses what is not there or is several.
    Result<SilenceView> end(const std::string& id, const std::string& by, std::int64_t now_ns);

    void keep(const std::string& id, SilenceKept where);
    // Those that a restart would forget; to be written again.
    [[nodiscard]] std::vector<SilenceView> unkept() const;

    // What the store knows; those that are here already stay as they are.
    void restore(std::span<const SilenceRow> rows, std::span<const HeldCount> held);

    // What a store that several nodes share holds now: silences that others have set or ended.
    void follow(std::span<const SilenceRow> rows);

    // An alert was decided: counts it when a silence held it.
    void count(const RoutingDecision& decision);

    // What holds now, oldest first; valid until the next call.
    std::span<const Silence> at(std::int64_t now_ns);
    std::vector<SilenceView> list(std::int64_t now_ns);

private:
    struct Facts {
        std::uint64_t held = 0;
        SilenceKept kept = SilenceKept::Memory;
    };
    [[nodiscard]] SilenceView view(const Silence& silence) const;

    std::vector<Silence> silences_;
    std::map<std::string, Facts> facts_;  // by id, of each of them
    std::map<std::string, SilenceView> unkept_ends_;
    std::uint64_t made_ = 0;
};

SilenceRow row_of(const SilenceView& view);

}  // namespace petrel::core
