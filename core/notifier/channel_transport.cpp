// The loop runs only while somebody waits for an answer.
#include "notifier/channel_transport.hpp"

#include <optional>

#include "net/io_loop.hpp"
#include "net/proxy.hpp"
#include "runtime/letter_case.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kReplyBytesMax = 64U << 10;

}  // namespace

HttpRequest request_of(const petrel_notifier_request& built, std::uint64_t timeout_ms) {
    HttpRequest request;
    request.path.proxies = environment_proxies();
    request.method = string_of(built.method);
    request.url = string_of(built.url);
    request.body = string_of(built.body);
    request.timeout_ms =
        built.timeout_ms != 0 ? built.timeout_ms : static_cast<std::uint32_t>(timeout_ms);
    request.body_bytes_max = kReplyBytesMax;
    for (std::uint32_t i = 0; i < built.header_count; ++i) {
        request.headers.emplace_back(string_of(built.headers[i].name),
                                     string_of(built.headers[i].value));
    }
    return request;
}

PluginReply::PluginReply(const HttpReply& reply) {
    names_.reserve(reply.headers().size());
    for (const auto& [name, value] : reply.headers()) {
        names_.push_back(lower_case(name));
        headers_.push_back({text_of(names_.back()), text_of(value)});
    }
    reply_.size = sizeof(reply_);
    reply_.http_status = reply.status();
    reply_.headers = headers_.data();
    reply_.header_count = static_cast<std::uint32_t>(headers_.size());
    reply_.body = text_of(reply.body());
}

struct ChannelTransport::Parts {
    IoLoop loop;
    HttpClient client{loop};
};

ChannelTransport::ChannelTransport() : parts_(std::make_unique<Parts>()) {}
ChannelTransport::~ChannelTransport() = default;

Result<HttpReply> ChannelTransport::exchange(HttpRequest request,
                                             const std::atomic<bool>& stopping) {
    const std::uint32_t limit_ms = request.timeout_ms + 1'000;
    // Shared, because an exchange that was given up may still end in a later one's run.
    const auto answer = std::make_shared<std::optional<Result<HttpReply>>>();
    parts_->client.request(std::move(request),
                           [answer](Result<HttpReply> reply) { *answer = std::move(reply); });
    parts_->loop.run_until([&] { return answer->has_value() || stopping; }, limit_ms);
    if (!answer->has_value()) {
        return Status::io(stopping ? "petrel stopped before the answer came; it may repeat"
                                   : "no answer in time");
    }
    return std::move(**answer);
}

void ChannelTransport::start(HttpRequest request, HttpDone done) {
    parts_->client.request(std::move(request), std::move(done));
}

void ChannelTransport::run_until(const std::function<bool()>& done, std::uint32_t ms_max) {
    parts_->loop.run_until(done, ms_max);
}

void ChannelTransport::wake() {
    parts_->loop.post([] {});
}

}  // namespace petrel::core
