// What an exchange feed keeps to: the plan of its adapter for what is wanted and listed.
#include <algorithm>

#include "feed/exchange_feed.hpp"
#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

GroupOptions ExchangeFeed::group_options(const ConnectionPlan& plan) {
    GroupOptions group;
    group.label = adapter_.name() + " " + plan.name;
    group.redundancy = std::clamp(options_.redundancy, 1U, kRedundancyMax);
    group.succession = options_.succession;
    group.pulse = options_.pulse;
    group.tap = &tap_;
    group.drain = &tap_.drain();
    group.watch = &repair_;
    group.alarm = options_.alarm;
    for (const StreamPlan& stream : plan.streams) {
        group.streams.push_back(
            {stream.instrument, stream.kinds, book_.symbol_of(stream.instrument), stream.topic});
    }
    return group;
}

std::unique_ptr<FeedSession> ExchangeFeed::make_session(const ConnectionPlan& plan,
                                                        std::uint32_t number,
                                                        const ConnectionGroup::Seat& seat) {
    SessionOptions session;
    session.number = number * FirstCopy::kLanesMax + seat.lane;
    session.tap = &tap_;
    session.socket = {seat.copies, seat.lane, seat.watch};
    session.endpoints = &endpoints_;
    session.pace = &pace_;
    session.user = {number, seat.leg};
    session.ca_file = options_.ca_file;
    session.path = options_.path;
    session.keys = &keys_;
    session.compress = options_.compress.value_or(plan.compress);
    session.message_bytes_max = adapter_.info().message_bytes_max;
    session.watch = seat.ends;
    session.seed = options_.seed ^ (std::uint64_t{session.number} + 1) << 40U;
    return std::make_unique<FeedSession>(loop_, adapter_, plan, std::move(session));
}

std::vector<std::uint32_t> ExchangeFeed::wanted() const {
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t i = 0; i < book_.count(); ++i) {
        const bool listed = on_list_.empty() || on_list_.contains(i);
        if (listed && book_.venue_of(i) == adapter_.venue() && book_.wanted(adapter_.venue(), i)) {
            wanted.push_back(i);
        }
    }
    return wanted;
}

void ExchangeFeed::open_connections() {
    const std::vector<std::uint32_t> instruments = wanted();
    if (instruments.empty()) {
        return cannot_work(
            "the venue lists none of the wanted symbols: name others in symbols, "
            "or in [exchanges." +
            adapter_.name() + "]");
    }
    Result<FeedPlan> plan = adapter_.plan(instruments, options_.channels);
    if (!plan.ok()) {
        discovery_failed(plan.status().message());
        return;
    }
    if (plan->connections.empty() && plan->polls.empty()) {
        return cannot_work("the venue has nothing of the wanted channels");
    }
    log::info("feed", adapter_.name() + ": " + std::to_string(instruments.size()) +
                          " instruments over " + std::to_string(plan->connections.size()) +
                          " connections");
    if (keep_to(std::move(plan).value())) {
        relist_later();
    }
}

// The list was read again. Connections whose plan is the same stay as they are.
void ExchangeFeed::follow_list() {
    const std::vector<std::uint32_t> instruments = wanted();
    Result<FeedPlan> plan = instruments.empty()
                                ? Status::rejected("the list names none of the wanted symbols now")
                                : adapter_.plan(instruments, options_.channels);
    if (!plan.ok()) {
        return discovery_failed(plan.status().message());
    }
    if (keep_to(std::move(plan).value())) {
        relist_later();
    }
}

// What the plan before held is given back first: connections that are replaced count once.
Status ExchangeFeed::reserve(const std::vector<ConnectionPlan>& plans) {
    if (options_.budget == nullptr) {
        return {};
    }
    ConnectionCounts wanted{};
    for (const ConnectionPlan& plan : plans) {
        if (plan.purpose >= wanted.size()) {
            return Status::invalid(
                "the adapter plans a connection of a type that does not exist; get a build of it "
                "for this petrel");
        }
        wanted[plan.purpose] += std::clamp(options_.redundancy, 1U, kRedundancyMax);
    }
    Status room = options_.budget->replace(reserved_, wanted);
    reserved_ = room.ok() ? wanted : reserved_;
    return room;
}

// False when the plan cannot be used; what is followed stays.
bool ExchangeFeed::keep_to(FeedPlan plan) {
    for (const ConnectionPlan& connection : plan.connections) {
        Status fits = check_headers(connection.headers, HeaderUse::Upgrade);
        fits = fits.ok() ? check_signing(connection.signing, HeaderUse::Upgrade) : fits;
        if (!fits.ok()) {
            cannot_work(fits.message());
            return false;
        }
    }
    if (Status room = reserve(plan.connections); !room.ok()) {
        cannot_work(room.message());
        return false;
    }
    const ConnectionSet::Change change = connections_.follow(plan.connections);
    if (connected_ && change.made + change.leaving > 0) {
        log::info("feed", adapter_.name() + ": the list of instruments has changed; " +
                              std::to_string(change.made) + " connections are made, " +
                              std::to_string(change.leaving) + " leave once these show data");
    }
    connected_ = true;
    start_polls(std::move(plan.polls));
    return true;
}

void ExchangeFeed::start_polls(std::vector<RequestPlan> polls) {
    std::string key;
    for (const RequestPlan& poll : polls) {
        key.append(poll.target).append(" ").append(poll.body).append("\n");
    }
    if (key == polled_) {
        return;
    }
    polled_ = std::move(key);
    poll_status_.streams = polls.size();
    polls_since_ns_ = polls.empty() ? 0 : steady_now_ns();
    poll_interval_ms_ = 0;
    for (const RequestPlan& poll : polls) {
        poll_interval_ms_ = std::max<std::uint64_t>(poll_interval_ms_, poll.interval_ms);
    }
    if (Status polling = rest_.poll(std::move(polls)); !polling.ok()) {
        poll_status_.state = FeedState::Unusable;
        poll_status_.last_trouble = polling.message();
        log::error("feed", adapter_.name() + " is not polled: " + polling.message());
    }
}

}  // namespace petrel::core
