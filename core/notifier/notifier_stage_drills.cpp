// What people ask of the delivery thread after the fact: dead letters sent again, fire drills.
#include "notifier/notifier_stage.hpp"
#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

Status no_answer() { return Status::io("the delivery thread did not answer in time"); }

}  // namespace

Result<std::vector<std::string>> NotifierStage::send_again(ResendWish wish) {
    wish.now_ns = wall_now_ns();
    wish.use_by_ns = wish.now_ns + options_.outbox.use_by_ns;
    auto answer = ask_outbox<Result<std::vector<std::string>>>(
        [wish](Outbox& outbox) -> Result<std::vector<std::string>> {
            if (outbox.writer().behind()) {
                return Status::io(
                    "the store is down or has not caught up: what it says is refused "
                    "may not be");
            }
            return outbox.database().send_again(wish);
        });
    if (!answer) {
        return no_answer();
    }
    if (answer->ok()) {
        log::info("delivery", std::to_string((*answer)->size()) +
                                  " notifications are sent again, as " + wish.who + " asked");
    }
    return std::move(*answer);
}

Result<std::vector<DrillResult>> NotifierStage::start_drill(const std::string& channel,
                                                            const std::string& who) {
    auto answer = ask_outbox<Result<std::vector<DrillResult>>>(
        [this, channel](Outbox& outbox) { return drills_.start(outbox, channel, wall_now_ns()); });
    if (!answer) {
        return no_answer();
    }
    if (answer->ok()) {
        log::info("delivery", "a fire drill began, as " + who + " asked");
    }
    return std::move(*answer);
}

void NotifierStage::recall_drills() {
    if (Status recalled = drills_.remember(*database_); !recalled.ok()) {
        log::warning("delivery", "earlier fire drills are not known: " + recalled.message());
    }
}

void NotifierStage::look_at_drills() {
    for (const DrillResult& drill : drills_.look(*outbox_, wall_now_ns())) {
        system_alert("the fire drill of channel " + drill.channel + " did not come through",
                     drill.why +
                         ". Alerts to this channel may be lost: look at petrel "
                         "notifications --signal " +
                         drill.id + " --attempts",
                     {"", false, drill.channel});
    }
}

}  // namespace petrel::core
