// Plays a recorded file of frames to subscribed clients, at any speed.
//
// The file has one object a line, {"recv_ts","venue","raw"}, in the order of receipt; it is read
// as it is played, so its length does not matter. Playing begins with the first client that has a
// subscription (or, for everybody, with the first connection) and ends with the file. Owned by
// the simulator, on its thread.
#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "hub.hpp"
#include "outcome.hpp"

namespace petrel::sim {

struct PlayedFrame {
    std::optional<double> recorded_s;  // none where the recorder's time is unknown
    std::string raw;
    std::string data;                  // raw without its {"stream":...} wrapper
    std::vector<std::string> streams;  // names under which clients may have asked for it
};

// Nothing for a line of another venue, a request's answer, or a frame without a stream.
std::optional<PlayedFrame> parse_recorded(std::string_view line, Venue venue);

enum class Audience : std::uint8_t { Subscribers, Everybody };

struct PlayOptions {
    std::string file{};
    Venue venue = Venue::Binance;
    Audience audience = Audience::Subscribers;
    double speed = 1.0;  // 0 = as fast as the slowest client reads
};

class Player {
public:
    static constexpr std::size_t kBacklogBytesMax = 1024UL * 1024UL;
    static constexpr std::size_t kFramesPerTickMax = 2000;
    static constexpr double kUnknownGap_s = 0.05;

    static Outcome<Player> open(const PlayOptions& options);

    // Sends what is due. now_s is the simulator's elapsed time.
    void advance(double now_s, Hub& hub);

    [[nodiscard]] const PlayOptions& options() const { return options_; }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::uint64_t skipped_lines() const { return skipped_; }
    [[nodiscard]] bool finished() const { return finished_; }

private:
    Player(PlayOptions options, std::ifstream file)
        : options_(std::move(options)), file_(std::move(file)) {}

    bool read_next();
    void send(const PlayedFrame& frame, Hub& hub) const;

    PlayOptions options_;
    std::ifstream file_;
    std::optional<PlayedFrame> next_;
    double position_s_ = 0.0;  // of next_, since the first frame
    std::optional<double> last_recorded_s_;
    std::optional<double> started_s_;
    std::uint64_t frames_ = 0;
    std::uint64_t skipped_ = 0;
    bool finished_ = false;
};

}  // namespace petrel::sim
