// Runs one exchange adapter in a test: give it frames and replies, read what came out.
//
//   FakeExchangeHost host(entry_of<Acme>(), {});
//   host.discover();                          // host.requests() holds what it asks for
//   host.reply(host.requests()[0], 200, body);
//   host.frame("...");                        // host.events(), host.notices()
//
// As in the product, frames are padded, the event array is small and flushed when full, and the
// same native name always gives the same handle. Everything is copied before a call returns.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "petrel/exchange.hpp"
#include "petrel/testing/fake_host.hpp"

namespace petrel::testing {

struct FakeInstrument {
    std::string native, base, quote, settle;
    petrel_instrument figures{};
};
struct FakeNotice {
    std::uint32_t type;
    std::string text;
    std::uint64_t reference;
};
using FakeHeaders = std::vector<std::pair<std::string, std::string>>;
// What is to be signed, and where the signature goes.
struct FakeSigning {
    std::string message, query, login;
    FakeHeaders headers;
};
struct FakeRequest {
    std::string method, target, body;
    petrel_http_request figures{};
    FakeHeaders headers = {};
    std::optional<FakeSigning> signing = {};
};
// A message that a decoder wanted sent in answer to a frame.
struct FakeMessage {
    std::uint32_t connection;
    std::string text;
};
struct FakeConnection {
    std::string name, path, keepalive;
    std::vector<std::string> frames;
    struct Stream {
        std::uint32_t instrument;
        std::uint32_t kinds;
        std::string topic;
    };
    std::vector<Stream> streams;
    petrel_connection_plan figures{};
    FakeHeaders headers = {};
    std::optional<FakeSigning> signing = {};
};
// What a decoder answered to one frame or reply.
struct FakeDecoded {
    std::int32_t code;
    std::string reason;
};

class FakeExchangeHost {
public:
    explicit FakeExchangeHost(const petrel_plugin_entry& entry, FakeConfig config = {})
        : instance_(entry, PETREL_EXCHANGE_INTERFACE, std::move(config)) {}

    [[nodiscard]] const Status& status() const { return instance_.status(); }
    [[nodiscard]] const petrel_exchange_info& info() const { return *instance_.table().info(); }
    [[nodiscard]] const std::vector<MarketEvent>& events() const { return events_; }
    [[nodiscard]] const std::vector<FakeNotice>& notices() const { return notices_; }
    [[nodiscard]] const std::vector<FakeRequest>& requests() const { return requests_; }
    [[nodiscard]] const std::vector<FakeMessage>& sent() const { return sent_; }
    [[nodiscard]] const std::vector<FakeRequest>& polls() const { return polls_; }
    [[nodiscard]] const std::vector<FakeInstrument>& instruments() const { return instruments_; }
    [[nodiscard]] const std::vector<FakeConnection>& connections() const { return connections_; }
    FakeHost& host() { return instance_.host(); }
    // Forgets events, notices, requests and answers; instruments keep their handles.
    void forget_output() {
        events_.clear();
        notices_.clear();
        requests_.clear();
        sent_.clear();
    }

    Status discover() {
        FakeError error;
        return error.status(decode([&](petrel_decode_out* out) {
            return instance_.table().discover(instance_.get(), out, &error.raw);
        }));
    }

    // Requests for what fills the hole are among requests().
    Status backfill(petrel_gap gap) {
        gap.size = sizeof(gap);
        FakeError error;
        return error.status(decode([&](petrel_decode_out* out) {
            return instance_.table().backfill(instance_.get(), &gap, out, &error.raw);
        }));
    }

    // One subscription of `channels` (bits of kind_bit) for each instrument named.
    Status plan(const std::vector<std::string>& natives, std::uint32_t channels) {
        std::vector<petrel_subscription> wanted;
        for (const std::string& native : natives) {
            wanted.push_back(
                {sizeof(petrel_subscription), handle_of(native), channels, 0, text_of(native)});
        }
        connections_.clear();
        polls_.clear();
        petrel_plan_out out{};
        out.size = sizeof(out);
        out.context = this;
        out.connection = [](petrel_plan_out* self, const petrel_connection_plan* plan) {
            static_cast<FakeExchangeHost*>(self->context)->keep(*plan);
        };
        out.poll = [](petrel_plan_out* self, const petrel_http_request* request) {
            auto& host = *static_cast<FakeExchangeHost*>(self->context);
            host.polls_.push_back(copy_of(*request));
        };
        FakeError error;
        return error.status(instance_.table().plan(instance_.get(), wanted.data(),
                                                   static_cast<std::uint32_t>(wanted.size()), &out,
                                                   &error.raw));
    }

    FakeDecoded frame(std::string_view text, std::uint32_t connection = 0) {
        const std::string padded = pad(text);
        petrel_frame frame{};
        frame.size = sizeof(frame);
        frame.connection = connection;
        frame.data = padded.data();
        frame.length = text.size();
        frame.receive_ts_ns = host().clock.now_ns();
        FakeError error;
        reading_ = Reading{connection};
        const std::int32_t code = decode([&](petrel_decode_out* out) {
            return instance_.table().on_frame(instance_.get(), &frame, out, &error.raw);
        });
        reading_.reset();
        return {code, error.raw.text};
    }

    FakeDecoded reply(const FakeRequest& to, std::uint32_t http_status, std::string_view body) {
        const std::string padded = pad(body);
        petrel_reply reply{};
        reply.size = sizeof(reply);
        reply.http_status = http_status;
        reply.tag = to.figures.tag;
        reply.purpose = to.figures.purpose;
        reply.instrument = to.figures.instrument;
        reply.data = padded.data();
        reply.length = body.size();
        reply.receive_ts_ns = host().clock.now_ns();
        FakeError error;
        const std::int32_t code = decode([&](petrel_decode_out* out) {
            return instance_.table().on_reply(instance_.get(), &reply, out, &error.raw);
        });
        return {code, error.raw.text};
    }

    void open(std::uint32_t connection) { instance_.table().on_open(instance_.get(), connection); }

    // The handle of an instrument, PETREL_NO_INSTRUMENT when it was never announced.
    [[nodiscard]] std::uint32_t handle_of(std::string_view native) const {
        for (std::size_t i = 0; i < instruments_.size(); ++i) {
            if (instruments_[i].native == native) {
                return static_cast<std::uint32_t>(i);
            }
        }
        return PETREL_NO_INSTRUMENT;
    }

private:
    static constexpr std::uint32_t kCapacity = 4;  // small, so that flushing is exercised

    // Bytes behind the text are not zero: a parser that reads past the end shows itself.
    static std::string pad(std::string_view text) {
        return std::string(text) + std::string(PETREL_FRAME_PADDING, '"');
    }
    static FakeHeaders copy_of(const petrel_head_field* first, std::uint32_t count) {
        FakeHeaders copy;
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto* at =
                reinterpret_cast<const unsigned char*>(first) + std::size_t{i} * first->size;
            const auto* header = reinterpret_cast<const petrel_head_field*>(at);
            copy.emplace_back(string_of(header->name), string_of(header->value));
        }
        return copy;
    }
    static std::optional<FakeSigning> copy_of(const petrel_signing* signing) {
        if (signing == nullptr) {
            return std::nullopt;
        }
        return FakeSigning{string_of(signing->message), string_of(signing->query),
                           string_of(signing->login),
                           copy_of(signing->headers, signing->header_count)};
    }
    // As much of a struct as its maker knew of; the rest is zero.
    template <typename Struct>
    static Struct known_part(const Struct& given) {
        Struct copy{};
        std::memcpy(&copy, &given, std::min<std::size_t>(given.size, sizeof(copy)));
        return copy;
    }
    static FakeRequest copy_of(const petrel_http_request& given) {
        const petrel_http_request request = known_part(given);
        return {string_of(request.method),
                string_of(request.target),
                string_of(request.body),
                request,
                copy_of(request.headers, request.header_count),
                copy_of(request.signing)};
    }
    static FakeExchangeHost& self(petrel_decode_out* out) {
        return *static_cast<FakeExchangeHost*>(out->context);
    }

    template <typename Body>
    std::int32_t decode(Body&& body) {
        MarketEvent room[kCapacity];
        petrel_decode_out out{};
        out.size = sizeof(out);
        out.capacity = kCapacity;
        out.stride = sizeof(MarketEvent);
        out.events = room;
        out.context = this;
        out.flush = &flush;
        out.instrument = [](petrel_decode_out* o, const petrel_instrument* instrument) {
            return self(o).keep(*instrument);
        };
        out.notice = [](petrel_decode_out* o, const petrel_notice* notice) {
            self(o).notices_.push_back({notice->type, string_of(notice->text), notice->reference});
        };
        out.request = [](petrel_decode_out* o, const petrel_http_request* request) {
            self(o).requests_.push_back(copy_of(*request));
        };
        out.send = [](petrel_decode_out* o, petrel_text message) {
            return self(o).keep_answer(view_of(message));
        };
        const std::int32_t code = body(&out);
        flush(&out);
        return code;
    }

    // Bounds as in the product.
    std::int32_t keep_answer(std::string_view message) {
        if (!reading_) {
            return PETREL_E_UNSUPPORTED;
        }
        if (message.empty() || message.size() > 4'096) {
            return PETREL_E_INVALID;
        }
        if (++reading_->answers > 4) {
            return PETREL_E_FULL;
        }
        sent_.push_back({reading_->connection, std::string(message)});
        return PETREL_OK;
    }

    static std::int32_t flush(petrel_decode_out* out) {
        auto& kept = self(out).events_;
        kept.insert(kept.end(), out->events, out->events + out->count);
        out->count = 0;
        return PETREL_OK;
    }

    std::uint32_t keep(const petrel_instrument& instrument) {
        const std::uint32_t known = handle_of(view_of(instrument.native));
        FakeInstrument copy{string_of(instrument.native), string_of(instrument.base),
                            string_of(instrument.quote), string_of(instrument.settle), instrument};
        if (known != PETREL_NO_INSTRUMENT) {
            instruments_[known] = std::move(copy);
            return known;
        }
        instruments_.push_back(std::move(copy));
        return static_cast<std::uint32_t>(instruments_.size() - 1);
    }

    void keep(const petrel_connection_plan& given) {
        const petrel_connection_plan plan = known_part(given);
        FakeConnection copy;
        copy.name = string_of(plan.name);
        copy.path = string_of(plan.path);
        copy.keepalive = string_of(plan.keepalive);
        for (std::uint32_t i = 0; i < plan.frame_count; ++i) {
            copy.frames.push_back(string_of(plan.frames[i]));
        }
        for (std::uint32_t i = 0; i < plan.stream_count; ++i) {
            const petrel_stream& s = plan.streams[i];
            copy.streams.push_back({s.instrument, s.kinds, string_of(s.topic)});
        }
        copy.headers = copy_of(plan.headers, plan.header_count);
        copy.signing = copy_of(plan.signing);
        copy.figures = plan;
        connections_.push_back(std::move(copy));
    }

    FakeInstance<petrel_exchange> instance_;
    std::vector<MarketEvent> events_;
    std::vector<FakeNotice> notices_;
    std::vector<FakeRequest> requests_;
    std::vector<FakeRequest> polls_;
    std::vector<FakeMessage> sent_;
    std::vector<FakeInstrument> instruments_;
    std::vector<FakeConnection> connections_;
    struct Reading {
        std::uint32_t connection = 0;
        std::uint32_t answers = 0;
    };
    std::optional<Reading> reading_;  // the frame that is being read
};

}  // namespace petrel::testing
