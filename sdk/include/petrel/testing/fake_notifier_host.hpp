// Runs one notifier channel in a test: hand it an alert, read the request it builds or what came
// of the delivery.
//
//   FakeNotifierHost host(entry_of<Chat>(), config);
//   auto request = host.build(AlertBuilder().headline("...").field("Side", "long"));
//   auto outcome = host.reply(429, R"({"retry_after":7})");
#pragma once

#include "petrel/notifier.hpp"
#include "petrel/testing/fake_host.hpp"

namespace petrel::testing {

// An alert with plausible values; say only what matters to the test.
class AlertBuilder {
public:
    AlertBuilder& id(std::string text) { return set(id_, std::move(text)); }
    AlertBuilder& type(std::string text) { return set(type_, std::move(text)); }
    AlertBuilder& symbol(std::string text) { return set(symbol_, std::move(text)); }
    AlertBuilder& headline(std::string text) { return set(headline_, std::move(text)); }
    AlertBuilder& footer(std::string text) { return set(footer_, std::move(text)); }
    AlertBuilder& json(std::string text) { return set(json_, std::move(text)); }
    AlertBuilder& field(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    AlertBuilder& side(Side side) {
        side_ = side;
        return *this;
    }
    AlertBuilder& severity(std::uint32_t severity) {
        severity_ = severity;
        return *this;
    }
    AlertBuilder& score(double score) {
        score_ = score;
        return *this;
    }
    AlertBuilder& at_ns(std::int64_t at_ns) {
        at_ns_ = at_ns;
        return *this;
    }

    AlertBuilder& story(std::string text) { return set(story_, std::move(text)); }
    AlertBuilder& provider_id(std::string text) { return set(provider_id_, std::move(text)); }
    AlertBuilder& link(std::string text) { return set(link_, std::move(text)); }
    AlertBuilder& image(std::string png, std::string alt) {
        image_ = std::move(png);
        return set(image_alt_, std::move(alt));
    }
    AlertBuilder& phase(std::uint32_t phase) {
        phase_ = phase;
        return *this;
    }
    AlertBuilder& attempt(std::uint32_t attempt) {
        attempt_ = attempt;
        return *this;
    }
    AlertBuilder& late_ms(std::uint64_t late_ms) {
        late_ms_ = late_ms;
        return *this;
    }
    AlertBuilder& may_repeat() {
        may_repeat_ = 1;
        return *this;
    }
    AlertBuilder& shown_phase(std::uint32_t phase) {
        shown_phase_ = phase;
        return *this;
    }
    AlertBuilder& acknowledged() {
        acknowledged_ = 1;
        return *this;
    }
    AlertBuilder& sent_at_ns(std::int64_t sent_at_ns) {
        sent_at_ns_ = sent_at_ns;
        return *this;
    }
    AlertBuilder& silent() {
        silent_ = 1;
        return *this;
    }
    // As a host before ABI 1.3 hands it over.
    AlertBuilder& of_older_host() {
        size_ = offsetof(petrel_alert, story_id);
        return *this;
    }

    // Points into this builder.
    [[nodiscard]] petrel_alert raw() {
        raw_fields_.clear();
        for (const auto& [name, value] : fields_) {
            raw_fields_.push_back({text_of(name), text_of(value)});
        }
        petrel_alert alert{};
        alert.size = size_;
        alert.severity = severity_;
        alert.id = text_of(id_);
        alert.type = text_of(type_);
        alert.symbol = text_of(symbol_);
        alert.headline = text_of(headline_);
        alert.fields = raw_fields_.data();
        alert.field_count = static_cast<std::uint32_t>(raw_fields_.size());
        alert.side = static_cast<std::uint32_t>(side_);
        alert.footer = text_of(footer_);
        alert.json = text_of(json_);
        alert.at_ns = at_ns_;
        alert.score = score_;
        alert.story_id = text_of(story_);
        alert.provider_id = text_of(provider_id_);
        alert.link = text_of(link_);
        alert.image =
            image_.empty() ? nullptr : reinterpret_cast<const std::uint8_t*>(image_.data());
        alert.image_bytes = image_.size();
        alert.image_alt = text_of(image_alt_);
        alert.sent_at_ns = sent_at_ns_;
        alert.late_ms = late_ms_;
        alert.may_repeat = may_repeat_;
        alert.shown_phase = shown_phase_;
        alert.acknowledged = acknowledged_;
        alert.phase = phase_;
        alert.attempt = attempt_;
        alert.silent = silent_;
        return alert;
    }

private:
    AlertBuilder& set(std::string& member, std::string text) {
        member = std::move(text);
        return *this;
    }

    std::string id_ = "sig-0001";
    std::string type_ = "LIQ_STORM";
    std::string symbol_ = "BTC-USDT-PERP";
    std::string headline_ = "BTC long storm $2.5M in 30 s";
    std::string footer_ = "00:00:00 UTC \u00b7 sig-0001";
    std::string json_ = R"({"id":"sig-0001"})";
    std::vector<std::pair<std::string, std::string>> fields_;
    std::vector<petrel_alert_field> raw_fields_;
    Side side_ = Side::Long;
    std::uint32_t severity_ = PETREL_SEVERITY_WARNING;
    std::int64_t at_ns_ = FakeClock::kStartNs;
    double score_ = 0;
    std::string story_, provider_id_, link_, image_, image_alt_;
    std::int64_t sent_at_ns_ = FakeClock::kStartNs;
    std::uint64_t late_ms_ = 0;
    std::uint32_t may_repeat_ = 0;
    std::uint32_t shown_phase_ = 0;
    std::uint32_t acknowledged_ = 0;
    std::uint32_t phase_ = PETREL_ALERT_NEW;
    std::uint32_t attempt_ = 1;
    std::uint32_t silent_ = 0;
    std::uint32_t size_ = sizeof(petrel_alert);
};

class FakeNotifierHost {
public:
    explicit FakeNotifierHost(const petrel_plugin_entry& entry, FakeConfig config = {})
        : instance_(entry, PETREL_NOTIFIER_INTERFACE, std::move(config)) {}

    [[nodiscard]] const Status& status() const { return instance_.status(); }
    FakeHost& host() { return instance_.host(); }

    [[nodiscard]] petrel_notifier_limits limits() const {
        petrel_notifier_limits limits{};
        limits.size = sizeof(limits);
        instance_.table().limits(instance_.get(), &limits);
        return limits;
    }

    // HTTP channels: the request for this alert.
    Result<NotifierRequest> build(AlertBuilder alert) {
        const petrel_alert raw = alert.raw();
        petrel_notifier_request request{};
        request.size = sizeof(request);
        FakeError error;
        const std::int32_t code =
            instance_.table().build(instance_.get(), &raw, &request, &error.raw);
        return code < 0 ? Result<NotifierRequest>(error.status(code)) : copy_of(request);
    }

    // HTTP channels: what the channel makes of the provider's answer. Header names in lower case.
    Outcome reply(std::uint32_t http_status, std::string_view body,
                  const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        const RawReply reply(http_status, body, headers);
        return outcome_of([&](petrel_outcome* outcome, petrel_error* error) {
            return instance_.table().read_reply(instance_.get(), &reply.raw, outcome, error);
        });
    }

    // Channels in which people can answer: whether this is one, the next question, and what the
    // channel reads of the provider's answer. A call that fails shows as PETREL_BROKEN.
    [[nodiscard]] bool polls() const { return instance_.table().build_poll != nullptr; }
    Result<NotifierRequest> build_poll(
        const std::vector<std::pair<std::string, std::string>>& answers = {}) {
        std::vector<petrel_press_answer> raw_answers;
        for (const auto& [token, words] : answers) {
            raw_answers.push_back({text_of(token), text_of(words)});
        }
        petrel_notifier_request request{};
        request.size = sizeof(request);
        FakeError error;
        const std::int32_t code = instance_.table().build_poll(
            instance_.get(), raw_answers.data(), static_cast<std::uint32_t>(raw_answers.size()),
            &request, &error.raw);
        return code < 0 ? Result<NotifierRequest>(error.status(code)) : copy_of(request);
    }
    Poll poll_reply(std::uint32_t http_status, std::string_view body,
                    const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        const RawReply reply(http_status, body, headers);
        petrel_poll poll{};
        poll.size = sizeof(poll);
        FakeError error;
        if (instance_.table().read_poll(instance_.get(), &reply.raw, &poll, &error.raw) < 0) {
            return {PETREL_BROKEN, 0, {}, 0, error.raw.text};
        }
        Poll copy{poll.result, poll.wait_ms, {}, poll.ignored, poll.reason};
        for (std::uint32_t i = 0; i < poll.press_count; ++i) {
            copy.presses.push_back({string_of(poll.presses[i].token),
                                    string_of(poll.presses[i].story_id),
                                    string_of(poll.presses[i].who)});
        }
        return copy;
    }

    // Other channels: delivers the alert.
    Outcome deliver(AlertBuilder alert) {
        const petrel_alert raw = alert.raw();
        return outcome_of([&](petrel_outcome* outcome, petrel_error* error) {
            return instance_.table().deliver(instance_.get(), &raw, outcome, error);
        });
    }

private:
    struct RawReply {
        RawReply(std::uint32_t http_status, std::string_view body,
                 const std::vector<std::pair<std::string, std::string>>& from) {
            for (const auto& [name, value] : from) {
                headers.push_back({text_of(name), text_of(value)});
            }
            raw.size = sizeof(raw);
            raw.http_status = http_status;
            raw.header_count = static_cast<std::uint32_t>(headers.size());
            raw.headers = headers.data();
            raw.body = text_of(body);
        }
        std::vector<petrel_header> headers;
        petrel_notifier_reply raw{};
    };

    static NotifierRequest copy_of(const petrel_notifier_request& request) {
        NotifierRequest copy{string_of(request.method),
                             string_of(request.url),
                             string_of(request.body),
                             {},
                             request.timeout_ms};
        for (std::uint32_t i = 0; i < request.header_count; ++i) {
            copy.headers.emplace_back(string_of(request.headers[i].name),
                                      string_of(request.headers[i].value));
        }
        return copy;
    }

    // A call that fails shows as PETREL_BROKEN with the error's text.
    template <typename Call>
    Outcome outcome_of(Call&& call) {
        petrel_outcome outcome{};
        outcome.size = sizeof(outcome);
        FakeError error;
        if (call(&outcome, &error.raw) < 0) {
            return {PETREL_BROKEN, 0, {}, error.raw.text};
        }
        return {outcome.result, outcome.retry_after_ms, string_of(outcome.provider_id),
                outcome.reason};
    }

    FakeInstance<petrel_notifier> instance_;
};

}  // namespace petrel::testing
