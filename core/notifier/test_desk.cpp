// Keys begin with a word that no signal's id begins with.
#include "notifier/test_desk.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "outbox/occasion.hpp"
#include "petrel/abi/notifier.h"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kTestsMax = 64;
constexpr std::string_view kPrefix = "test-";
constexpr std::int64_t kUseByNs = 60 * kNsPerSecond;

}  // namespace

AlertText compose_test(const std::string& id, const std::string& channel, std::int64_t at_ns,
                       const MessageBook& messages) {
    AlertText alert;
    alert.id = id;
    alert.type = "TEST";
    alert.severity = PETREL_SEVERITY_INFO;
    alert.at_ns = at_ns;
    alert.phase = PETREL_ALERT_TEST;
    MessageValues values;
    values["channel"].text = channel;
    tell_on(occasion::kTest, std::move(values), messages, alert);
    const nlohmann::ordered_json json{{"type", alert.type},
                                      {"id", id},
                                      {"time", iso_utc(at_ns)},
                                      {"ts_ns", at_ns},
                                      {"headline", alert.headline}};
    alert.json = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return alert;
}

Result<std::vector<Delivery>> TestDesk::begin(const std::vector<std::string>& channels,
                                              std::int64_t now_ns, const MessageBook& messages) {
    if (channels.empty()) {
        return Status::invalid("no channel is configured; add a [notifiers.<name>]");
    }
    const std::lock_guard lock(mutex_);
    Test test;
    test.id = std::string(kPrefix) +
              hash_hex(std::to_string(now_ns) + "/" + std::to_string(++made_)).substr(0, 12);
    std::vector<Delivery> deliveries;
    for (const std::string& channel : channels) {
        test.results.emplace_back().channel = channel;
        Delivery delivery;
        delivery.alert = compose_test(test.id, channel, now_ns, messages);
        delivery.row.key = test.id + "/" + channel;
        delivery.row.signal_id = test.id;
        delivery.row.channel = channel;
        delivery.row.created_ns = now_ns;
        delivery.row.use_by_ns = now_ns + kUseByNs;
        deliveries.push_back(std::move(delivery));
    }
    tests_.push_back(std::move(test));
    if (tests_.size() > kTestsMax) {
        tests_.pop_front();
    }
    return deliveries;
}

bool TestDesk::is_test(const DeliveryOutcome& outcome) {
    return outcome.delivery.row.key.starts_with(kPrefix);
}

bool TestDesk::take(const DeliveryOutcome& outcome) {
    const NotificationRow& row = outcome.delivery.row;
    if (!is_test(outcome)) {
        return false;
    }
    const std::lock_guard lock(mutex_);
    for (Test& test : tests_) {
        for (TestResult& result : test.results) {
            if (test.id == row.signal_id && result.channel == row.channel) {
                result.done = true;
                result.delivered = outcome.result == DeliveryResult::Delivered;
                result.provider_id = outcome.provider_id;
                result.reason = outcome.reason;
                result.http_status = outcome.http_status;
                result.took_ns = outcome.finished_ns - outcome.started_ns;
            }
        }
    }
    return true;
}

std::vector<TestResult> TestDesk::look(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(tests_.begin(), tests_.end(), [&](const Test& test) { return test.id == id; });
    return found == tests_.end() ? std::vector<TestResult>() : found->results;
}

}  // namespace petrel::core
