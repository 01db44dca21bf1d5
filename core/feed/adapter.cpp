// The sink that crosses the boundary is made once; its context is the adapter itself.
#include "feed/adapter.hpp"

#include <algorithm>
#include <cstddef>

namespace petrel::core {
namespace {

constexpr std::size_t kRoom = 512;
constexpr std::size_t kNoticesMax = 256;
constexpr std::size_t kRequestsMax = 4'096;
constexpr std::size_t kAnswersMax = 4;  // a frame
constexpr std::size_t kAnswerBytesMax = 4'096;

Adapter& self(void* context) { return *static_cast<Adapter*>(context); }

TextCoding coding_of(std::uint32_t coding) {
    return coding == PETREL_CODING_HEX      ? TextCoding::Hex
           : coding == PETREL_CODING_BASE64 ? TextCoding::Base64
                                            : TextCoding::Plain;
}

std::optional<SigningTemplate> copied(const petrel_signing* signing) {
    if (signing == nullptr || !PETREL_HAS(signing, petrel_signing, login)) {
        return std::nullopt;
    }
    SigningTemplate copy;
    copy.hash =
        signing->hash == PETREL_SIGN_HMAC_SHA512 ? SignatureHash::Sha512 : SignatureHash::Sha256;
    copy.signature_coding = coding_of(signing->signature_coding);
    copy.secret_coding = coding_of(signing->secret_coding);
    copy.message = string_of(signing->message);
    copy.headers = copied_headers(signing->headers, signing->header_count);
    copy.query = string_of(signing->query);
    copy.login = string_of(signing->login);
    return copy;
}

RequestPlan copied(const petrel_http_request& request) {
    RequestPlan copy{request.purpose,           request.tag,
                     string_of(request.method), string_of(request.target),
                     string_of(request.body),   request.weight,
                     request.interval_ms,       request.instrument};
    if (PETREL_HAS(&request, petrel_http_request, header_count)) {
        copy.headers = copied_headers(request.headers, request.header_count);
    }
    if (PETREL_HAS(&request, petrel_http_request, signing)) {
        copy.signing = copied(request.signing);
    }
    return copy;
}

ConnectionPlan copied(const petrel_connection_plan& plan) {
    ConnectionPlan copy;
    copy.name = string_of(plan.name);
    copy.path = string_of(plan.path);
    for (std::uint32_t i = 0; i < plan.frame_count; ++i) {
        copy.frames.push_back(string_of(plan.frames[i]));
    }
    copy.frame_gap_ms = plan.frame_gap_ms;
    copy.keepalive_ms = plan.keepalive_ms;
    copy.keepalive = string_of(plan.keepalive);
    copy.idle_ms_max = plan.idle_ms_max;
    copy.life_s_max = plan.life_s_max;
    for (std::uint32_t i = 0; i < plan.stream_count; ++i) {
        const petrel_stream& stream = plan.streams[i];
        copy.streams.push_back({stream.instrument, stream.kinds, string_of(stream.topic)});
    }
    if (PETREL_HAS(&plan, petrel_connection_plan, flags)) {
        copy.headers = copied_headers(plan.headers, plan.header_count);
        copy.compress = (plan.flags & PETREL_CONNECTION_COMPRESS) != 0;
    }
    if (PETREL_HAS(&plan, petrel_connection_plan, purpose)) {
        copy.signing = copied(plan.signing);
        copy.purpose = plan.purpose;
    }
    return copy;
}

}  // namespace

petrel_reply reply_to(const RequestPlan& request, std::uint32_t http_status, std::string_view body,
                      std::int64_t receive_ts_ns) {
    petrel_reply abi{};
    abi.size = sizeof(abi);
    abi.http_status = http_status;
    abi.tag = request.tag;
    abi.purpose = request.purpose;
    abi.instrument = request.instrument;
    abi.data = body.data();
    abi.length = body.size();
    abi.receive_ts_ns = receive_ts_ns;
    return abi;
}

Adapter::Adapter(ExchangeHandle handle, std::uint16_t venue, EventSink& sink, InstrumentBook& book)
    : handle_(std::move(handle)), venue_(venue), sink_(sink), book_(book), events_(kRoom) {
    error_.size = sizeof(error_);
    out_.size = sizeof(out_);
    out_.capacity = static_cast<std::uint32_t>(events_.size());
    out_.stride = sizeof(MarketEvent);
    out_.events = events_.data();
    out_.context = this;
    out_.flush = [](petrel_decode_out* out) {
        self(out->context).flush();
        return static_cast<std::int32_t>(PETREL_OK);
    };
    out_.instrument = [](petrel_decode_out* out, const petrel_instrument* instrument) {
        Adapter& adapter = self(out->context);
        const std::uint32_t known = adapter.book_.add(adapter.venue_, *instrument);
        if (adapter.reading_list_ && known != PETREL_NO_INSTRUMENT) {
            adapter.listed_.push_back(known);
        }
        return known;
    };
    out_.notice = [](petrel_decode_out* out, const petrel_notice* notice) {
        Adapter& adapter = self(out->context);
        if (adapter.notices_.size() < kNoticesMax) {
            adapter.notices_.push_back({notice->type, string_of(notice->text)});
        } else {
            ++adapter.lost_notices_;
        }
    };
    out_.request = [](petrel_decode_out* out, const petrel_http_request* request) {
        Adapter& adapter = self(out->context);
        if (adapter.requests_.size() < kRequestsMax) {
            adapter.requests_.push_back(copied(*request));
        } else {
            ++adapter.lost_requests_;
        }
    };
    out_.send = [](petrel_decode_out* out, petrel_text message) {
        return self(out->context).keep_answer(view_of(message));
    };
}

std::int32_t Adapter::keep_answer(std::string_view message) {
    if (!reading_frame_) {
        return PETREL_E_UNSUPPORTED;
    }
    if (message.empty() || message.size() > kAnswerBytesMax) {
        return PETREL_E_INVALID;
    }
    if (answers_.size() >= kAnswersMax) {
        return PETREL_E_FULL;
    }
    answers_.emplace_back(message);
    return PETREL_OK;
}

std::uint32_t Adapter::rest_weight_per_minute() const {
    // The field is younger than the struct: a library may have been built without it.
    constexpr std::size_t end = offsetof(petrel_exchange_info, rest_weight_per_minute) +
                                sizeof(petrel_exchange_info::rest_weight_per_minute);
    return info().size >= end ? info().rest_weight_per_minute : 0;
}

// A failure that gives no reason must not be told with that of the one before.
void Adapter::begin(PendingStreams* pending) {
    error_.text[0] = '\0';
    pending_ = pending != nullptr && pending->count() > 0 ? pending : nullptr;
}

// History brings more than what was asked for: only what lies in the gap goes on, marked late.
void Adapter::keep_history() {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < out_.count; ++i) {
        const MarketEvent& event = events_[i];
        if (event.instrument != gap_->instrument || event.kind != gap_->kind) {
            continue;
        }
        ++span_->events;
        span_->oldest_ns = std::min(span_->oldest_ns, event.exchange_ts_ns);
        span_->newest_ns = std::max(span_->newest_ns, event.exchange_ts_ns);
        const bool within =
            gap_->has_ids()
                ? event.id >= gap_->first_id && event.id - event.count < gap_->last_id
                : event.exchange_ts_ns >= gap_->from_ns && event.exchange_ts_ns <= gap_->to_ns;
        if (within) {
            events_[kept] = event;
            events_[kept].flags |= PETREL_FLAG_LATE;
            ++kept;
        }
    }
    out_.count = kept;
}

void Adapter::flush() {
    if (gap_ != nullptr) {
        keep_history();
    }
    for (std::uint32_t i = 0; i < out_.count; ++i) {
        kinds_ |= PETREL_KIND_BIT(events_[i].kind & 31U);
        if (pending_ != nullptr) {
            pending_->saw(events_[i].instrument, events_[i].kind & 31U);
        }
    }
    if (out_.count > 0) {
        const MarketEvent& last = events_[out_.count - 1];
        latest_ns_ = std::min(last.exchange_ts_ns, last.receive_ts_ns);
        late_ = (last.flags & PETREL_FLAG_LATE) != 0;
    }
    handed_on_ += out_.count;
    plausible_ += static_cast<std::uint32_t>(sink_.on_events(venue_, {events_.data(), out_.count}));
    out_.count = 0;
}

AdapterAnswer Adapter::answer(std::int32_t code) {
    if (out_.count > 0) {
        flush();
    }
    AdapterAnswer answer;
    answer.code = code;
    answer.reason = code < 0 ? std::string_view(error_.text) : std::string_view();
    answer.events = std::exchange(handed_on_, 0);
    answer.plausible = std::exchange(plausible_, 0);
    answer.kinds = std::exchange(kinds_, 0);
    answer.latest_ns = std::exchange(latest_ns_, 0);
    answer.late = std::exchange(late_, false);
    return answer;
}

Status Adapter::discover() {
    begin(nullptr);
    const std::int32_t code = handle_.table->discover(handle_.instance, &out_, &error_);
    return code < 0 ? Status::failure(code, error_.text) : Status();
}

Result<FeedPlan> Adapter::plan(const std::vector<std::uint32_t>& instruments,
                               std::uint32_t channels) {
    std::vector<petrel_subscription> wanted;
    for (const std::uint32_t instrument : instruments) {
        wanted.push_back({sizeof(petrel_subscription), instrument, channels, 0,
                          text_of(book_.native(instrument))});
    }
    FeedPlan plan;
    petrel_plan_out out{};
    out.size = sizeof(out);
    out.context = &plan;
    out.connection = [](petrel_plan_out* o, const petrel_connection_plan* connection) {
        static_cast<FeedPlan*>(o->context)->connections.push_back(copied(*connection));
    };
    out.poll = [](petrel_plan_out* o, const petrel_http_request* request) {
        static_cast<FeedPlan*>(o->context)->polls.push_back(copied(*request));
    };
    begin(nullptr);
    const std::int32_t code = handle_.table->plan(
        handle_.instance, wanted.data(), static_cast<std::uint32_t>(wanted.size()), &out, &error_);
    if (code < 0) {
        return Status::failure(code, error_.text);
    }
    return plan;
}

AdapterAnswer Adapter::on_frame(std::uint32_t connection, std::string_view frame,
                                std::int64_t receive_ts_ns, PendingStreams* pending) {
    begin(pending);
    if (log_ != nullptr) [[unlikely]] {
        log_->on_frame(venue_, connection, receive_ts_ns, frame);
    }
    const petrel_frame abi{sizeof(petrel_frame), connection, frame.data(), frame.size(),
                           receive_ts_ns};
    reading_frame_ = true;
    const std::int32_t code = handle_.table->on_frame(handle_.instance, &abi, &out_, &error_);
    reading_frame_ = false;
    return answer(code);
}

AdapterAnswer Adapter::on_reply(const RequestPlan& request, std::uint32_t http_status,
                                std::string_view body, std::int64_t receive_ts_ns) {
    begin(nullptr);
    if (log_ != nullptr) {
        log_->on_reply(venue_, {request.purpose, request.tag, request.instrument, http_status, body,
                                receive_ts_ns});
    }
    const petrel_reply abi = reply_to(request, http_status, body, receive_ts_ns);
    reading_list_ = request.purpose == PETREL_REQUEST_DISCOVERY;
    const std::int32_t code = handle_.table->on_reply(handle_.instance, &abi, &out_, &error_);
    reading_list_ = false;
    return answer(code);
}

bool Adapter::can_backfill() const {
    return PETREL_HAS(handle_.table, petrel_exchange, backfill) &&
           handle_.table->backfill != nullptr;
}

Status Adapter::backfill(const StreamGap& gap) {
    petrel_gap abi{};
    abi.size = sizeof(abi);
    abi.instrument = gap.instrument;
    abi.kind = gap.kind;
    abi.native = text_of(book_.native(gap.instrument));
    abi.first_id = gap.first_id;
    abi.last_id = gap.last_id;
    abi.from_ns = gap.from_ns;
    abi.to_ns = gap.to_ns;
    begin(nullptr);
    const std::int32_t code = handle_.table->backfill(handle_.instance, &abi, &out_, &error_);
    out_.count = 0;  // events come with the answers
    return code < 0 ? Status::failure(code, error_.text) : Status();
}

AdapterAnswer Adapter::on_history(const RequestPlan& request, const HistoryPage& page,
                                  const StreamGap& gap, HistorySpan& span) {
    gap_ = &gap;
    span_ = &span;
    const AdapterAnswer answer = on_reply(request, page.http_status, page.body, page.receive_ts_ns);
    gap_ = nullptr;
    span_ = nullptr;
    const std::size_t told = std::erase_if(
        notices_, [](const Notice& n) { return n.type == PETREL_NOTICE_HISTORY_WHOLE; });
    span.whole_at_ns = told > 0 ? page.receive_ts_ns : span.whole_at_ns;
    return answer;
}

void Adapter::on_end(std::uint32_t connection, std::string_view why) {
    if (log_ != nullptr) {
        log_->on_ended(venue_, connection, why);
    }
}

void Adapter::on_open(std::uint32_t connection) {
    if (log_ != nullptr) {
        log_->on_opened(venue_, connection);
    }
    handle_.table->on_open(handle_.instance, connection);
}

}  // namespace petrel::core
