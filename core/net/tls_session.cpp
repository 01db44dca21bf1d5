// TLS over OpenSSL with two memory BIOs.
#include "net/tls_session.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <system_error>

#include "net/url.hpp"
#include "observe/clean_text.hpp"

namespace petrel::core {
namespace {

std::string last_error_text() {
    const unsigned long code = ERR_peek_last_error();
    if (code == 0) {
        return "no further reason is known";
    }
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "error " + std::to_string(code);
}

// The sentence for a certificate that was not accepted.
std::string certificate_failure(long code, const std::string& host) {
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "its certificate has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "its certificate is not valid yet (is this machine's clock right?)";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "its certificate is self-signed and not trusted (set ca_file to trust it)";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "its certificate comes from an unknown authority (set ca_file to trust it)";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "its certificate is for another name than \"" + host + "\"";
        default:
            return std::string("its certificate was refused: ") +
                   X509_verify_cert_error_string(code);
    }
}

std::string protocol_failure() {
    const unsigned long code = ERR_peek_last_error();
    switch (ERR_GET_REASON(code)) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        case SSL_R_VERSION_TOO_LOW:
            return "it offers no TLS version of 1.2 or later";
        case SSL_R_WRONG_VERSION_NUMBER:
        case SSL_R_HTTP_REQUEST:
            return "it does not speak TLS, or only a version before 1.2";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        case SSL_R_NO_SHARED_CIPHER:
        case SSL_R_NO_CIPHERS_AVAILABLE:
            return "it shares no safe cipher with us";
        default:
            return "TLS failed: " + last_error_text();
    }
}

// Everything a client context needs but the trust roots. Says whether OpenSSL took it.
bool harden(SSL_CTX* context) {
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

}  // namespace

struct ContextRelease {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

struct TlsTrust::Loaded {
    std::unique_ptr<SSL_CTX, ContextRelease> context;
    std::filesystem::file_time_type changed;
};

TlsTrust::TlsTrust() = default;
TlsTrust::~TlsTrust() = default;

Result<ssl_ctx_st*> TlsTrust::context(const std::string& ca_file) {
    std::filesystem::file_time_type changed;
    if (!ca_file.empty()) {
        std::error_code error;
        changed = std::filesystem::last_write_time(ca_file, error);
        if (error) {
            return Status::io("ca_file " + clean_text(ca_file) +
                              " cannot be read: " + error.message());
        }
    }
    const auto found = loaded_.find(ca_file);
    if (found != loaded_.end() && found->second.changed == changed) {
        return found->second.context.get();
    }
    ERR_clear_error();
    std::unique_ptr<SSL_CTX, ContextRelease> made(SSL_CTX_new(TLS_client_method()));
    if (!made || !harden(made.get())) {
        return Status::io("TLS cannot be set up: " + last_error_text());
    }
    SSL_CTX_set_default_verify_paths(made.get());
    if (!ca_file.empty() && SSL_CTX_load_verify_file(made.get(), ca_file.c_str()) != 1) {
        return Status::invalid("ca_file " + clean_text(ca_file) +
                               " holds no certificate in PEM form: " + last_error_text());
    }
    Loaded& entry = loaded_[ca_file];
    entry.context = std::move(made);
    entry.changed = changed;
    return entry.context.get();
}

Result<std::unique_ptr<TlsSession>> TlsSession::client(TlsTrust& trust, const std::string& ca_file,
                                                       const std::string& host) {
    Result<ssl_ctx_st*> context = trust.context(ca_file);
    if (!context) {
        return context.status();
    }
    ERR_clear_error();
    auto session = std::make_unique<TlsSession>(host);
    session->ssl_ = SSL_new(*context);
    session->in_ = BIO_new(BIO_s_mem());
    session->out_ = BIO_new(BIO_s_mem());
    if (session->ssl_ == nullptr || session->in_ == nullptr || session->out_ == nullptr) {
        BIO_free(session->in_);
        BIO_free(session->out_);
        return Status::io("TLS cannot be set up: " + last_error_text());
    }
    BIO_set_mem_eof_return(session->in_, -1);
    BIO_set_mem_eof_return(session->out_, -1);
    SSL_set_bio(session->ssl_, session->in_, session->out_);
    SSL_set_connect_state(session->ssl_);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session->ssl_);
    bool named = false;
    if (is_ip_literal(host)) {
        named = X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
    } else {
        SSL_set_hostflags(session->ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        named = SSL_set1_host(session->ssl_, host.c_str()) == 1 &&
                SSL_set_tlsext_host_name(session->ssl_, host.c_str()) == 1;
    }
    if (!named) {
        return Status::invalid("host \"" + clean_text(host) +
                               "\" cannot be verified over TLS: " + last_error_text());
    }
    return session;
}

TlsSession::TlsSession(std::string host) : host_(std::move(host)) {}
TlsSession::~TlsSession() { SSL_free(ssl_); }

TlsSession::Step TlsSession::failed() {
    const long verdict = SSL_get_verify_result(ssl_);
    failure_ = verdict != X509_V_OK ? certificate_failure(verdict, host_) : protocol_failure();
    return Step::Failed;
}

TlsSession::Step TlsSession::after(int result) {
    if (result == 1) {
        return Step::Done;
    }
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return Step::WantInput;
        case SSL_ERROR_ZERO_RETURN:
            return Step::Closed;
        default:
            return failed();
    }
}

TlsSession::Step TlsSession::handshake() {
    ERR_clear_error();
    return after(SSL_do_handshake(ssl_));
}

void TlsSession::feed(std::span<const char> cipher) {
    BIO_write(in_, cipher.data(), static_cast<int>(cipher.size()));
}

TlsSession::Step TlsSession::read(std::span<char> room, std::size_t& count) {
    ERR_clear_error();
    count = 0;
    return after(SSL_read_ex(ssl_, room.data(), room.size(), &count));
}

TlsSession::Step TlsSession::write(std::span<const char> plain) {
    ERR_clear_error();
    std::size_t written = 0;
    return after(SSL_write_ex(ssl_, plain.data(), plain.size(), &written));
}

std::size_t TlsSession::take_output(std::span<char> room) {
    const int count = BIO_read(out_, room.data(), static_cast<int>(room.size()));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

void TlsSession::queue_close_notify() {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    ERR_clear_error();
}

bool TlsSession::holds_partial_record() const {
    return BIO_pending(in_) > 0 || SSL_has_pending(ssl_) == 1;
}

}  // namespace petrel::core
