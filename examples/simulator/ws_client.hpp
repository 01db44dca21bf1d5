// A Client over Beast: one writer at a time, a bounded queue behind it, one reader.
//
// A template over the stream (plain or TLS), included by connection.hpp alone. It lives as long
// as an operation of its own is under way; on_close is called from the reader's end, once.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <deque>
#include <memory>

#include "session.hpp"

namespace petrel::sim {

template <typename Stream>
class WsClient final : public Client, public std::enable_shared_from_this<WsClient<Stream>> {
public:
    static constexpr std::chrono::minutes kIdleMax{10};
    static constexpr std::size_t kMessageBytesMax = 64UL * 1024UL;

    WsClient(Stream stream, Service& service, HttpRequest upgrade)
        : socket_(std::move(stream)), service_(service), upgrade_(std::move(upgrade)) {}

    void run(boost::beast::http::request<boost::beast::http::string_body> request) {
        namespace websocket = boost::beast::websocket;
        socket_.set_option(
            websocket::stream_base::timeout{.handshake_timeout = std::chrono::seconds(5),
                                            .idle_timeout = kIdleMax,
                                            .keep_alive_pings = true});
        socket_.read_message_max(kMessageBytesMax);
        socket_.text(true);
        socket_.auto_fragment(false);
        socket_.control_callback([this](websocket::frame_type type, boost::beast::string_view) {
            if (type != websocket::frame_type::close) {
                tell_control_frame();
            }
        });
        // The request lives in the handler: Beast reads it until the handshake is done.
        auto kept = std::make_unique<decltype(request)>(std::move(request));
        auto& borrowed = *kept;
        socket_.async_accept(borrowed, [self = this->shared_from_this(),
                                        kept = std::move(kept)](boost::beast::error_code error) {
            if (!error) {
                self->service_.on_open(*self);
                self->read();
            }
        });
    }

    void send(FrameText frame) override {
        if (dead_) {
            return;
        }
        if (writing_) {
            queued_bytes_ += frame->size();
            queue_.push_back(std::move(frame));
            if (queued_bytes_ > kQueueBytesMax) {
                service_.on_slow_client(*this);
                cut();
            }
            return;
        }
        write(std::move(frame));
    }

    void ping() override {
        if (dead_ || pinging_) {
            return;
        }
        pinging_ = true;
        socket_.async_ping("", [self = this->shared_from_this()](boost::beast::error_code) {
            self->pinging_ = false;
        });
    }

    void close(std::uint16_t code, std::string_view reason) override {
        if (dead_) {
            return;
        }
        dead_ = true;
        forget_queue();
        boost::beast::websocket::close_reason why(code);
        why.reason.assign(reason.data(), std::min(reason.size(), why.reason.max_size()));
        socket_.async_close(why, [self = this->shared_from_this()](boost::beast::error_code error) {
            if (error) {
                self->shut();
            }
        });
    }

    void cut() override {
        dead_ = true;
        forget_queue();
        shut();
    }

    std::size_t queued_bytes() const override { return queued_bytes_; }
    const HttpRequest& upgrade() const override { return upgrade_; }

private:
    // Told after the read that met the frame, so that the service may end the connection.
    void tell_control_frame() {
        boost::asio::post(socket_.get_executor(), [self = this->shared_from_this()] {
            if (!self->over_) {
                self->service_.on_control_frame(*self);
            }
        });
    }

    void read() {
        socket_.async_read(buffer_, [self = this->shared_from_this()](
                                        boost::beast::error_code error, std::size_t) {
            if (error) {
                self->dead_ = true;
                self->over_ = true;
                self->forget_queue();
                self->service_.on_close(*self);
                return;
            }
            const auto bytes = self->buffer_.cdata();
            self->service_.on_message(*self,
                                      {static_cast<const char*>(bytes.data()), bytes.size()});
            self->buffer_.consume(self->buffer_.size());
            self->read();
        });
    }

    void write(FrameText frame) {
        writing_ = std::move(frame);
        socket_.async_write(
            boost::asio::buffer(*writing_),
            [self = this->shared_from_this()](boost::beast::error_code error, std::size_t) {
                self->writing_.reset();
                if (!error) {
                    self->write_next();
                }
            });
    }

    void write_next() {
        if (dead_ || queue_.empty()) {
            return;
        }
        FrameText frame = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= frame->size();
        write(std::move(frame));
    }

    void forget_queue() {
        queue_.clear();
        queued_bytes_ = 0;
    }

    void shut() { boost::beast::get_lowest_layer(socket_).close(); }

    boost::beast::websocket::stream<Stream> socket_;
    Service& service_;
    HttpRequest upgrade_;
    boost::beast::flat_buffer buffer_;
    std::deque<FrameText> queue_;
    FrameText writing_;
    std::size_t queued_bytes_ = 0;
    bool pinging_ = false;
    bool dead_ = false;  // nothing more is sent
    bool over_ = false;  // the service was told of the end
};

}  // namespace petrel::sim
