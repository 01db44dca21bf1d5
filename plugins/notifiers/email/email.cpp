// User and password are secrets, and addresses are people's: none is ever part of a sentence.
#include "email.hpp"

#include <algorithm>

#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::email {
namespace {

constexpr double kPerSecond = 1;
constexpr double kPerMinute = 30;
constexpr std::uint32_t kBurst = 5;
constexpr int kTlsPort = 465;
constexpr int kStartTlsPort = 587;
constexpr std::size_t kRecipientsMax = 50;
constexpr int kFurtherTriesMax = 3;

petrel_parameter needed(std::string_view name, std::string_view description) {
    petrel_parameter p = parameter(PETREL_PARAMETER_TEXT, name, "", description);
    p.flags = PETREL_PARAMETER_REQUIRED;
    return p;
}

petrel_parameter timeout() {
    petrel_parameter p =
        parameter(PETREL_PARAMETER_DURATION, "timeout", "", "for one message, all of it");
    p.default_number = 15'000;
    p.minimum = 1'000;
    p.maximum = 60'000;
    return p;
}

// "a@x, b@y", without empty ones.
std::vector<std::string> addresses_in(std::string_view list) {
    std::vector<std::string> addresses;
    while (!list.empty()) {
        std::string_view one = list.substr(0, list.find(','));
        list.remove_prefix(std::min(one.size() + 1, list.size()));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        one = one.substr(0, one.find_last_not_of(' ') + 1);
        if (!one.empty()) {
            addresses.emplace_back(one);
        }
    }
    return addresses;
}

Status check(const Envelope& envelope, const SmtpSettings& settings, const std::string& word) {
    if (!kit::is_made_of_letters_digits_or(".-:[]", settings.server)) {
        return Status::invalid("email: 'server' must be the name or address of a mail server");
    }
    if (word != "tls" && word != "starttls") {
        return Status::invalid("email: 'encryption' must be tls or starttls");
    }
    if (!is_mail_address(envelope.from)) {
        return Status::invalid("email: 'from' must be one address like radar@example.org");
    }
    if (envelope.to.empty() || envelope.to.size() > kRecipientsMax ||
        !std::all_of(envelope.to.begin(), envelope.to.end(), is_mail_address)) {
        return Status::invalid("email: 'to' must be 1 to 50 addresses with commas between them");
    }
    if (settings.user.empty() != settings.password.empty()) {
        return Status::invalid("email: 'user' and 'password' go together; write both or none");
    }
    return {};
}

bool refuses_for_now(int reply) { return reply >= 400 && reply < 500; }

bool is_refused_by_all(const SmtpResult& result) {
    return result.failure == SmtpFailure::Refused && !result.addresses.empty() &&
           std::all_of(result.addresses.begin(), result.addresses.end(),
                       [](int reply) { return reply >= 400; });
}

// Where all are refused, one who may be taken later decides.
int deciding_code(const SmtpResult& result) {
    const auto found =
        std::find_if(result.addresses.rbegin(), result.addresses.rend(), refuses_for_now);
    return is_refused_by_all(result) && found != result.addresses.rend() ? *found
                                                                         : result.reply_code;
}

// "2 of 3 recipients"
std::string so_many_of(std::size_t some, const Recipients& recipients) {
    return std::to_string(some) + " of " + std::to_string(recipients.size()) + " recipients";
}

}  // namespace

Email::Email(const Host& host, const Config& config) : host_(host) {
    const std::string word = config.text("encryption");
    envelope_ = {config.text("from"), addresses_in(config.text("to"))};
    settings_.encryption = word == "tls" ? Encryption::Tls : Encryption::StartTls;
    const int usual = word == "tls" ? kTlsPort : kStartTlsPort;
    const int port = static_cast<int>(config.number("port"));
    settings_.port = port == 0 ? usual : port;
    settings_.server = config.text("server");
    settings_.user = config.text("user");
    settings_.password = config.text("password");
    settings_.ca_file = config.text("ca_file");
    settings_.timeout_ms = static_cast<std::int64_t>(config.number("timeout"));
    secrets_ = envelope_.to;
    secrets_.push_back(envelope_.from);
    secrets_.push_back(settings_.user);
    secrets_.push_back(settings_.password);
    ready_ = check(envelope_, settings_, word);
    smtp_ = std::make_unique<Smtp>(settings_);
}

PluginInfo Email::describe() {
    return {
        "email",
        "1.0.0",
        "petrel",
        "Sends alerts as e-mail.",
        {needed("server", "name or address of the submission server"),
         needed("from", "address of the sender"),
         needed("to", "addresses of the recipients, with commas between them"),
         kit::text("encryption", "tls", "tls (from the first byte) or starttls"),
         kit::whole_number("port", "0 for the usual one: 465 for tls, 587 for starttls", 0, 65'535),
         kit::secret("user", "name to log in with", kit::Need::Optional),
         kit::secret("password", "password to log in with", kit::Need::Optional),
         kit::text("ca_file", "", "PEM file of authorities to trust instead of the system's"),
         timeout()}};
}

petrel_notifier_limits Email::limits() const {
    petrel_notifier_limits limits = kit::limits_of(0, PETREL_CAN_THREAD | PETREL_CAN_IMAGE);
    limits.per_second = kPerSecond;
    limits.per_minute = kPerMinute;
    limits.burst = kBurst;
    limits.timeout_ms = static_cast<std::uint32_t>(settings_.timeout_ms);
    return limits;
}

Outcome Email::deliver(const Alert& alert) {
    Recipients recipients = unserved_.recipients_of(alert.id, envelope_.to.size());
    const SmtpResult result = smtp_->send({envelope_.from, recipients.waiting(envelope_.to)},
                                          message_of(alert, envelope_));
    Outcome outcome = outcome_of(result, secrets_, recipients);
    if (outcome.result == PETREL_RETRY) {
        unserved_.keep(alert.id, recipients);
    } else {
        unserved_.forget(alert.id);
    }
    if (outcome.result == PETREL_DELIVERED) {
        outcome.provider_id = message_id_of(alert.id, envelope_);
        if (!outcome.reason.empty()) {
            host_.log(PETREL_LOG_WARNING, "email: " + outcome.reason);
        }
    }
    return outcome;
}

Outcome outcome_of(const SmtpResult& result, const std::vector<std::string>& secrets) {
    const std::string said = kit::detail_of(result.said, secrets);
    const std::string doubt = result.body_began ? "; it may repeat" : "";
    switch (result.failure) {
        case SmtpFailure::None:
            return {};
        case SmtpFailure::Login:
            if (result.reply_code >= 400 && result.reply_code < 500) {
                return kit::outcome(PETREL_RETRY,
                                    kit::with_detail("the mail server cannot log in now", said));
            }
            return kit::outcome(PETREL_BROKEN,
                                kit::with_detail("the mail server refuses user or password; put in "
                                                 "the present ones",
                                                 said));
        case SmtpFailure::NoTls:
            return kit::outcome(PETREL_BROKEN,
                                "the mail server offers no STARTTLS, and nothing is sent in "
                                "clear; set 'encryption' to tls or ask its owner");
        case SmtpFailure::Certificate:
            return kit::outcome(PETREL_RETRY,
                                "the mail server's certificate or TLS is not to be trusted; set "
                                "'ca_file' if it has an authority of its own");
        case SmtpFailure::Timeout:
            return kit::outcome(PETREL_RETRY, "no answer of the mail server in time" + doubt);
        case SmtpFailure::Connection:
            return kit::outcome(PETREL_RETRY, "the mail server cannot be reached");
        case SmtpFailure::Refused:
            break;
    }
    const int code = deciding_code(result);
    if (code < 400) {
        return kit::outcome(PETREL_RETRY, "the connection to the mail server broke" + doubt);
    }
    if (code == 530 || (code >= 534 && code <= 538)) {
        return kit::outcome(PETREL_BROKEN,
                            kit::with_detail("the mail server wants another login", said));
    }
    const bool permanent = code >= 500 && code < 600;
    return kit::outcome(permanent ? PETREL_REFUSED : PETREL_RETRY,
                        kit::with_detail("the mail server answered " + std::to_string(code), said));
}

Outcome outcome_of(const SmtpResult& result, const std::vector<std::string>& secrets,
                   Recipients& recipients) {
    Outcome session = outcome_of(result, secrets);
    recipients.take_in(result.addresses, result.failure == SmtpFailure::None);
    const std::size_t have = recipients.count(Standing::HasIt);
    const std::size_t wait = recipients.count(Standing::Waits);
    if (wait == 0 && session.result == PETREL_RETRY) {
        session.result = PETREL_REFUSED;  // there is nobody left to ask
    }
    if (have == 0 || session.result == PETREL_BROKEN) {
        return session;
    }
    const std::string served = so_many_of(have, recipients) + (have == 1 ? " has it" : " have it");
    if (session.result == PETREL_RETRY && !is_refused_by_all(result)) {
        session.reason = served + "; for the others: " + session.reason;
        return session;
    }
    if (session.result != PETREL_REFUSED && wait > 0 &&
        recipients.further_tries < kFurtherTriesMax) {
        ++recipients.further_tries;
        return kit::outcome(
            PETREL_RETRY, kit::with_detail(served + "; " + std::to_string(wait) +
                                               (wait == 1 ? " was" : " were") + " refused for now",
                                           kit::detail_of(result.said, secrets)));
    }
    const std::size_t refused = recipients.size() - have;
    return kit::outcome(PETREL_DELIVERED,
                        refused == 0
                            ? ""
                            : so_many_of(refused, recipients) + (refused == 1 ? " was" : " were") +
                                  " refused by the server; the others got the message");
}

}  // namespace petrel::email

PETREL_PLUGIN(petrel::email::Email);
