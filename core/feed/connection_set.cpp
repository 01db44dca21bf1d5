// Plans are compared by what goes over the wire and what the watchdogs are told of it.
#include "feed/connection_set.hpp"

#include <algorithm>

#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

void append(std::string& key, std::string_view part) {
    key.append(std::to_string(part.size())).append(":").append(part);
}

std::string key_of(const ConnectionPlan& plan) {
    std::string key;
    append(key, plan.path);
    for (const std::string& frame : plan.frames) {
        append(key, frame);
    }
    append(key, plan.keepalive);
    for (const StreamPlan& stream : plan.streams) {
        append(key, stream.topic);
        key.append(std::to_string(stream.instrument)).append("/");
        key.append(std::to_string(stream.kinds)).append(" ");
    }
    for (const auto& [name, value] : plan.headers) {
        append(key, name);
        append(key, value);
    }
    return key;
}

}  // namespace

std::uint32_t ConnectionSet::free_number(const std::vector<Entry>& kept) const {
    const auto has = [](const std::vector<Entry>& entries, std::uint32_t number) {
        return std::any_of(entries.begin(), entries.end(),
                           [&](const Entry& entry) { return entry.number == number; });
    };
    std::uint32_t number = 0;
    while (has(kept, number) || has(live_, number) || has(leaving_, number)) {
        ++number;
    }
    return number;
}

ConnectionSet::Change ConnectionSet::follow(const std::vector<ConnectionPlan>& plans) {
    const bool first = live_.empty();
    Change change;
    std::vector<Entry> next;
    for (const ConnectionPlan& plan : plans) {
        std::string key = key_of(plan);
        const auto known = std::find_if(live_.begin(), live_.end(), [&](const Entry& entry) {
            return entry.group != nullptr && entry.key == key;
        });
        if (known != live_.end()) {
            next.push_back(std::move(*known));
            continue;
        }
        const std::uint32_t number = free_number(next);
        next.push_back({std::move(key), number, make_(plan, number), false, !first});
        ++change.made;
    }
    for (Entry& entry : live_) {
        if (entry.group != nullptr) {
            leaving_.push_back(std::move(entry));
            ++change.leaving;
        }
    }
    live_ = std::move(next);
    for (std::uint32_t leg = 0; leg < legs_; ++leg) {
        for (const Entry& entry : live_) {
            if (!entry.started) {
                entry.group->start_leg(leg);
            }
        }
    }
    for (Entry& entry : live_) {
        entry.started = true;
    }
    replaced_ns_ = steady_now_ns();
    leaving_stopped_ = false;
    return change;
}

// Ends what was replaced as soon as nothing is lost by it.
void ConnectionSet::let_go() {
    for (Entry& entry : live_) {
        entry.fresh = entry.fresh && entry.group->status().last_data_ns == 0;
    }
    const bool waiting =
        std::any_of(live_.begin(), live_.end(), [](const Entry& entry) { return entry.fresh; });
    if (!leaving_stopped_ && (!waiting || steady_now_ns() - replaced_ns_ > kPatienceNs)) {
        leaving_stopped_ = true;
        for (const Entry& entry : leaving_) {
            entry.group->stop();
        }
    }
    std::erase_if(leaving_, [this](const Entry& entry) {
        return leaving_stopped_ && entry.group->stopped();
    });
}

void ConnectionSet::look_after() {
    for (const Entry& entry : live_) {
        entry.group->look_after();
    }
    if (!leaving_.empty()) {
        let_go();
    }
}

void ConnectionSet::stop() {
    for (const std::vector<Entry>* entries : {&live_, &leaving_}) {
        for (const Entry& entry : *entries) {
            entry.group->stop();
        }
    }
}

bool ConnectionSet::stopped() const {
    const auto all = [](const std::vector<Entry>& entries) {
        return std::all_of(entries.begin(), entries.end(),
                           [](const Entry& entry) { return entry.group->stopped(); });
    };
    return all(live_) && all(leaving_);
}

void ConnectionSet::append_status(std::vector<FeedStatus>& to) const {
    for (const Entry& entry : live_) {
        to.push_back(entry.group->status());
    }
}

}  // namespace petrel::core
