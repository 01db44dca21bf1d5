// Channels for tests: one that remembers what it was given and answers as told, one over HTTP.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "notifier/channel.hpp"
#include "petrel/notifier.hpp"

namespace petrel::core {

class Recorder final : public LocalNotifier {
public:
    Recorder() = default;
    Recorder(const Host&, const Config&) {}

    Outcome deliver(const Alert& alert) override {
        std::function<Outcome(const std::string&)> answer;
        {
            const std::lock_guard lock(mutex_);
            ids_.emplace_back(alert.id);
            headlines_.emplace_back(alert.headline);
            images_.emplace_back(alert.image);
            attempts_.push_back({std::string(alert.story_id), alert.phase, alert.attempt,
                                 alert.late_ms, alert.sent_at_ns, alert.silent,
                                 std::string(alert.provider_id)});
            answer = answer_;
        }
        return answer ? answer(std::string(alert.id)) : Outcome{};
    }
    [[nodiscard]] petrel_notifier_limits limits() const override { return limits_; }

    // Before the channel is made.
    void limit_per_minute(double count) { limits_.per_minute = count; }
    void able(std::uint32_t abilities) { limits_.abilities = abilities; }
    void take_images() { limits_.abilities |= PETREL_CAN_IMAGE; }
    // The picture of each alert, or nothing.
    [[nodiscard]] std::vector<std::string> images() const {
        const std::lock_guard lock(mutex_);
        return images_;
    }
    // What deliver() makes of an alert's id; delivered when nothing is said.
    void answer(std::function<Outcome(const std::string&)> answer) {
        const std::lock_guard lock(mutex_);
        answer_ = std::move(answer);
    }
    [[nodiscard]] std::vector<std::string> ids() const {
        const std::lock_guard lock(mutex_);
        return ids_;
    }
    [[nodiscard]] std::vector<std::string> headlines() const {
        const std::lock_guard lock(mutex_);
        return headlines_;
    }
    struct Attempt {
        std::string story_id;
        std::uint32_t phase;
        std::uint32_t attempt;
        std::uint64_t late_ms;
        std::int64_t sent_at_ns;
        bool silent;
        std::string provider_id;
    };
    [[nodiscard]] std::vector<Attempt> attempts() const {
        const std::lock_guard lock(mutex_);
        return attempts_;
    }
    [[nodiscard]] NotifierHandle handle(std::string name) {
        return {std::move(name), static_cast<const petrel_notifier*>(table<Recorder>()), this};
    }

private:
    petrel_notifier_limits limits_ = LocalNotifier::limits();
    mutable std::mutex mutex_;
    std::vector<std::string> ids_, headlines_, images_;
    std::vector<Attempt> attempts_;
    std::function<Outcome(const std::string&)> answer_;
};

// Posts to an address, and takes any answer as delivered.
class Poster final : public HttpNotifier {
public:
    explicit Poster(std::string url) : url_(std::move(url)) {}
    Poster(const Host&, const Config&) {}

    Result<NotifierRequest> build(const Alert& alert) override {
        if (url_.empty()) {
            return Status::invalid("no address");
        }
        return NotifierRequest{"POST", url_, std::string(alert.json), {}};
    }
    Outcome read_reply(const NotifierReply&) override { return {}; }
    [[nodiscard]] petrel_notifier_limits limits() const override { return limits_; }
    // Before the channel is made.
    void able(std::uint32_t abilities) { limits_.abilities = abilities; }
    void limit_per_second(double count) { limits_.per_second = count; }
    [[nodiscard]] NotifierHandle handle(std::string name) {
        return {std::move(name), static_cast<const petrel_notifier*>(table<Poster>()), this};
    }

private:
    std::string url_;
    petrel_notifier_limits limits_ = HttpNotifier::limits();
};

// A provider that takes the connection and never answers.
class SilentProvider {
public:
    SilentProvider() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
            ::listen(socket_, 64) == 0) {
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
            port_ = ntohs(address.sin_port);
        }
    }
    ~SilentProvider() {
        for (const int accepted : accepted_) {
            ::close(accepted);
        }
        ::close(socket_);
    }
    SilentProvider(const SilentProvider&) = delete;
    SilentProvider& operator=(const SilentProvider&) = delete;

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/";
    }
    // Waits for a connection to come in.
    [[nodiscard]] bool connected() const {
        const int accepted = ::accept(socket_, nullptr, nullptr);
        accepted_.push_back(accepted);
        return accepted >= 0;
    }

private:
    int socket_;
    std::uint16_t port_ = 0;
    mutable std::vector<int> accepted_;
};

}  // namespace petrel::core
