// What people do with the stage while it runs: tests of channels, and presses of buttons.
#include "notifier/notifier_stage.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {

Result<std::string> NotifierStage::send_test(const std::string& channel_or_route) {
    const Router& router = *options_.outbox.router;
    std::vector<std::string> names{channel_or_route};
    if (find_channel(channel_or_route) == nullptr) {
        const std::vector<std::string>* of_route = router.channels_of(channel_or_route);
        if (of_route == nullptr) {
            return Status::invalid("there is no channel and no route '" +
                                   channel_or_route.substr(0, 60) +
                                   "'; the channels are: " + human_list(router.channels()));
        }
        names = *of_route;
    }
    Result<std::vector<Delivery>> tests = tests_.begin(names, wall_now_ns(), messages());
    if (!tests.ok()) {
        return tests.status();
    }
    std::string id;
    for (Delivery& test : *tests) {
        id = test.row.signal_id;
        const std::string name = test.row.channel;
        if (!find_channel(name)->send(test)) {
            tests_.take({std::move(test), DeliveryResult::Retry, 0, {}, "its queue is full"});
        }
    }
    return id;
}

// What a test is told that its channel has given back.
std::string NotifierStage::why_untried(Channel& channel) {
    if (const ChannelFigures figures = channel.figures(); figures.broken) {
        return "its provider refuses this channel: " + figures.broken_why;
    }
    return "it may send nothing just now, by its pace or because its provider wants a pause; try "
           "again in " +
           human_duration_ms(static_cast<std::uint64_t>(channel.room_in_ms() / 1'000 + 1) * 1'000);
}

std::string NotifierStage::acknowledge(const std::string& channel, const Press& press) {
    AckRow ack;
    ack.signal_id = press.story_id;
    ack.author = press.who;
    ack.via = channel;
    const auto answer = ask_outbox<Result<AckResult>>(
        [ack](Outbox& outbox) { return outbox.acknowledge(ack, wall_now_ns()); });
    if (!answer || (!answer->ok() && answer->status().retryable())) {
        return "This could not be recorded just now. Press again in a while";
    }
    if (!answer->ok()) {
        return answer->status().message();
    }
    return (*answer)->first ? "Acknowledged" : "Acknowledged before, by " + (*answer)->ack.author;
}

}  // namespace petrel::core
