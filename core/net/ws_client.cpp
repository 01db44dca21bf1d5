// The WebSocket client over the network library's stream on a Wire.
//
// The library parses frames, masks, checks UTF-8 and answers pings. Ours are the time limits, the
// strict judgement of the upgrade, the bounded outgoing queue, the verdict on how it ended, and
// the draining of messages that are already here without another turn of the loop.
#include "net/ws_client.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <charconv>
#include <cstring>
#include <deque>
#include <limits>
#include <optional>

#include "net/connector_impl.hpp"
#include "net/link_watch.hpp"
#include "net/user_agent.hpp"
#include "net/ws_upgrade_impl.hpp"
#include "observe/clean_text.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

constexpr std::uint32_t kFarewellMs = 3'000;  // for a close handshake of ours
constexpr std::uint32_t kLingerMs = 1'000;    // for the peer's end after ours
constexpr std::size_t kHeadBytesMax = 64 * 1024;
// Of messages that are here already, so many are handed on before others have their turn.
constexpr int kMessagesATurn = 64;
constexpr std::size_t kBufferSlack = 4096;

}  // namespace

class WsClient::Impl : public std::enable_shared_from_this<WsClient::Impl> {
public:
    Impl(IoLoop& loop, WsOptions options, WsHandler& handler)
        : loop_(loop), options_(std::move(options)), handler_(&handler),
          stream_(loop.impl().context), connector_(loop, wire()), timer_(loop),
          buffer_(std::size_t{options_.message_bytes_max} + kBufferSlack) {}

    void start();
    void abandon();
    Status send(std::string_view text);
    void ping();
    void close(std::uint16_t code);
    Wire& wire() { return stream_.next_layer(); }

private:
    using ErrorCode = boost::system::error_code;
    enum class Phase { Connecting, Open, Closing, Ended };

    void upgrade();
    void on_upgraded(ErrorCode error);
    void read();
    void on_read(ErrorCode error);
    void deliver();
    void on_control(websocket::frame_type type, beast::string_view payload);
    void on_pong(beast::string_view payload);
    void write_next();
    void say_farewell(std::uint16_t code);
    void look();
    void end(const LinkEnd& reason);
    void end_and_drop(LinkEnd reason);
    void linger();

    IoLoop& loop_;
    WsOptions options_;
    WsHandler* handler_;  // null once the end was told, or nobody wants to know
    Url url_;
    websocket::stream<Wire, true> stream_;  // compresses only where it is offered
    Connector connector_;
    Timer timer_;
    beast::flat_buffer buffer_;
    websocket::response_type answer_;
    Phase phase_ = Phase::Connecting;

    std::deque<std::string> out_;
    bool writing_ = false;
    bool ping_in_flight_ = false;  // being written
    LinkWatch watch_{options_};
};

void WsClient::Impl::start() {
    Result<Url> url = parse_url(options_.url);
    if (url && !url->scheme.starts_with("ws")) {
        url = Status::invalid("address must begin with ws:// or wss://");
    }
    if (!url) {
        loop_.post([self = shared_from_this(), why = url.status().message()] {
            self->end({LinkEndKind::Refused, 0, why});
        });
        return;
    }
    url_ = *url;
    timer_.after(options_.connect_timeout_ms, [this] {
        end_and_drop({LinkEndKind::Timeout, 0,
                      std::string("not open after ") + std::to_string(options_.connect_timeout_ms) +
                          " ms, while " + connector_.doing()});
    });
    connector_.open(
        {url_, options_.ca_file, options_.path}, shared_from_this(),
        [this](std::optional<LinkEnd> failure) { failure ? end_and_drop(*failure) : upgrade(); });
}

void WsClient::Impl::upgrade() {
    stream_.read_message_max(options_.message_bytes_max);
    stream_.auto_fragment(false);
    if (options_.compress) {
        websocket::permessage_deflate deflate;
        deflate.client_enable = true;
        deflate.msg_size_threshold =
            std::numeric_limits<std::size_t>::max();  // ours go as they are
        stream_.set_option(deflate);
    }
    stream_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
        request.set(beast::http::field::user_agent, user_agent());
        if (options_.compress) {
            request.set(beast::http::field::sec_websocket_extensions, kCompressionOffer);
        }
        for (const auto& [name, value] : options_.headers) {
            request.set(name, value);
        }
    }));
    stream_.control_callback([this](websocket::frame_type type, beast::string_view payload) {
        on_control(type, payload);
    });
    wire().begin_head(kHeadBytesMax);
    stream_.async_handshake(
        answer_, url_.authority, url_.target,
        [self = shared_from_this()](ErrorCode error) { self->on_upgraded(error); });
}

void WsClient::Impl::on_upgraded(ErrorCode error) {
    if (phase_ != Phase::Connecting) {
        return;
    }
    if (error) {
        return end_and_drop(upgrade_failure(error, wire(), answer_));
    }
    const Offered offered = options_.compress ? Offered::Compression : Offered::Nothing;
    if (std::optional<LinkEnd> wrong = judge_upgrade(answer_, offered)) {
        return end_and_drop(*wrong);
    }
    if (takes_compression(answer_)) {
        wire().meter().allow_compressed();
    }
    phase_ = Phase::Open;
    wire().begin_frames();
    watch_.opened(steady_now_ns());
    look();
    handler_->on_open();
    if (phase_ == Phase::Open) {
        read();
    }
}

void WsClient::Impl::read() {
    buffer_.clear();
    stream_.async_read(buffer_, [self = shared_from_this()](ErrorCode error, std::size_t) {
        self->on_read(error);
    });
}

void WsClient::Impl::on_read(ErrorCode error) {
    for (int turn = 1; !error && phase_ == Phase::Open; ++turn) {
        deliver();
        // Only what needs no answer and no waiting is read at once, and only while nothing of
        // ours is being written: the library may use the write buffer when such a read fails.
        const bool at_once = phase_ == Phase::Open && turn < kMessagesATurn && !writing_ &&
                             !ping_in_flight_ && wire().meter().next_is_whole();
        if (!at_once) {
            return phase_ == Phase::Open ? read() : linger();
        }
        buffer_.clear();
        stream_.read(buffer_, error);
    }
    if (error && phase_ == Phase::Open) {
        LinkEnd failure = read_failure(error, wire(), options_.message_bytes_max);
        if (failure.kind != LinkEndKind::Protocol) {
            return end_and_drop(failure);  // nobody is there to read a farewell
        }
        if (is_corrupt_deflate(error) && !writing_ && !ping_in_flight_) {
            say_farewell(failure.code);  // the library says none then
        }
        end(failure);
    }
    if (phase_ == Phase::Ended) {
        linger();
    }
}

void WsClient::Impl::deliver() {
    wire().meter().delivered();
    if (wire().meter().too_many_fragments()) {
        return end_and_drop({LinkEndKind::Protocol, websocket::close_code::too_big,
                             "sent a message in too many fragments"});
    }
    const auto padding = buffer_.prepare(PETREL_FRAME_PADDING);
    std::memset(padding.data(), 0, PETREL_FRAME_PADDING);
    const auto bytes = buffer_.cdata();
    handler_->on_message({{static_cast<const char*>(bytes.data()), bytes.size()},
                          wire().received_wall_ns(),
                          stream_.got_text() ? WsMessageType::Text : WsMessageType::Binary});
}

void WsClient::Impl::on_control(websocket::frame_type type, beast::string_view payload) {
    if (phase_ != Phase::Open) {
        return;
    }
    if (type == websocket::frame_type::pong) {
        on_pong(payload);
    } else if (type == websocket::frame_type::close) {
        end(close_verdict(stream_.reason()));
    }
}

void WsClient::Impl::on_pong(beast::string_view payload) {
    std::uint64_t number = 0;
    std::from_chars(payload.data(), payload.data() + payload.size(), number);
    if (const auto round_trip = watch_.pong(number, wire().received_steady_ns())) {
        handler_->on_pong(std::chrono::nanoseconds(*round_trip));
    }
}

Status WsClient::Impl::send(std::string_view text) {
    if (phase_ != Phase::Open) {
        return Status::io("message not sent: the connection is not open");
    }
    if (out_.size() >= options_.send_queue_max) {
        return Status::failure(PETREL_E_FULL, "message not sent: " + std::to_string(out_.size()) +
                                                  " messages already wait, the limit");
    }
    out_.emplace_back(text);
    if (!writing_) {
        write_next();
    }
    return {};
}

void WsClient::Impl::write_next() {
    writing_ = !out_.empty();
    if (!writing_) {
        return;
    }
    watch_.write_began(steady_now_ns());
    stream_.text(true);
    stream_.async_write(asio::buffer(out_.front()),
                        [self = shared_from_this()](ErrorCode error, std::size_t) {
                            self->out_.pop_front();
                            self->writing_ = false;
                            self->watch_.write_ended();
                            if (!error && self->phase_ == Phase::Open) {
                                self->write_next();
                            }
                        });
}

// A close frame past the library, whose stream has failed.
void WsClient::Impl::say_farewell(std::uint16_t code) {
    const std::string frame{
        '\x88', '\x82', 0, 0, 0, 0, static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    ErrorCode ignored;
    wire().write_some(asio::buffer(frame), ignored);
    wire().shut_down_sending();
}

void WsClient::Impl::ping() {
    if (phase_ != Phase::Open || ping_in_flight_ || watch_.awaits_pong()) {
        return;
    }
    ping_in_flight_ = true;
    const std::string number = std::to_string(watch_.ping_began(steady_now_ns()));
    stream_.async_ping(websocket::ping_data(number.data(), number.size()),
                       [self = shared_from_this()](ErrorCode) { self->ping_in_flight_ = false; });
}

void WsClient::Impl::close(std::uint16_t code) {
    if (phase_ == Phase::Connecting) {
        phase_ = Phase::Closing;
        connector_.cancel();
        loop_.post([self = shared_from_this()] {
            self->end_and_drop({LinkEndKind::Local, 0, "closed by us before it was open"});
        });
        return;
    }
    if (phase_ != Phase::Open) {
        return;
    }
    phase_ = Phase::Closing;
    const LinkEnd farewell{LinkEndKind::Local, code, "closed by us"};
    timer_.after(kFarewellMs, [this, farewell] { end_and_drop(farewell); });
    stream_.async_close(websocket::close_reason(code),
                        [self = shared_from_this(), farewell](ErrorCode) {
                            self->end(farewell);
                            self->linger();
                        });
}

// The one timer of an open connection: looks at every limit, then sleeps until the next can pass.
void WsClient::Impl::look() {
    const std::int64_t now_ns = steady_now_ns();
    const LinkWatch::Seen seen{wire().partial_since_ns(), wire().received_steady_ns(),
                               wire().meter().frames()};
    if (std::optional<LinkEnd> late = watch_.overdue(now_ns, seen)) {
        return end_and_drop(*late);
    }
    if (watch_.ping_is_due(now_ns)) {
        ping();
    }
    const std::int64_t wait_ns = watch_.next_ns(now_ns, seen) - now_ns;
    timer_.after(std::max<std::int64_t>(wait_ns / kNsPerMs, 1), [this] { look(); });
}

// Tells the handler, once. What is in flight ends by itself or when the linger time is over.
void WsClient::Impl::end(const LinkEnd& reason) {
    phase_ = Phase::Ended;
    timer_.after(kLingerMs, [this] { wire().drop(); });
    if (WsHandler* handler = std::exchange(handler_, nullptr)) {
        handler->on_end(reason);
    }
}

// By value: a reason may live in the very timer that is set anew here.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void WsClient::Impl::end_and_drop(LinkEnd reason) {
    const auto self = shared_from_this();
    connector_.cancel();
    end(reason);
    timer_.cancel();
}

// Our side is closed. Takes what still comes and forgets it, so that the peer can read our close
// frame; the timer ends it.
void WsClient::Impl::linger() {
    if (phase_ != Phase::Ended) {
        return;
    }
    wire().socket().async_read_some(wire().scratch(),
                                    [self = shared_from_this()](ErrorCode error, std::size_t) {
                                        if (!error) {
                                            return self->linger();
                                        }
                                        self->wire().drop();
                                        self->timer_.cancel();
                                    });
}

void WsClient::Impl::abandon() {
    handler_ = nullptr;
    if (phase_ == Phase::Ended) {
        return;  // the linger time runs
    }
    phase_ = Phase::Ended;
    timer_.cancel();
    connector_.cancel();
}

std::unique_ptr<WsClient> WsClient::open(IoLoop& loop, WsOptions options, WsHandler& handler) {
    auto impl = std::make_shared<Impl>(loop, std::move(options), handler);
    impl->start();
    return std::make_unique<WsClient>(std::move(impl));
}

WsClient::WsClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WsClient::~WsClient() { impl_->abandon(); }

Status WsClient::send(std::string_view text) { return impl_->send(text); }
void WsClient::ping() { impl_->ping(); }
void WsClient::close(std::uint16_t code) { impl_->close(code); }
std::uint64_t WsClient::bytes_received() const { return impl_->wire().bytes_received(); }
std::int64_t WsClient::last_bytes_steady_ns() const { return impl_->wire().received_steady_ns(); }

}  // namespace petrel::core
