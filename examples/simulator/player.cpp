// Reading of recorded frames, and to whom each belongs.
#include "player.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace petrel::sim {
namespace {

std::string text_of(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The names a Binance client may use for a frame that came bare.
std::vector<std::string> binance_streams(const nlohmann::json& data) {
    const std::string event = text_of(data, "e");
    const auto order = data.find("o");
    const bool nested = event == "forceOrder" && order != data.end() && order->is_object();
    const std::string symbol = lower_case(text_of(nested ? *order : data, "s"));
    if (event.empty() || symbol.empty()) {
        return {};
    }
    if (event == "forceOrder") {
        return {symbol + "@forceOrder", "!forceOrder@arr"};
    }
    if (event == "markPriceUpdate") {
        return {symbol + "@markPrice@1s", symbol + "@markPrice"};
    }
    return {symbol + "@" + event};
}

// The part of {"stream":"...","data":...} behind "data":, byte for byte.
std::string without_wrapper(const std::string& raw) {
    constexpr std::string_view kKey = "\"data\":";
    const auto begin = raw.find(kKey);
    const auto end = raw.rfind('}');
    if (begin == std::string::npos || end == std::string::npos || begin + kKey.size() > end) {
        return raw;
    }
    return raw.substr(begin + kKey.size(), end - begin - kKey.size());
}

}  // namespace

std::optional<PlayedFrame> parse_recorded(std::string_view line, Venue venue) {
    const auto record = nlohmann::json::parse(line, nullptr, false);
    if (!record.is_object()) {
        return std::nullopt;
    }
    const auto recorded = venue_from(text_of(record, "venue"));
    PlayedFrame frame;
    frame.raw = text_of(record, "raw");
    const auto message = nlohmann::json::parse(frame.raw, nullptr, false);
    if (!recorded.ok() || recorded.value() != venue || !message.is_object()) {
        return std::nullopt;
    }
    if (const auto time = record.find("recv_ts"); time != record.end() && time->is_number()) {
        frame.recorded_s = time->get<double>();
    }
    frame.data = frame.raw;
    if (venue == Venue::Bybit) {
        if (const auto topic = text_of(message, "topic"); !topic.empty()) {
            frame.streams = {topic};
        }
    } else if (const auto stream = text_of(message, "stream"); !stream.empty()) {
        frame.data = without_wrapper(frame.raw);
        frame.streams = {stream};
        if (stream.ends_with("@markPrice")) {
            frame.streams.push_back(stream + "@1s");
        }
    } else {
        frame.streams = binance_streams(message);
    }
    return frame.streams.empty() ? std::nullopt : std::optional(std::move(frame));
}

Outcome<Player> Player::open(const PlayOptions& options) {
    std::ifstream file(options.file);
    if (!file) {
        return Failure{join("--play: cannot read '", options.file, "'; give a file of ",
                            R"({"recv_ts":...,"venue":...,"raw":...} lines)")};
    }
    Player player(options, std::move(file));
    if (!player.read_next()) {
        return Failure{join("--play: '", options.file, "' has no frame of ",
                            venue_name(options.venue), "; check --venue")};
    }
    return player;
}

bool Player::read_next() {
    next_.reset();
    for (std::string line; std::getline(file_, line);) {
        next_ = parse_recorded(line, options_.venue);
        if (!next_) {
            ++skipped_;
            continue;
        }
        const bool known = next_->recorded_s && last_recorded_s_;
        if (known) {
            position_s_ += std::max(0.0, *next_->recorded_s - *last_recorded_s_);
        } else if (last_recorded_s_ || frames_ > 0) {
            position_s_ += kUnknownGap_s;
        }
        if (next_->recorded_s) {
            last_recorded_s_ = next_->recorded_s;
        }
        return true;
    }
    finished_ = true;
    return false;
}

void Player::advance(double now_s, Hub& hub) {
    if (finished_) {
        return;
    }
    if (!started_s_) {
        const bool awaited = options_.audience == Audience::Everybody ? hub.connections() > 0
                                                                      : hub.subscriptions() > 0;
        if (!awaited) {
            return;
        }
        started_s_ = now_s;
    }
    const double reached_s = (now_s - *started_s_) * options_.speed;
    for (std::size_t sent = 0; sent < kFramesPerTickMax && next_; ++sent) {
        const bool due = options_.speed <= 0.0 || position_s_ <= reached_s;
        if (!due || hub.queued_bytes_max() > kBacklogBytesMax) {
            return;
        }
        send(*next_, hub);
        ++frames_;
        read_next();
    }
}

void Player::send(const PlayedFrame& frame, Hub& hub) const {
    if (options_.audience == Audience::Everybody) {
        hub.broadcast(frame.raw);
        return;
    }
    for (const auto& name : frame.streams) {
        if (const auto id = hub.find(name)) {
            hub.publish(*id, frame.data);
        }
    }
}

}  // namespace petrel::sim
