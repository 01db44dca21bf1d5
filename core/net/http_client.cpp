// One exchange is one Call: connect or take a kept link, write, read, hand the link back.
#include "net/http_client.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>
#include <optional>
#include <sstream>

#include "net/connector_impl.hpp"
#include "net/user_agent.hpp"
#include "observe/clean_text.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t kHeadBytesMax = 32 * 1024;
constexpr std::size_t kKeptLinksMax = 16;
constexpr std::int64_t kKeptNs = 15 * kNsPerSecond;
constexpr int kInterimMax = 100;  // replies before the reply
constexpr unsigned kSwitching = 101;

using ErrorCode = boost::system::error_code;

// 100 to 199, but for the switch to another protocol, which nobody has asked for.
bool is_interim(unsigned status) { return status / 100 == 1 && status != kSwitching; }

// Links are used again only for what would be reached the same way.
std::string path_key(const NetworkPath& path) {
    std::ostringstream key;
    key << static_cast<unsigned>(path.family) << ' ' << path.proxies.get();
    return key.str();
}

// A connection, and what of the next reply came with the last one.
struct Link {
    explicit Link(IoLoop& loop) : wire(loop.impl().context), connector(loop, wire) {}
    [[nodiscard]] bool quiet() { return buffer.size() == 0 && wire.quiet(); }

    Wire wire;
    Connector connector;
    boost::beast::flat_buffer buffer{1U << 20};
    std::string key;
    std::int64_t idle_since_ns = 0;
};

class Call;

}  // namespace

class HttpClient::Impl {
public:
    explicit Impl(IoLoop& its_loop) : loop(its_loop) {}

    std::shared_ptr<Link> take(const std::string& key);
    void keep(std::shared_ptr<Link> link);

    IoLoop& loop;
    std::list<std::weak_ptr<Call>> calls;
    std::list<std::shared_ptr<Link>> kept;
};

// A kept link that is still fresh, or nothing. Old ones go on the way, and those on which something
// has come that nobody has asked for: it would be taken for the reply to what is sent next.
std::shared_ptr<Link> HttpClient::Impl::take(const std::string& key) {
    const std::int64_t now_ns = steady_now_ns();
    kept.remove_if([now_ns](const auto& link) {
        return now_ns - link->idle_since_ns > kKeptNs || !link->quiet();
    });
    const auto found = std::find_if(kept.begin(), kept.end(),
                                    [&key](const auto& link) { return link->key == key; });
    if (found == kept.end()) {
        return nullptr;
    }
    std::shared_ptr<Link> link = *found;
    kept.erase(found);
    return link;
}

void HttpClient::Impl::keep(std::shared_ptr<Link> link) {
    link->idle_since_ns = steady_now_ns();
    kept.push_front(std::move(link));
    if (kept.size() > kKeptLinksMax) {
        kept.pop_back();
    }
}

namespace {

class Call : public std::enable_shared_from_this<Call> {
public:
    Call(std::shared_ptr<HttpClient::Impl> client, HttpRequest request, HttpDone done)
        : client_(std::move(client)), request_(std::move(request)), done_(std::move(done)),
          limit_(client_->loop) {}

    void start();
    void abandon();

private:
    enum class Source { Fresh, Kept };

    void go(Source source);
    void write();
    void read();
    void on_reply(ErrorCode error);
    void fail(std::string_view what);
    void fail(const LinkEnd& end);
    void finish(Result<HttpReply> result);

    std::shared_ptr<HttpClient::Impl> client_;
    HttpRequest request_;
    HttpDone done_;
    Timer limit_;
    Url url_;
    std::shared_ptr<Link> link_;
    Source source_ = Source::Fresh;
    http::request<http::string_body> message_;
    std::optional<http::response_parser<http::string_body>> parser_;
    int interim_ = 0;
};

void Call::start() {
    Result<Url> url = parse_url(request_.url);
    if (url && !url->scheme.starts_with("http")) {
        url = Status::invalid("the address of an HTTP request must begin with http:// or https://");
    }
    if (!url) {
        client_->loop.post([self = shared_from_this(), why = url.status()] { self->finish(why); });
        return;
    }
    url_ = *url;
    message_.method_string(request_.method);
    message_.target(url_.target);
    message_.version(11);
    message_.set(http::field::host, url_.authority);
    message_.set(http::field::user_agent, user_agent());
    message_.set(http::field::accept, "*/*");
    for (const auto& [name, value] : request_.headers) {
        message_.set(name, value);
    }
    message_.body() = request_.body;
    message_.prepare_payload();
    limit_.after(request_.timeout_ms, [this] {
        fail("no whole reply within " + std::to_string(request_.timeout_ms) + " ms");
    });
    go(request_.repeatable || request_.method == "GET" ? Source::Kept : Source::Fresh);
}

void Call::go(Source source) {
    const std::string key =
        url_.scheme + url_.authority + '\n' + request_.ca_file + '\n' + path_key(request_.path);
    link_ = source == Source::Kept ? client_->take(key) : nullptr;
    source_ = link_ ? Source::Kept : Source::Fresh;
    if (link_) {
        return write();
    }
    link_ = std::make_shared<Link>(client_->loop);
    link_->key = key;
    link_->connector.open({url_, request_.ca_file, request_.path}, link_,
                          [self = shared_from_this()](std::optional<LinkEnd> failure) {
                              failure ? self->fail(*failure) : self->write();
                          });
}

void Call::write() {
    if (request_.on_write) {
        request_.on_write();
    }
    http::async_write(link_->wire, message_,
                      [self = shared_from_this(), link = link_](ErrorCode error, std::size_t) {
                          if (self->link_ == link) {
                              error ? self->on_reply(error) : self->read();
                          }
                      });
}

void Call::read() {
    parser_.emplace();
    parser_->header_limit(kHeadBytesMax);
    parser_->body_limit(request_.body_bytes_max);
    http::async_read(link_->wire, link_->buffer, *parser_,
                     [self = shared_from_this(), link = link_](ErrorCode error, std::size_t) {
                         if (self->link_ == link) {
                             self->on_reply(error);
                         }
                     });
}

void Call::on_reply(ErrorCode error) {
    const bool nothing_came = !parser_ || !parser_->got_some();
    if (error && source_ == Source::Kept && nothing_came) {
        return go(Source::Fresh);  // the server had closed the kept link
    }
    if (!link_->wire.failure().empty()) {
        return fail(link_->wire.failure());
    }
    if (error == http::error::body_limit) {
        return fail("the reply is longer than the limit of " +
                    std::to_string(request_.body_bytes_max) + " bytes");
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return fail("the head of the reply is longer than the limit");
    }
    if (error) {
        return fail("no whole reply: " + error.message());
    }
    const unsigned status = parser_->get().result_int();
    if (is_interim(status)) {
        return ++interim_ > kInterimMax ? fail("interim replies without end") : read();
    }
    const bool keep = parser_->keep_alive() && status != kSwitching && link_->quiet();
    http::response<http::string_body> answer = parser_->release();
    HttpReply reply(answer.result_int(), std::move(answer.body()));
    for (const auto& field : answer) {
        reply.add_header(field.name_string(), field.value());
    }
    reply.receive_ts_ns = link_->wire.received_wall_ns();
    if (keep) {
        client_->keep(std::exchange(link_, nullptr));
    }
    finish(std::move(reply));
}

void Call::fail(std::string_view what) {
    finish(Status::io(url_.scheme + "://" + url_.authority + ": " + std::string(what)));
}

void Call::fail(const LinkEnd& end) {
    if (end.kind != LinkEndKind::Tls) {
        return fail(end.sentence);
    }
    finish(Status::failure(PETREL_E_REJECTED,
                           url_.scheme + "://" + url_.authority + ": " + end.sentence,
                           Retry::Worthwhile));
}

void Call::finish(Result<HttpReply> result) {
    const auto self = shared_from_this();
    limit_.cancel();
    if (link_) {
        link_->connector.cancel();
        link_.reset();
    }
    client_->calls.remove_if([this](const auto& call) {
        const auto locked = call.lock();
        return !locked || locked.get() == this;
    });
    if (const HttpDone done = std::exchange(done_, nullptr)) {
        done(std::move(result));
    }
}

void Call::abandon() {
    done_ = nullptr;
    limit_.cancel();
    if (link_) {
        link_->connector.cancel();
        link_.reset();
    }
}

}  // namespace

HttpClient::HttpClient(IoLoop& loop) : impl_(std::make_shared<Impl>(loop)) {}

HttpClient::~HttpClient() {
    for (const auto& call : impl_->calls) {
        if (const auto live = call.lock()) {
            live->abandon();
        }
    }
    impl_->kept.clear();
}

void HttpClient::request(HttpRequest request, HttpDone done) {
    auto call = std::make_shared<Call>(impl_, std::move(request), std::move(done));
    impl_->calls.push_back(call);
    call->start();
}

}  // namespace petrel::core
