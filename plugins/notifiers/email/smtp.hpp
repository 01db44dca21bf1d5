// One message over SMTP, by libcurl, with TLS always: from the first byte or by STARTTLS, and the
// server's certificate and name checked.
//
// On the channel's thread, which it blocks for at most the time limit. Each message has a session
// of its own; once the message is taken, its end is waited for no longer than a second.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "message.hpp"

namespace petrel::email {

enum class Encryption { Tls, StartTls };

struct SmtpSettings {
    std::string server;
    int port = 0;
    Encryption encryption = Encryption::StartTls;
    std::string user;
    std::string password;
    std::string ca_file;  // empty: the system's
    std::int64_t timeout_ms = 15'000;
};

enum class SmtpFailure { None, Login, NoTls, Certificate, Timeout, Connection, Refused };

struct SmtpResult {
    SmtpFailure failure = SmtpFailure::None;
    int reply_code = 0;          // the server's last; 0 when it said nothing
    std::string said;            // its last line, of a refusal that one, as it came
    std::vector<int> addresses;  // its reply to each of the envelope; 0 where it gave none
    bool body_began = false;     // the server has wanted the message, and may have it
};

class Smtp {
public:
    explicit Smtp(SmtpSettings settings);
    ~Smtp();
    Smtp(const Smtp&) = delete;
    Smtp& operator=(const Smtp&) = delete;

    // To the addresses of the envelope, whatever the message says of its recipients.
    SmtpResult send(const Envelope& envelope, std::string_view message);

private:
    struct Session;

    SmtpSettings settings_;
    std::unique_ptr<Session> session_;
};

}  // namespace petrel::email
