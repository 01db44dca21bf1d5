// Base class for voters: the figures that were asked for in, a vote out; no clock, no I/O, no
// randomness, no memory of earlier votes.
//
// A derived class is used by one shard's thread at a time. What it throws is caught here, counted
// by the host, and the vote abstains.
#pragma once

#include <span>

#include "petrel/abi/voter.h"
#include "petrel/plugin.hpp"

namespace petrel {

// A vote, or none. The reason is a word or two for people, cut to 31 bytes.
struct Vote {
    bool abstains = true;
    double vote = 0;  // 0 (surely not) to 1 (surely)
    std::string_view reason;

    static Vote of(double vote, std::string_view reason = {}) { return {false, vote, reason}; }
    static Vote abstain(std::string_view reason = {}) { return {true, 0, reason}; }
};

class Voter {
public:
    static constexpr std::uint32_t kKind = PETREL_KIND_VOTER;
    static constexpr std::string_view kInterface = PETREL_VOTER_INTERFACE;

    virtual ~Voter() = default;

    [[nodiscard]] virtual Status ready() const { return {}; }
    // Names of the figures it wants, asked once after construction; they live as long as the voter.
    [[nodiscard]] virtual std::span<const petrel_text> inputs() const = 0;
    // The figures in that order; NaN: not known.
    [[nodiscard]] virtual Vote vote(std::span<const double> values) const = 0;

    // A derived class also has:
    //   static PluginInfo describe();
    //   TheClass(Host, Config);

    template <typename Plugin>
    static const void* table();
};

// A parameter of the type PETREL_PARAMETER_FILE: `config.text(name)` gives what is in the file.
inline petrel_parameter file_parameter(std::string_view name, std::string_view description) {
    return parameter(PETREL_PARAMETER_FILE, name, "", description);
}

namespace detail {

inline void write_vote(const Vote& from, petrel_vote* out) {
    out->abstains = from.abstains ? 1 : 0;
    out->vote = from.vote;
    const std::size_t length = from.reason.size() < PETREL_VOTE_REASON_TEXT
                                   ? from.reason.size()
                                   : PETREL_VOTE_REASON_TEXT - 1;
    std::memcpy(out->reason, from.reason.data(), length);
    out->reason[length] = '\0';
}

}  // namespace detail

template <typename Plugin>
const void* Voter::table() {
    static const petrel_voter value = [] {
        petrel_voter t{};
        t.size = sizeof(t);
        t.create = &detail::create<Plugin>;
        t.destroy = &detail::destroy<Plugin>;
        t.inputs = [](void* instance, const petrel_text** names) {
            std::uint32_t count = 0;
            (void)detail::guarded(nullptr, [&]() -> std::int32_t {
                const std::span<const petrel_text> all = detail::self<Plugin>(instance).inputs();
                *names = all.data();
                count = static_cast<std::uint32_t>(all.size());
                return PETREL_OK;
            });
            return count;
        };
        t.vote = [](void* instance, const double* values, std::uint32_t count, petrel_vote* out,
                    petrel_error* error) {
            return detail::guarded(error, [&]() -> std::int32_t {
                detail::write_vote(detail::self<Plugin>(instance).vote({values, count}), out);
                return PETREL_OK;
            });
        };
        return t;
    }();
    return &value;
}

}  // namespace petrel
