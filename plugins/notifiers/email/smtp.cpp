// libcurl does the protocol; what the server says is read along as it comes.
#include "smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace petrel::email {
namespace {

struct CloseHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// What is to be sent, and how far it is.
struct Upload {
    std::string_view left;
};

std::size_t read_upload(char* to, std::size_t size, std::size_t count, void* context) {
    auto& upload = *static_cast<Upload*>(context);
    const std::size_t bytes = std::min(size * count, upload.left.size());
    std::memcpy(to, upload.left.data(), bytes);
    upload.left.remove_prefix(bytes);
    return bytes;
}

constexpr curl_off_t kEndMostUs = 1'000'000;
constexpr int kGoOn = 354;
constexpr std::size_t kBareReply = 5;  // a code and the line's end

// The server's replies; nothing here allocates, for it is called from C.
struct Replies {
    std::array<char, 256> last{};
    std::size_t length = 0;
    int code = 0;              // of the last
    std::span<int> addresses;  // the replies to them
    std::size_t asked = 0;     // so many of them, one by one
    bool of_address = false;   // what is asked is whether one may be sent to
    bool refused_now = false;  // one may be sent to later: `last` says why
    bool unanswered = false;
    bool body_began = false;
    CURL* handle = nullptr;
    curl_off_t limit_us = 0;
    curl_off_t answered_us = -1;  // the message
};

// Since the session began; the library measures it.
curl_off_t elapsed_us(CURL* handle) {
    curl_off_t us = 0;
    curl_easy_getinfo(handle, CURLINFO_TOTAL_TIME_T, &us);
    return us;
}

// Tells whose reply comes next: a refusal of the message looks like one of an address.
int note_command(CURL*, curl_infotype type, char* text, std::size_t size, void* context) {
    auto& replies = *static_cast<Replies*>(context);
    const std::string_view command(text, size);
    if (type == CURLINFO_HEADER_OUT && !command.starts_with("QUIT")) {
        replies.of_address = command.starts_with("RCPT TO:");
        replies.asked += replies.of_address ? 1 : 0;
        replies.unanswered = true;
    }
    return 0;
}

// Farewells are no reason, nor is one address refused for good where another may be taken later.
bool tells_more(const Replies& replies, int code) {
    return replies.code < 400 ||
           (code >= 400 && !(replies.of_address && replies.refused_now && code >= 500));
}

std::size_t note_reply(char* line, std::size_t size, std::size_t count, void* context) {
    auto& replies = *static_cast<Replies*>(context);
    const std::size_t bytes = size * count;
    const auto digit = [&](std::size_t i) { return i < bytes ? line[i] - '0' : -1; };
    const bool last_line = bytes == kBareReply || (bytes > 3 && line[3] == ' ');
    const int code = digit(0) * 100 + digit(1) * 10 + digit(2);
    if (tells_more(replies, code)) {
        replies.code = code;
        replies.length = std::min(bytes, replies.last.size());
        std::memcpy(replies.last.data(), line, replies.length);
    }
    if (last_line && replies.of_address && replies.asked <= replies.addresses.size()) {
        replies.addresses[replies.asked - 1] = code;
        replies.refused_now = replies.refused_now || (code >= 400 && code < 500);
    }
    if (last_line) {
        replies.of_address = false;
        replies.unanswered = false;
    }
    if (replies.body_began && replies.answered_us < 0 && last_line) {
        replies.answered_us = elapsed_us(replies.handle);
    }
    replies.body_began = replies.body_began || code == kGoOn;
    return bytes;
}

// The library's own limits leave out the end of a session, in which a server may hang as well.
int look_at_clock(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& replies = *static_cast<const Replies*>(context);
    const curl_off_t now_us = elapsed_us(replies.handle);
    const bool answered = replies.answered_us >= 0;
    return now_us > replies.limit_us + kEndMostUs ||
                   (answered && now_us > replies.answered_us + kEndMostUs)
               ? 1
               : 0;
}

SmtpFailure failure_of(CURLcode code) {
    switch (code) {
        case CURLE_OK:
            return SmtpFailure::None;
        case CURLE_LOGIN_DENIED:
            return SmtpFailure::Login;
        case CURLE_USE_SSL_FAILED:
            return SmtpFailure::NoTls;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_ISSUER_ERROR:
            return SmtpFailure::Certificate;
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_ABORTED_BY_CALLBACK:
            return SmtpFailure::Timeout;
        case CURLE_COULDNT_CONNECT:
        case CURLE_COULDNT_RESOLVE_HOST:
            return SmtpFailure::Connection;
        default:
            return SmtpFailure::Refused;
    }
}

}  // namespace

struct Smtp::Session {
    std::unique_ptr<CURL, CloseHandle> handle{curl_easy_init()};
};

Smtp::Smtp(SmtpSettings settings) : settings_(std::move(settings)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    session_ = std::make_unique<Session>();
}

Smtp::~Smtp() = default;

SmtpResult Smtp::send(const Envelope& envelope, std::string_view message) {
    CURL* handle = session_->handle.get();
    if (handle == nullptr) {
        return {SmtpFailure::Connection, 0, {}, {}, false};
    }
    const bool tls = settings_.encryption == Encryption::Tls;
    const std::string url = (tls ? "smtps://" : "smtp://") + settings_.server + ":" +
                            std::to_string(settings_.port) + "/" + domain_of(envelope.from);
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!settings_.ca_file.empty()) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, settings_.ca_file.c_str());
    }
    if (!settings_.user.empty()) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, settings_.user.c_str());
        curl_easy_setopt(handle, CURLOPT_PASSWORD, settings_.password.c_str());
    }
    const long timeout_ms = static_cast<long>(settings_.timeout_ms);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);

    curl_slist* addresses = nullptr;
    for (const std::string& address : envelope.to) {
        curl_slist* longer = curl_slist_append(addresses, address.c_str());
        addresses = longer == nullptr ? addresses : longer;
    }
    const std::unique_ptr<curl_slist, FreeList> owned(addresses);
    Upload upload{message};
    SmtpResult result;
    result.addresses.resize(envelope.to.size());
    Replies replies;
    replies.addresses = result.addresses;
    replies.handle = handle;
    replies.limit_us = static_cast<curl_off_t>(settings_.timeout_ms) * 1'000;
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, envelope.from.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, addresses);
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &read_upload);
    curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &note_reply);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &replies);
    curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);  // to note_command alone
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, &note_command);
    curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &replies);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &look_at_clock);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &replies);

    result.failure = failure_of(curl_easy_perform(handle));
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_reset(handle);  // it knows of what ends here
    // An address that was refused for good before the connection broke is no refusal of all.
    result.reply_code = replies.unanswered && code >= 500 ? 0 : static_cast<int>(code);
    const std::string_view said(replies.last.data(), replies.length);
    result.said = said.substr(0, said.find_last_not_of("\r\n ") + 1);
    result.body_began = replies.body_began;
    return result;
}

}  // namespace petrel::email
