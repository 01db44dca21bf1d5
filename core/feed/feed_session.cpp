// Stage 1, one connection. Everything here runs on the feed thread's loop.
#include "feed/feed_session.hpp"

#include <algorithm>

#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kLogPerMinute = 6;
constexpr std::size_t kExcerpt = 160;
constexpr std::uint32_t kAnswersPerMinute = 60;
constexpr std::size_t kAnswersWaitingMax = 16;
constexpr std::int64_t kQueueFullMs = 100;  // before a message that found no room is tried again

std::vector<StreamKinds> kinds_of(const std::vector<StreamPlan>& streams) {
    std::vector<StreamKinds> kinds;
    for (const StreamPlan& stream : streams) {
        kinds.push_back({stream.instrument, stream.kinds});
    }
    return kinds;
}

}  // namespace

FeedSession::FeedSession(IoLoop& loop, Adapter& adapter, ConnectionPlan plan,
                         SessionOptions options)
    : loop_(loop), adapter_(adapter), plan_(std::move(plan)), options_(std::move(options)),
      label_(adapter.name() + " " + plan_.name), signer_(plan_.signing, options_.keys),
      random_(options_.seed), pending_(kinds_of(plan_.streams)), retry_(loop), pace_(loop),
      alive_(loop), sampler_(kLogPerMinute) {
    status_.venue = adapter.name();
    status_.connection = plan_.name;
    status_.streams = plan_.streams.size();
}

FeedSession::~FeedSession() {
    no_longer_open();
    release_endpoint();
}

bool FeedSession::has_endpoint() const {
    return options_.endpoints != nullptr && options_.endpoints->count() > 0;
}

void FeedSession::start(std::uint32_t after_ms) {
    if (!has_endpoint()) {
        status_.last_trouble =
            "it has no WebSocket end point: add ws = [\"wss://host\"] to "
            "[exchanges." +
            adapter_.name() + "]";
        log::error("feed", label_ + ": " + status_.last_trouble);
        return;
    }
    retry_.after(after_ms, [this] { take_turn(); });
}

void FeedSession::stop() {
    stopping_ = true;
    retry_.cancel();
    pace_.cancel();
    alive_.cancel();
    const bool open = opened_ns_ != 0;
    no_longer_open();
    release_endpoint();
    if (client_ != nullptr && open) {
        client_->close();  // on_end follows
    } else {
        client_.reset();
    }
}

// Connections that ended together do not come back together.
void FeedSession::take_turn() {
    ConnectPace* pace = options_.pace;
    const std::int64_t ns = pace == nullptr ? 0 : pace->wait_ns(steady_now_ns(), options_.need);
    waits_ = ns > 0;
    if (!waits_) {
        return connect();
    }
    retry_.after((ns + kNsPerMs - 1) / kNsPerMs, [this] { take_turn(); });
}

void FeedSession::connect() {
    WsOptions ws;
    SignedParts parts{{}, plan_.path, {}};
    if (signer_.signs()) {
        Result<SignedParts> made = signer_.handshake(plan_.path);
        if (!made.ok()) {
            told("key", made.status().message());
            return retry_.after(signer_.wait_ms(), [this] { connect(); });
        }
        parts = std::move(*made);
    }
    endpoint_ = options_.endpoints->choose(options_.user, steady_now_ns(), avoided_);
    const std::string before = std::exchange(status_.endpoint, options_.endpoints->url(*endpoint_));
    if (!before.empty() && before != status_.endpoint) {
        log::warning("feed", label_ + ": trying another end point, " + status_.endpoint);
    }
    ws.url = status_.endpoint + parts.target;
    ws.ca_file = options_.ca_file;
    ws.path = options_.path;
    ws.compress = options_.compress;
    ws.message_bytes_max = options_.message_bytes_max;
    ws.idle_ms_max = plan_.idle_ms_max;
    ws.headers = plan_.headers;
    ws.headers.insert(ws.headers.end(), parts.headers.begin(), parts.headers.end());
    opened_ns_ = 0;
    client_ = WsClient::open(loop_, std::move(ws), *this);
}

void FeedSession::on_open() {
    opened_ns_ = steady_now_ns();
    last_data_steady_ns_ = 0;
    pending_.reset();
    status_.acks = 0;
    to_send_ = plan_.frames;
    if (std::string login = signer_.login(plan_.path); !login.empty()) {
        to_send_.insert(to_send_.begin(), std::move(login));
    }
    next_frame_ = 0;
    answers_.clear();
    options_.socket.opened(opened_ns_);
    options_.endpoints->opened(*endpoint_);
    log::info("feed", label_ + ": open to " + status_.endpoint);
    adapter_.on_open(options_.number);
    send_next();
    if (plan_.keepalive_ms > 0) {
        alive_.after(plan_.keepalive_ms, [this] { keep_alive(); });
    }
}

// One message at a time at the venue's pace: what answers it first, then what subscribes.
void FeedSession::send_next() {
    const bool answering = !answers_.empty();
    if (opened_ns_ == 0 || (!answering && next_frame_ == to_send_.size())) {
        return;
    }
    const std::string& next = answering ? answers_.front() : to_send_[next_frame_];
    if (Status sent = client_->send(next); !sent.ok()) {
        // A venue that takes nothing for too long ends the connection by the client's own limit.
        told("subscribe", "subscriptions wait: " + sent.message());
        pace_.after(std::max<std::int64_t>(plan_.frame_gap_ms, kQueueFullMs),
                    [this] { send_next(); });
        return;
    }
    if (answering) {
        answers_.pop_front();
    } else {
        ++next_frame_;
    }
    pace_.after(plan_.frame_gap_ms, [this] { send_next(); });
}

// A venue that asks without end must not make us break its own limits.
void FeedSession::answer_venue() {
    const std::int64_t now_ns = steady_now_ns();
    if (now_ns - answers_from_ns_ >= 60 * kNsPerSecond) {
        answers_from_ns_ = now_ns;
        answers_in_minute_ = 0;
    }
    for (std::string& answer : adapter_.take_answers()) {
        if (answers_in_minute_ == kAnswersPerMinute || answers_.size() == kAnswersWaitingMax) {
            ++status_.answers_dropped;
            told("answers", "the venue wants more answers than we may send (" +
                                std::to_string(kAnswersPerMinute) + " a minute, " +
                                std::to_string(kAnswersWaitingMax) +
                                " waiting); the rest is not sent");
            continue;
        }
        ++answers_in_minute_;
        answers_.push_back(std::move(answer));
    }
    if (!pace_.pending()) {
        send_next();
    }
}

void FeedSession::resubscribe(const std::vector<std::string>& topics) {
    if (opened_ns_ == 0 || next_frame_ < to_send_.size()) {
        return;  // it is about to subscribe anyhow
    }
    to_send_.clear();
    for (const std::string& frame : plan_.frames) {
        const bool named = std::any_of(topics.begin(), topics.end(), [&](const auto& topic) {
            return !topic.empty() && frame.find(topic) != std::string::npos;
        });
        if (named) {
            to_send_.push_back(frame);
        }
    }
    to_send_ = to_send_.empty() ? plan_.frames : std::move(to_send_);
    next_frame_ = 0;
    send_next();
}

void FeedSession::no_longer_open() {
    if (std::exchange(opened_ns_, 0) != 0) {
        options_.socket.closed();
    }
}

void FeedSession::keep_alive() {
    if (opened_ns_ == 0) {
        return;
    }
    if (plan_.keepalive.empty()) {
        client_->ping();
    } else if (Status sent = client_->send(plan_.keepalive); !sent.ok()) {
        told("keepalive", "cannot keep the connection alive: " + sent.message());
    }
    alive_.after(plan_.keepalive_ms, [this] { keep_alive(); });
}

void FeedSession::on_message(const WsMessage& message) {
    if (stopping_) {
        return;
    }
    ++status_.frames;
    status_.bytes += message.data.size();
    options_.endpoints->spoke(*endpoint_);
    if (options_.tap != nullptr) {
        options_.tap->from(&options_.socket, steady_now_ns());
    }
    const AdapterAnswer answer =
        adapter_.on_frame(options_.number, message.data, message.receive_ts_ns, &pending_);
    if (options_.tap != nullptr) {
        options_.tap->from(nullptr);
    }
    if (answer.code < 0) {
        reject(answer.reason, message.data);
    }
    status_.events += answer.events;
    if (answer.events > 0 && answer.plausible == 0) {
        told("implausible", "all " + std::to_string(answer.events) +
                                " events of a frame were refused as implausible");
    }
    if (answer.plausible > 0) {
        status_.last_data_ns = message.receive_ts_ns;
        const bool first = last_data_steady_ns_ == 0;
        last_data_steady_ns_ = steady_now_ns();
        if (first) {
            const std::int64_t after_ns = last_data_steady_ns_ - opened_ns_;
            options_.endpoints->showed_data(*endpoint_, static_cast<double>(after_ns) / 1e6);
        }
        note_flow(answer, message.receive_ts_ns);
    }
    if (adapter_.has_answers()) {
        answer_venue();
    }
    if (adapter_.has_notices()) {
        heed_notices();
    }
}

void FeedSession::note_flow(const AdapterAnswer& answer, std::int64_t receive_ts_ns) {
    last_event_ns_ = std::max(last_event_ns_, answer.latest_ns);
    if (broken_ && next_frame_ == to_send_.size()) {
        broken_ = false;
        options_.watch->on_resumed(plan_, answer.flows() ? answer.latest_ns : receive_ts_ns);
    }
}

void FeedSession::note_break() {
    if (options_.watch != nullptr && last_event_ns_ != 0 && !broken_) {
        broken_ = true;
        telling_break_ = true;
        options_.watch->on_broken(plan_, last_event_ns_);
        telling_break_ = false;
    }
}

void FeedSession::heed_notices() {
    for (const Notice& notice : adapter_.take_notices()) {
        switch (notice.type) {
            case PETREL_NOTICE_ACK:
                ++status_.acks;
                break;
            case PETREL_NOTICE_SUBSCRIBE_FAIL:
                told("subscribe", "subscription refused: " + notice.text);
                break;
            case PETREL_NOTICE_VENUE_ERROR:
                told("venue", "the venue reports: " + notice.text);
                break;
            case PETREL_NOTICE_KEY_REFUSED:
                key_refused(notice.text);
                asked_to_go_ = true;
                break;
            case PETREL_NOTICE_RECONNECT:
                asked_to_go_ = true;
                break;
            case PETREL_NOTICE_GAP:
                told("gap", "messages of this connection are missing: " + notice.text);
                note_break();
                break;
            default:
                break;
        }
    }
    if (const std::uint64_t lost = adapter_.take_lost_notices(); lost > 0) {
        status_.notices_lost += lost;
        told("notices", std::to_string(lost) + " notices of one frame found no room");
    }
    if (asked_to_go_) {
        client_->close();
    }
}

void FeedSession::key_refused(const std::string& why) {
    if (std::string sentence = signer_.refused(why); !sentence.empty()) {
        told("key", std::move(sentence));
    }
}

void FeedSession::told(std::string_view key, std::string trouble) {
    status_.last_trouble = std::move(trouble);
    sampler_.write(log::Level::Warning, "feed", key, label_ + ": " + status_.last_trouble);
}

void FeedSession::reject(std::string_view reason, std::string_view frame) {
    count_rejection(status_, reason);
    sampler_.write(log::Level::Warning, "feed", reason,
                   label_ + ": dropped a frame of " + std::to_string(frame.size()) + " bytes: " +
                       std::string(reason) + ": " + std::string(frame.substr(0, kExcerpt)));
}

void FeedSession::on_pong(std::chrono::nanoseconds round_trip) {
    status_.round_trip_ns = round_trip.count();
    if (endpoint_) {
        options_.endpoints->round_trip(*endpoint_, static_cast<double>(round_trip.count()) / 1e6);
    }
}

// Some seconds with data prove route and subscription, so they count as a long life: an end after
// them is no reason to wait.
std::uint64_t FeedSession::proven_life_ms(std::int64_t now_ns) const {
    if (opened_ns_ == 0) {
        return 0;
    }
    const auto lived_ms = static_cast<std::uint64_t>((now_ns - opened_ns_) / kNsPerMs);
    const bool proven = last_data_steady_ns_ != 0 && lived_ms >= options_.proven_ms;
    return proven ? std::max(lived_ms, ReconnectLimits{}.lived_ms) : lived_ms;
}

void FeedSession::on_end(const LinkEnd& end) {
    adapter_.on_end(options_.number, end.sentence);
    if (stopping_) {
        client_.reset();
        return;
    }
    const std::int64_t now_ns = steady_now_ns();
    const std::uint64_t lived_ms = proven_life_ms(now_ns);
    const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
    std::uint64_t wait_ms = policy_.ended(lived_ms, chance);
    // What fell silent may do so again, and to find out costs as long once more.
    const bool next = policy_.wants_next_endpoint() || end.kind == LinkEndKind::Timeout;
    avoided_ = next ? endpoint_ : std::nullopt;
    if (opened_ns_ == 0 && end.kind == LinkEndKind::Tls) {
        avoided_ = endpoint_;
        wait_ms = options_.endpoints->has_other(*endpoint_, now_ns) ? 0 : wait_ms;
    }
    if (end.kind == LinkEndKind::Refused && end.code == 401) {
        key_refused("the handshake was answered with HTTP 401");
    }
    judge_endpoint(end, now_ns, lived_ms);
    no_longer_open();
    pace_.cancel();
    alive_.cancel();
    note_break();
    ++status_.reconnects;
    status_.last_trouble =
        std::exchange(asked_to_go_, false) ? "the venue asked us to connect anew" : end.sentence;
    sampler_.write(log::Level::Warning, "feed", link_end_name(end.kind),
                   label_ + ": " + status_.last_trouble + " (" + status_.endpoint + "); again in " +
                       std::to_string(wait_ms) + " ms");
    retry_.after(static_cast<std::int64_t>(wait_ms), [this] { take_turn(); });
}

void FeedSession::judge_endpoint(const LinkEnd& end, std::int64_t now_ns, std::uint64_t lived_ms) {
    if (asked_to_go_) {
        return release_endpoint();
    }
    const std::size_t at = *std::exchange(endpoint_, std::nullopt);
    if (opened_ns_ != 0) {
        return options_.endpoints->ended(at, options_.user, now_ns, lived_ms);
    }
    const bool refused_tls = end.kind == LinkEndKind::Tls;
    options_.endpoints->failed(
        at, options_.user, now_ns,
        refused_tls ? EndpointFailure::Certificate : EndpointFailure::Ordinary);
}

void FeedSession::release_endpoint() {
    if (const auto at = std::exchange(endpoint_, std::nullopt)) {
        options_.endpoints->released(*at, options_.user);
    }
}

}  // namespace petrel::core
