// Makes what the engine would make, and says why it cannot be made.
#include "cli/delivery_check.hpp"

#include "observe/privacy_filter.hpp"
#include "outbox/message_book.hpp"
#include "routing/router.hpp"

namespace petrel::core {
namespace {

void add_problem(Problems& problems, const char* code, const Status& status, const char* help) {
    Problem problem;
    problem.code = code;
    problem.message = status.message();
    problem.help = help;
    problems.push_back(std::move(problem));
}

}  // namespace

void settle_delivery(const Config& config, Problems& problems) {
    if (const Result<Router> router = Router::make(config.routing, {}); !router.ok()) {
        add_problem(problems, "PTL-C029", router.status(), "see [mute_windows.<name>]");
    }
    if (const auto messages = MessageBook::make(config.messages); !messages.ok()) {
        add_problem(problems, "PTL-C031", messages.status(), "see [messages]");
        problems.back().place = config.messages.zone_place;
    }
    const auto filter =
        PrivacyFilter::make({.patterns = config.privacy.patterns, .off = config.privacy.off});
    if (!filter.ok()) {
        add_problem(problems, "PTL-C028", filter.status(), "see [privacy]");
    } else {
        use_privacy_filter(*filter);
    }
}

}  // namespace petrel::core
