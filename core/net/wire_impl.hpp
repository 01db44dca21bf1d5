// The byte stream of one connection: TCP, or TLS over it, with a read buffer of its own and a
// meter for WebSocket frames. The WebSocket and HTTP layers of the network library run on top.
//
// Owned by a client of this folder, on its loop's thread; private to the sources of this folder.
// Reads take as much as the socket has at once, so that whole messages that are already here are
// handed up without another turn of the loop.
#pragma once

#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/role.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/frame_meter.hpp"
#include "net/tls_session.hpp"

namespace petrel::core {

class Wire {
public:
    using executor_type = boost::asio::io_context::executor_type;
    using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor_type>;
    using ErrorCode = boost::system::error_code;

    explicit Wire(boost::asio::io_context& context);
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    executor_type get_executor() { return socket_.get_executor(); }
    Socket& socket() { return socket_; }

    // Switches to TLS. The connector drives the handshake with the four functions below.
    void secure(std::unique_ptr<TlsSession> session) { tls_ = std::move(session); }
    [[nodiscard]] TlsSession* tls() { return tls_.get(); }
    bool fetch_cipher();  // moves what the session wants to send into cipher_out()
    [[nodiscard]] boost::asio::const_buffer cipher_out() const;
    [[nodiscard]] boost::asio::mutable_buffer cipher_room() { return room(); }
    void feed_cipher(std::size_t count) { tls_->feed({cipher_in_.data(), count}); }

    // An answer to an upgrade comes: at most so many bytes, and one read never takes bytes from
    // behind its head together with those of the head.
    void begin_head(std::size_t bytes_max) { head_left_ = bytes_max; }
    // The first bytes of that answer, for messages to people.
    [[nodiscard]] std::string_view head_begin() const { return head_begin_; }
    // The head is through; from here on the bytes are WebSocket frames.
    void begin_frames();
    [[nodiscard]] FrameMeter& meter() { return meter_; }

    // Wall clock of the latest bytes from the socket; steady clock for time-outs.
    [[nodiscard]] std::int64_t received_wall_ns() const { return received_wall_ns_; }
    [[nodiscard]] std::int64_t received_steady_ns() const { return received_steady_ns_; }
    [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }
    // Since when something unfinished is arriving: a TLS record, a frame or a message. 0: nothing.
    [[nodiscard]] std::int64_t partial_since_ns() const;
    // Why reading failed where the error code cannot say it; empty otherwise.
    [[nodiscard]] const std::string& failure() const { return failure_; }

    // Nothing has come, not even the end, that was not read.
    [[nodiscard]] bool quiet();

    // Ends the connection: tells the peer that nothing more comes, or drops it at once.
    void shut_down_sending();
    void drop();
    // Reads and forgets what still comes, into the buffer that is not needed any more.
    [[nodiscard]] boost::asio::mutable_buffer scratch();

    // AsyncStream.
    template <typename Buffers, typename Handler>
    auto async_read_some(const Buffers& buffers, Handler&& handler) {
        return boost::asio::async_compose<Handler, void(ErrorCode, std::size_t)>(
            ReadOperation<Buffers>{*this, buffers}, handler, socket_);
    }
    template <typename Buffers, typename Handler>
    auto async_write_some(const Buffers& buffers, Handler&& handler) {
        return boost::asio::async_compose<Handler, void(ErrorCode, std::size_t)>(
            WriteOperation<Buffers>{*this, buffers}, handler, socket_);
    }

    // SyncStream, never blocking: reading takes only what is here already, writing is the last
    // words of a dying connection and may be lost.
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers, ErrorCode& error) {
        const std::size_t count = take(buffers);
        error = count > 0 ? ErrorCode() : boost::asio::error::would_block;
        return count;
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers, ErrorCode& error) {
        error = {};
        const std::string bytes = flat(buffers);
        last_words(bytes);
        return bytes.size();
    }
    // Asked for by the library's concept checks; never called.
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers) {
        ErrorCode ignored;
        return read_some(buffers, ignored);
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers) {
        ErrorCode ignored;
        return write_some(buffers, ignored);
    }

private:
    static constexpr std::size_t kPlainBytes = 32 * 1024;
    static constexpr std::size_t kCipherBytes = 32 * 1024;
    static constexpr std::size_t kWriteBytesMax = 16 * 1024;

    template <typename Buffers>
    struct ReadOperation {
        Wire& wire;
        Buffers buffers;
        bool begun = false;

        template <typename Self>
        void operator()(Self& self, ErrorCode error = {}, std::size_t count = 0) {
            if (!begun) {
                begun = true;
                if (wire.has_plain() || wire.ended_) {
                    return boost::asio::post(wire.get_executor(), std::move(self));
                }
                return wire.socket_.async_read_some(wire.room(), std::move(self));
            }
            if (count > 0) {
                wire.received(count);
            }
            if (!error && !wire.has_plain() && !wire.ended_) {
                return wire.socket_.async_read_some(wire.room(), std::move(self));
            }
            const std::size_t taken = wire.take(buffers);
            self.complete(taken > 0 ? ErrorCode() : (error ? error : wire.ended_), taken);
        }
    };

    template <typename Buffers>
    struct WriteOperation {
        Wire& wire;
        Buffers buffers;
        bool begun = false;
        std::size_t plain = 0;

        template <typename Self>
        void operator()(Self& self, ErrorCode error = {}, std::size_t count = 0) {
            if (!wire.tls_) {
                if (!begun) {
                    begun = true;
                    return wire.socket_.async_write_some(buffers, std::move(self));
                }
                return self.complete(error, count);
            }
            if (!begun) {
                begun = true;
                const std::string bytes = flat(buffers);
                plain = bytes.size();
                error = wire.encrypt(bytes);
            }
            if (!error && wire.fetch_cipher()) {
                return boost::asio::async_write(wire.socket_, wire.cipher_out(), std::move(self));
            }
            self.complete(error, error ? 0 : plain);
        }
    };

    template <typename Buffers>
    static std::string flat(const Buffers& buffers) {
        std::string bytes;
        for (auto it = boost::asio::buffer_sequence_begin(buffers);
             it != boost::asio::buffer_sequence_end(buffers) && bytes.size() < kWriteBytesMax;
             ++it) {
            const boost::asio::const_buffer piece(*it);
            const std::size_t room = kWriteBytesMax - bytes.size();
            bytes.append(static_cast<const char*>(piece.data()),
                         piece.size() < room ? piece.size() : room);
        }
        return bytes;
    }
    template <typename Buffers>
    std::size_t take(const Buffers& buffers) {
        const std::size_t count = boost::asio::buffer_copy(
            buffers, boost::asio::buffer(plain_.data() + plain_begin_, takeable()));
        note_head(count);
        plain_begin_ += count;
        if (plain_begin_ == plain_end_ && tls_ && count > 0 && more_cipher_) {
            decrypt();
        }
        return count;
    }

    [[nodiscard]] std::size_t takeable() const;
    void note_head(std::size_t count);
    [[nodiscard]] bool has_plain() const { return plain_begin_ < plain_end_; }
    boost::asio::mutable_buffer room();
    void received(std::size_t count);
    void decrypt();
    void account();
    ErrorCode encrypt(std::string_view plain);
    void last_words(std::string_view plain);

    Socket socket_;
    std::unique_ptr<TlsSession> tls_;
    std::vector<char> plain_;
    std::size_t plain_begin_ = 0;
    std::size_t plain_end_ = 0;
    std::vector<char> cipher_in_;
    std::vector<char> cipher_out_;
    bool more_cipher_ = false;  // the plain buffer was full; the session may hold more
    bool measuring_ = false;
    std::optional<std::size_t> head_left_;
    std::string head_begin_;
    std::string head_tail_;  // last three bytes of the head handed up so far
    bool head_ended_ = false;
    ErrorCode ended_;  // how reading ends once the plain buffer is empty
    FrameMeter meter_;
    std::int64_t received_wall_ns_ = 0;
    std::int64_t received_steady_ns_ = 0;
    std::int64_t record_since_ns_ = 0;
    std::uint64_t bytes_received_ = 0;
    std::string failure_;
};

// What the WebSocket layer calls to end a connection. It never waits: the owner lingers for the
// peer's end by itself, within a time limit.
template <typename Handler>
void async_teardown(boost::beast::role_type, Wire& wire, Handler&& handler) {
    wire.shut_down_sending();
    boost::asio::post(wire.get_executor(),
                      [handler = std::forward<Handler>(handler)]() mutable { handler({}); });
}
void teardown(boost::beast::role_type role, Wire& wire, boost::system::error_code& error);
void beast_close_socket(Wire& wire);

}  // namespace petrel::core
