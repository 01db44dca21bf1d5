// The parts of a connection's byte stream that depend on no handler type.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/wire_impl.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace asio = boost::asio;

Wire::Wire(asio::io_context& context) : socket_(context.get_executor()), plain_(kPlainBytes) {}

void Wire::begin_frames() {
    head_left_.reset();
    measuring_ = true;
    meter_.add({plain_.data() + plain_begin_, plain_end_ - plain_begin_}, received_steady_ns_);
}

// How much of the plain buffer one read may take: while the head of an answer is coming, no more
// than the rest of it.
std::size_t Wire::takeable() const {
    const std::size_t have = plain_end_ - plain_begin_;
    if (!head_left_ || head_ended_) {
        return have;
    }
    constexpr std::string_view end = "\r\n\r\n";
    const std::string seen = head_tail_ + std::string(plain_.data() + plain_begin_, have);
    const std::size_t at = seen.find(end);
    return at == std::string::npos ? have : at + end.size() - head_tail_.size();
}

void Wire::note_head(std::size_t count) {
    if (!head_left_ || head_ended_) {
        return;
    }
    constexpr std::size_t begin_bytes_max = 128;
    const std::string_view bytes(plain_.data() + plain_begin_, count);
    head_begin_ += bytes.substr(0, begin_bytes_max - std::min(begin_bytes_max, head_begin_.size()));
    head_tail_ += bytes;
    head_ended_ = head_tail_.ends_with("\r\n\r\n");
    head_tail_.erase(0, head_tail_.size() - std::min<std::size_t>(head_tail_.size(), 3));
}

std::int64_t Wire::partial_since_ns() const {
    return record_since_ns_ != 0 ? record_since_ns_ : meter_.partial_since_ns();
}

bool Wire::quiet() {
    if (has_plain() || more_cipher_ || ended_ || (tls_ && tls_->holds_partial_record())) {
        return false;
    }
    char byte = 0;
    const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Wire::shut_down_sending() {
    if (tls_) {
        tls_->queue_close_notify();
        last_words({});
    }
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void Wire::drop() {
    ErrorCode ignored;
    socket_.close(ignored);
}

asio::const_buffer Wire::cipher_out() const { return asio::buffer(cipher_out_); }
asio::mutable_buffer Wire::scratch() { return asio::buffer(plain_); }

asio::mutable_buffer Wire::room() {
    if (!tls_) {
        plain_begin_ = 0;
        plain_end_ = 0;
        return asio::buffer(plain_);
    }
    cipher_in_.resize(kCipherBytes);
    return asio::buffer(cipher_in_);
}

void Wire::received(std::size_t count) {
    received_wall_ns_ = wall_now_ns();
    received_steady_ns_ = steady_now_ns();
    bytes_received_ += count;
    if (tls_) {
        tls_->feed({cipher_in_.data(), count});
        decrypt();
    } else {
        plain_end_ = count;
        account();
    }
}

// Fills the empty plain buffer with all whole records that fit.
void Wire::decrypt() {
    plain_begin_ = 0;
    plain_end_ = 0;
    TlsSession::Step step = TlsSession::Step::Done;
    while (step == TlsSession::Step::Done && plain_end_ < plain_.size()) {
        std::size_t count = 0;
        step = tls_->read({plain_.data() + plain_end_, plain_.size() - plain_end_}, count);
        plain_end_ += count;
    }
    more_cipher_ = step == TlsSession::Step::Done;
    if (plain_end_ > 0 || !tls_->holds_partial_record()) {
        record_since_ns_ = 0;
    } else if (record_since_ns_ == 0) {
        record_since_ns_ = received_steady_ns_;
    }
    if (step == TlsSession::Step::Failed) {
        failure_ = tls_->failure();
        ended_ = asio::error::connection_aborted;
    } else if (step == TlsSession::Step::Closed) {
        ended_ = asio::error::eof;
    }
    account();
}

// Measures what has just been put into the plain buffer.
void Wire::account() {
    if (measuring_) {
        meter_.add({plain_.data(), plain_end_}, received_steady_ns_);
    } else if (head_left_ && plain_end_ > *head_left_) {
        failure_ = "its answer is longer than the limit";
        plain_end_ = 0;
        ended_ = asio::error::message_size;
    } else if (head_left_) {
        *head_left_ -= plain_end_;
    }
}

Wire::ErrorCode Wire::encrypt(std::string_view plain) {
    if (plain.empty() || tls_->write(plain) == TlsSession::Step::Done) {
        return {};
    }
    failure_ = tls_->failure();
    return asio::error::connection_aborted;
}

bool Wire::fetch_cipher() {
    cipher_out_.resize(2 * kWriteBytesMax);
    cipher_out_.resize(tls_->take_output(cipher_out_));
    return !cipher_out_.empty();
}

void Wire::last_words(std::string_view plain) {
    ErrorCode ignored;
    socket_.non_blocking(true, ignored);
    if (!tls_) {
        socket_.write_some(asio::buffer(plain.data(), plain.size()), ignored);
        return;
    }
    std::vector<char> cipher(kWriteBytesMax);
    if (!encrypt(plain)) {
        cipher.resize(tls_->take_output(cipher));
        socket_.write_some(asio::buffer(cipher), ignored);
    }
}

void teardown(boost::beast::role_type, Wire& wire, boost::system::error_code& error) {
    wire.shut_down_sending();
    error = {};
}

void beast_close_socket(Wire& wire) { wire.drop(); }

}  // namespace petrel::core
