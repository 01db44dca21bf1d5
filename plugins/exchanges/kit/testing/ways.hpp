// For tests: a decoder as it is against its general way alone. They must answer alike, event for
// event, on whatever comes: frames as they are, cut anywhere, with any byte another, with bytes
// lost, doubled or moved. Both keep what they learn over frames, as the product does.
//
// A decoder is compared when it has decode(), decode_general(), which never takes the fast way, and
// fast_count(), the frames that took it.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kit/testing/decoder_host.hpp"

namespace petrel::kit {

enum class Way : std::uint8_t { FastFirst, GeneralOnly };

// A decoder with a host that keeps what it is told.
template <typename Decoder>
class WayProbe {
public:
    WayProbe(Way way, std::unique_ptr<Decoder> decoder) : way_(way), decoder_(std::move(decoder)) {
        out_.size = sizeof(out_);
        out_.capacity = kRoom;
        out_.stride = sizeof(MarketEvent);
        out_.events = room_.data();
        out_.context = this;
        out_.flush = [](petrel_decode_out* out) {
            auto& all = static_cast<WayProbe*>(out->context)->events;
            all.insert(all.end(), out->events, out->events + out->count);
            out->count = 0;
            return static_cast<std::int32_t>(PETREL_OK);
        };
        out_.instrument = [](petrel_decode_out* out, const petrel_instrument* instrument) {
            auto& all = static_cast<WayProbe*>(out->context)->instruments;
            const auto number = static_cast<std::uint32_t>(all.size());
            return all.try_emplace(string_of(instrument->native), number).first->second;
        };
        out_.notice = [](petrel_decode_out* out, const petrel_notice* notice) {
            static_cast<WayProbe*>(out->context)
                ->notices.push_back(std::to_string(notice->type) + " " + string_of(notice->text));
        };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }
    WayProbe(const WayProbe&) = delete;
    WayProbe& operator=(const WayProbe&) = delete;

    // Decodes the first `length` bytes of `text`; the rest of it lies in the padding, as what an
    // earlier frame left in a buffer. The block ends with the padding.
    Decoded decode(std::string_view text, std::size_t length, std::uint32_t connection = 0) {
        events.clear();
        notices.clear();
        padded_.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length));
        const std::string_view rest = text.substr(length, PETREL_FRAME_PADDING);
        padded_.insert(padded_.end(), rest.begin(), rest.end());
        padded_.resize(length + PETREL_FRAME_PADDING, '"');
        padded_.shrink_to_fit();
        DecodeOut out(&out_);
        const Frame frame{connection, {padded_.data(), length}, kReceived_ns};
        const Decoded decoded = way_ == Way::FastFirst ? decoder_->decode(frame, out)
                                                       : decoder_->decode_general(frame, out);
        out_.flush(&out_);
        return decoded;
    }
    Decoder& decoder() { return *decoder_; }
    petrel_decode_out* raw() { return &out_; }

    static constexpr std::int64_t kReceived_ns = 1'794'000'010'000 * kNsPerMs;

    std::vector<MarketEvent> events;
    std::vector<std::string> notices;
    std::map<std::string, std::uint32_t> instruments;

private:
    static constexpr std::uint32_t kRoom = 3;  // small, so that flushing is exercised

    Way way_;
    std::unique_ptr<Decoder> decoder_;
    std::array<MarketEvent, kRoom> room_{};
    petrel_decode_out out_{};
    std::vector<char> padded_;
};

// The two of them, given the same frames.
template <typename Decoder>
class Ways {
public:
    using Make = std::function<std::unique_ptr<Decoder>()>;
    using Prepare = std::function<void(Decoder&, DecodeOut&)>;

    // `prepare` may list contracts.
    explicit Ways(const Make& make, const Prepare& prepare = {})
        : fast_(Way::FastFirst, make()), general_(Way::GeneralOnly, make()) {
        for (WayProbe<Decoder>* probe : {&fast_, &general_}) {
            if (prepare) {
                DecodeOut out(probe->raw());
                prepare(probe->decoder(), out);
            }
        }
    }

    // Empty when both gave the same.
    std::string compare(std::string_view text, std::size_t length, std::uint32_t connection = 0) {
        const Decoded a = fast_.decode(text, length, connection);
        const Decoded b = general_.decode(text, length, connection);
        if (a.code != b.code || a.reason != b.reason) {
            return "answers differ: '" + std::string(a.reason) + "' and '" + std::string(b.reason) +
                   "'";
        }
        if (fast_.events.size() != general_.events.size() || fast_.notices != general_.notices ||
            fast_.instruments != general_.instruments) {
            return "numbers of events, notices or instruments differ";
        }
        for (std::size_t i = 0; i < fast_.events.size(); ++i) {
            if (std::memcmp(&fast_.events[i], &general_.events[i], sizeof(MarketEvent)) != 0) {
                return "event " + std::to_string(i) + " differs";
            }
        }
        return {};
    }
    std::string compare(std::string_view text) { return compare(text, text.size()); }

    WayProbe<Decoder>& fast() { return fast_; }

    // Frames in their order, then each of them hurt in every way. How many of them took the fast
    // way unhurt is told.
    std::uint64_t check(const std::vector<std::string>& frames) {
        for (const std::string& frame : frames) {
            EXPECT_EQ(compare(frame), "") << frame;
        }
        const std::uint64_t before = fast_.decoder().fast_count();
        for (const std::string& frame : frames) {
            EXPECT_EQ(compare(frame), "") << frame;
        }
        const std::uint64_t taken = fast_.decoder().fast_count() - before;
        for (const std::string& frame : frames) {
            check_cuts(frame);
            check_bytes(frame);
            check_pieces(frame);
        }
        return taken;
    }

private:
    void check_cuts(const std::string& frame) {
        for (std::size_t length = 0; length < frame.size(); ++length) {
            ASSERT_EQ(compare(frame, length), "")
                << frame.substr(0, length) << "|" << frame.substr(length);
        }
    }
    void check_bytes(const std::string& frame) {
        for (std::size_t i = 0; i < frame.size(); ++i) {
            for (const char c : {'"', '\\', '{', '}', '[', ']', ',', '0', '9', '-', '.', 'e', ' ',
                                 '\x1f', '\x80', 'N', ':', '2'}) {
                std::string damaged = frame;
                damaged[i] = c;
                ASSERT_EQ(compare(damaged), "") << damaged;
            }
        }
    }
    void check_pieces(const std::string& frame) {
        std::mt19937_64 dice(frame.size());
        for (int i = 0; i < 400; ++i) {
            std::string damaged = frame;
            const std::size_t at = dice() % frame.size();
            const std::size_t length = 1 + dice() % 12;
            switch (dice() % 3) {
                case 0:
                    damaged.erase(at, length);
                    break;
                case 1:
                    damaged.insert(at, frame.substr(at, length));
                    break;
                default:
                    damaged.insert(dice() % damaged.size(), frame.substr(at, length));
            }
            ASSERT_EQ(compare(damaged), "") << damaged;
        }
    }

    WayProbe<Decoder> fast_;
    WayProbe<Decoder> general_;
};

// Numbers of every shape that may stand in a frame.
inline constexpr std::array<std::string_view, 24> kNumberShapes{"1",
                                                                "0.1",
                                                                "12345678",
                                                                "123456789",
                                                                "0",
                                                                "0.123456789",
                                                                "12345678.12345678",
                                                                "1e2",
                                                                "1E-2",
                                                                "0.00000001",
                                                                "00001.5",
                                                                "99999999.999",
                                                                "-1.5",
                                                                "1.",
                                                                ".5",
                                                                "+1",
                                                                "-0",
                                                                "1e",
                                                                "1e+3",
                                                                "0.000000000000000000001",
                                                                "-",
                                                                "1234567890123456",
                                                                "9007199254740993",
                                                                "18446744073709551616"};

}  // namespace petrel::kit
