// The request runs on a context of its own, which gives it a time limit.
#include "net/http_unix_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>

#include "observe/clean_text.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Local = asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

// The three steps of one request; each starts the next, the first failure ends it.
class Exchange {
public:
    Exchange(asio::io_context& context, const UnixRequest& request)
        : request_(request), socket_(context) {
        message_.method_string(request.method);
        message_.target(request.target);
        message_.version(11);
        message_.set(http::field::host, "petrel");
        message_.set(http::field::connection, "close");
        message_.body() = request.body;
        message_.prepare_payload();
        parser_.body_limit(request.body_bytes_max);
    }

    void start() {
        socket_.async_connect(Local::endpoint(request_.path), [this](ErrorCode error) {
            step_ = error ? "connect to" : "write to";
            error ? finish(error) : write();
        });
    }

    [[nodiscard]] bool done() const { return done_; }
    [[nodiscard]] ErrorCode error() const { return error_; }
    [[nodiscard]] std::string_view step() const { return step_; }
    http::response<http::string_body> take() { return parser_.release(); }

private:
    void write() {
        http::async_write(socket_, message_, [this](ErrorCode error, std::size_t) {
            step_ = error ? "write to" : "read from";
            error ? finish(error) : read();
        });
    }
    void read() {
        http::async_read(socket_, buffer_, parser_,
                         [this](ErrorCode error, std::size_t) { finish(error); });
    }
    void finish(ErrorCode error) {
        error_ = error;
        done_ = true;
    }

    const UnixRequest& request_;
    Local::socket socket_;
    http::request<http::string_body> message_;
    boost::beast::flat_buffer buffer_;
    http::response_parser<http::string_body> parser_;
    ErrorCode error_;
    std::string_view step_ = "connect to";
    bool done_ = false;
};

Status failure(const UnixRequest& request, std::string_view what, const std::string& why) {
    return Status::io("cannot " + std::string(what) + " " + clean_text(request.path) + ": " + why);
}

}  // namespace

Result<HttpReply> unix_request(const UnixRequest& request) {
    constexpr std::size_t path_bytes_max = 107;  // what the system's address holds
    if (request.path.empty() || request.path.size() > path_bytes_max) {
        return Status::invalid("socket path \"" + clean_text(request.path) + "\" has " +
                               std::to_string(request.path.size()) + " bytes; 1 to 107 work");
    }
    try {
        asio::io_context context(1);
        Exchange exchange(context, request);
        exchange.start();
        context.run_for(std::chrono::milliseconds(request.timeout_ms));
        if (!exchange.done()) {
            return failure(request, exchange.step(),
                           "no answer within " + std::to_string(request.timeout_ms) + " ms");
        }
        if (exchange.error()) {
            return failure(request, exchange.step(), exchange.error().message());
        }
        http::response<http::string_body> answer = exchange.take();
        HttpReply reply(answer.result_int(), std::move(answer.body()));
        for (const auto& field : answer) {
            reply.add_header(field.name_string(), field.value());
        }
        reply.receive_ts_ns = wall_now_ns();
        return reply;
    } catch (const std::exception& e) {
        return failure(request, "use", e.what());
    }
}

}  // namespace petrel::core
