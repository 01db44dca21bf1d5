// Accepts, reads one request, answers, closes.
#include "net/http_server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cerrno>

#include "net/io_loop_impl.hpp"
#include "observe/clean_text.hpp"
#include "observe/log.hpp"
#include "runtime/error_text.hpp"

namespace petrel::core {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Local = asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

constexpr std::uint32_t kAcceptPauseMs = 100;  // when the process is out of descriptors
constexpr std::size_t kPathBytesMax = 107;     // what the system's address holds

Status cannot_listen(const std::string& path, const std::string& why) {
    return Status::invalid("cannot listen on " + clean_text(path) + ": " + why);
}

// Takes a dead socket out of the way; anything else that is there is a failure.
Status clear_way(asio::io_context& context, const std::string& path) {
    struct stat found{};
    if (lstat(path.c_str(), &found) != 0) {
        return {};
    }
    if (!S_ISSOCK(found.st_mode)) {
        return cannot_listen(path, "there is something that is no socket; move it away");
    }
    Local::socket probe(context);
    ErrorCode error;
    probe.connect(Local::endpoint(path), error);
    if (!error) {
        return cannot_listen(path,
                             "another petrel is running and answers there; stop it first or "
                             "set another control socket");
    }
    if (error != asio::error::connection_refused) {
        return cannot_listen(path, "it exists and cannot be probed: " + error.message());
    }
    if (unlink(path.c_str()) != 0) {
        return cannot_listen(path, std::string("a dead socket is there and cannot be removed: ") +
                                       error_text(errno));
    }
    return {};
}

}  // namespace

class HttpServer::Impl : public std::enable_shared_from_this<HttpServer::Impl> {
public:
    Impl(IoLoop& loop, std::string path, HttpServerHandler handler, HttpServerLimits limits)
        : loop_(loop), path_(std::move(path)), handler_(std::move(handler)), limits_(limits),
          acceptor_(loop.impl().context), pause_(loop) {}

    Status open();
    void accept();
    void close();
    HttpServerReply answer(const HttpServerRequest& request);
    void connection_ended();

    IoLoop& loop() { return loop_; }
    [[nodiscard]] const HttpServerLimits& limits() const { return limits_; }

private:
    IoLoop& loop_;
    const std::string path_;
    const HttpServerHandler handler_;
    const HttpServerLimits limits_;
    Local::acceptor acceptor_;
    Timer pause_;
    std::uint32_t connections_ = 0;
    bool accepting_ = false;
    ino_t inode_ = 0;
};

namespace {

// One accepted connection. Keeps itself alive by its operations; its timer closes the socket.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Local::socket socket, std::shared_ptr<HttpServer::Impl> server)
        : socket_(std::move(socket)), server_(std::move(server)), limit_(server_->loop()) {
        parser_.header_limit(server_->limits().head_bytes_max);
        parser_.body_limit(server_->limits().body_bytes_max);
    }
    ~Connection() { server_->connection_ended(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start() {
        limit_.after(server_->limits().request_ms_max, [this] {
            ErrorCode ignored;
            socket_.close(ignored);
        });
        http::async_read(
            socket_, buffer_, parser_,
            [self = shared_from_this()](ErrorCode error, std::size_t) { self->on_read(error); });
    }

private:
    void on_read(ErrorCode error) {
        if (!error) {
            auto message = parser_.release();
            return reply(server_->answer({std::string(message.method_string()),
                                          std::string(message.target()), std::move(message.body()),
                                          user_of_peer()}));
        }
        const ErrorCode any = http::error::bad_method;
        if (error == http::error::body_limit || error == http::error::header_limit ||
            error == http::error::buffer_overflow) {
            return reply({413, R"({"error":"the request is longer than the limit"})"});
        }
        if (error.category() == any.category() && error != http::error::end_of_stream &&
            error != http::error::partial_message) {
            reply({400, R"({"error":"the request is no valid HTTP"})"});
        }
    }

    // The kernel's word, not the peer's.
    std::uint32_t user_of_peer() {
        struct ucred peer{};
        socklen_t bytes = sizeof(peer);
        const int failed =
            getsockopt(socket_.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &bytes);
        return failed != 0 ? UINT32_MAX : peer.uid;
    }

    void reply(const HttpServerReply& reply) {
        answer_.result(reply.status);
        answer_.version(11);
        answer_.set(http::field::content_type, reply.content_type);
        answer_.set(http::field::cache_control, "no-store");
        answer_.keep_alive(false);
        answer_.body() = reply.body;
        answer_.prepare_payload();
        http::async_write(socket_, answer_, [self = shared_from_this()](ErrorCode, std::size_t) {
            ErrorCode ignored;
            self->socket_.shutdown(Local::socket::shutdown_both, ignored);
        });
    }

    Local::socket socket_;
    std::shared_ptr<HttpServer::Impl> server_;
    Timer limit_;
    boost::beast::flat_buffer buffer_{64 * 1024};
    http::request_parser<http::string_body> parser_;
    http::response<http::string_body> answer_;
};

}  // namespace

Status HttpServer::Impl::open() {
    if (path_.empty() || path_.size() > kPathBytesMax) {
        return cannot_listen(
            path_, "its path has " + std::to_string(path_.size()) + " bytes; 1 to 107 work");
    }
    Status way = clear_way(loop_.impl().context, path_);
    if (!way.ok()) {
        return way;
    }
    ErrorCode error;
    acceptor_.open(Local(), error);
    // The mode of the socket before it is bound becomes the mode of its file, so that there is no
    // moment in which others could connect.
    if (!error && fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error) {
        acceptor_.bind(Local::endpoint(path_), error);
    }
    if (!error) {
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return cannot_listen(path_, error.message());
    }
    struct stat made{};
    inode_ = lstat(path_.c_str(), &made) == 0 ? made.st_ino : 0;
    accept();
    return {};
}

void HttpServer::Impl::accept() {
    if (accepting_ || !acceptor_.is_open() || connections_ >= limits_.connections_max) {
        return;
    }
    accepting_ = true;
    acceptor_.async_accept([self = shared_from_this()](ErrorCode error, Local::socket socket) {
        self->accepting_ = false;
        if (!self->acceptor_.is_open()) {
            return;
        }
        if (error) {
            log::warning("control", "cannot accept a connection: " + error.message());
            self->pause_.after(kAcceptPauseMs, [raw = self.get()] { raw->accept(); });
            return;
        }
        ++self->connections_;
        std::make_shared<Connection>(std::move(socket), self)->start();
        self->accept();
    });
}

HttpServerReply HttpServer::Impl::answer(const HttpServerRequest& request) {
    if (!acceptor_.is_open()) {
        return {503, R"({"error":"the engine is stopping"})"};
    }
    try {
        return handler_(request);
    } catch (const std::exception& e) {
        log::error("control",
                   "answering " + request.method + " " + request.target + " failed: " + e.what());
        return {500, R"({"error":"the engine failed to answer; its log says why"})"};
    }
}

void HttpServer::Impl::connection_ended() {
    --connections_;
    accept();
}

void HttpServer::Impl::close() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    struct stat found{};
    if (inode_ != 0 && lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_) {
        unlink(path_.c_str());
    }
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(IoLoop& loop, const std::string& path,
                                                       HttpServerHandler handler,
                                                       HttpServerLimits limits) {
    auto impl = std::make_shared<Impl>(loop, path, std::move(handler), limits);
    Status opened = impl->open();
    if (!opened.ok()) {
        return opened;
    }
    return std::make_unique<HttpServer>(std::move(impl));
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { impl_->close(); }

}  // namespace petrel::core
