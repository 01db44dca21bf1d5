// Mutated frames for a bounded time: row "fuzz". The same seed makes the same frames in the same
// order; how many of them there is time for depends on the machine.
#include <algorithm>
#include <array>
#include <string>

#include "contract/checks.hpp"
#include "contract/isolation.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kMutatedMax = 256U << 10;
constexpr std::size_t kReopenEvery = 500;
constexpr std::size_t kRenewEvery = 200'000;  // a new instance, so that nothing piles up unseen

// SplitMix64 (Steele, Lea and Flood 2014): one word of state, the same numbers everywhere.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    std::size_t below(std::size_t end) {
        return end == 0 ? 0 : static_cast<std::size_t>(next() % end);
    }

private:
    std::uint64_t state_;
};

constexpr std::array<std::string_view, 38> kTokens{"null",
                                                   "true",
                                                   "false",
                                                   "0",
                                                   "-0",
                                                   "-1",
                                                   "1e308",
                                                   "1e-308",
                                                   "1e999",
                                                   "-1e999",
                                                   "NaN",
                                                   "Infinity",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "9223372036854775807",
                                                   "-9223372036854775808",
                                                   "4102444800000",
                                                   "1230767999999",
                                                   "0.000000000000000000001",
                                                   "99999999999999999999999999",
                                                   "\"\"",
                                                   "\"0\"",
                                                   "\"-1\"",
                                                   "\"1e300\"",
                                                   "\"nan\"",
                                                   "[]",
                                                   "{}",
                                                   "[[]]",
                                                   ",",
                                                   ":",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   "\"",
                                                   "\\",
                                                   "\\u0000",
                                                   "\xff"};

bool is_number_byte(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == 'e' || c == 'E' || c == '+';
}

// A run of digits that holds position `at`, as the front and the end of it.
std::pair<std::size_t, std::size_t> number_around(const std::string& text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && is_number_byte(text[begin - 1])) {
        --begin;
    }
    std::size_t end = at;
    while (end < text.size() && is_number_byte(text[end])) {
        ++end;
    }
    return {begin, end};
}

void mutate(std::string& text, const std::vector<std::string>& seeds, Numbers& numbers) {
    const std::size_t at = numbers.below(text.size() + 1);
    const std::size_t length = numbers.below(std::min<std::size_t>(text.size() - at, 32) + 1);
    switch (numbers.below(9)) {
        case 0:
            if (at < text.size()) {
                text[at] = static_cast<char>(numbers.next());
            }
            break;
        case 1:
            text.erase(at, length);
            break;
        case 2:
            text.insert(at, text.substr(at, length));
            break;
        case 3:
            text.insert(at, kTokens[numbers.below(kTokens.size())]);
            break;
        case 4: {
            // A number becomes one of the odd ones: that is where decoders go wrong.
            const auto [begin, end] = number_around(text, at);
            if (end > begin) {
                text.replace(begin, end - begin, kTokens[numbers.below(kTokens.size())]);
            }
            break;
        }
        case 5: {
            const std::string& other = seeds[numbers.below(seeds.size())];
            text = text.substr(0, at) + other.substr(numbers.below(other.size() + 1));
            break;
        }
        case 6:
            text.resize(at);
            break;
        case 7: {
            const std::string part = text.substr(at, length);
            for (std::size_t left = numbers.below(64); left > 0; --left) {
                text.insert(at, part);
            }
            break;
        }
        default:
            if (at < text.size()) {
                text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^
                                             (1U << numbers.below(8)));
            }
            break;
    }
    text.resize(std::min(text.size(), kMutatedMax));
}

std::vector<std::string> seeds_of(const ContractSession& session) {
    std::vector<std::string> seeds;
    for (const FrameStep& step : session.file().steps) {
        if (!step.raw.empty()) {
            seeds.push_back(step.raw);
        }
    }
    if (seeds.empty()) {
        seeds = garbage_frames();
    }
    return seeds;
}

// A new instance for the fuzzer, which has seen the good frames.
std::unique_ptr<AdapterRig> warmed(ContractSession& session) {
    auto rig = session.ready();
    if (!rig.ok()) {
        return nullptr;
    }
    for (const FrameStep& step : session.file().steps) {
        (void)session.play(**rig, step);
    }
    return std::move(rig).value();
}

}  // namespace

void check_fuzz(ContractSession& session, RowSink& sink) {
    const VerifyOptions& options = session.options();
    if (options.fuzz_seconds == 0) {
        sink.not_shown("fuzz", "switched off with --fuzz-seconds 0");
        return;
    }
    std::unique_ptr<AdapterRig> rig = warmed(session);
    if (rig == nullptr) {
        sink.fail("fuzz", "no instance could be made", "", "see row instruments");
        return;
    }
    const std::vector<std::string> seeds = seeds_of(session);
    const std::uint32_t connections = std::max(session.connection_count(), 1U);
    Numbers numbers(options.seed);
    const std::int64_t end_ns = steady_now_ns() + options.fuzz_seconds * kNsPerSecond;
    std::uint64_t tried = 0;
    std::uint64_t events = 0;
    while (steady_now_ns() < end_ns) {
        std::string input = seeds[numbers.below(seeds.size())];
        for (std::size_t i = 0, edits = 1 + numbers.below(4); i < edits; ++i) {
            mutate(input, seeds, numbers);
        }
        const auto connection = static_cast<std::uint32_t>(numbers.below(connections));
        const CallResult result = rig->frame(connection, input, 1'794'000'000'000'000'000);
        ++tried;
        events += result.events.size();
        if (!result.fault.empty()) {
            const std::string saved = save_input(options, input);
            sink.fail("fuzz", result.fault + (saved.empty() ? "" : "; the frame is in " + saved),
                      shown(input),
                      "check every field before an event is made; --seed " +
                          std::to_string(options.seed) + " makes the same frames again");
            return;
        }
        if (tried % kReopenEvery == 0) {
            rig->open(connection);
        }
        if (tried % kRenewEvery == 0) {
            rig = warmed(session);
        }
    }
    sink.pass("fuzz", human_count(tried) + " frames in " + std::to_string(options.fuzz_seconds) +
                          " s, " + human_count(events) + " sane events, seed " +
                          std::to_string(options.seed));
}

}  // namespace petrel::core
