// Base class for exchange adapters: sans I/O, a translator between a venue's frames and events.
//
// Derive from Exchange, override what the venue needs, end with PETREL_PLUGIN(YourClass).
// Every method but the constructor runs on the instance's data path: never two at once, so no
// locks; the thread may change, so no thread-local state.
#pragma once

#include <span>

#include "petrel/abi/exchange.h"
#include "petrel/plugin.hpp"

namespace petrel {

// An instrument as an adapter announces it; see petrel_instrument for the meaning of the factors.
struct Instrument {
    std::string_view native;
    std::string_view base;
    std::string_view quote;
    std::string_view settle;
    std::uint32_t type = PETREL_INSTRUMENT_PERPETUAL;
    double base_per_unit = 1.0;
    double quote_per_unit = 0.0;
    double price_divisor = 1.0;
    std::int64_t expiry_ns = 0;
};

// A field of a request's head; see petrel_head_field. The texts must outlive it.
constexpr petrel_head_field header_of(std::string_view name, std::string_view value) {
    return {sizeof(petrel_head_field), 0, text_of(name), text_of(value)};
}

// Where a decoder writes. Thin: push() is an array store.
class DecodeOut {
public:
    explicit DecodeOut(petrel_decode_out* out) : out_(out) {}

    // Room for one more event, all fields zero but `count` (1). Fill it before the next call.
    MarketEvent& push() {
        if (out_->count == out_->capacity) {
            out_->flush(out_);
        }
        auto* bytes = reinterpret_cast<unsigned char*>(out_->events);
        auto* event =
            reinterpret_cast<MarketEvent*>(bytes + std::size_t{out_->count} * out_->stride);
        ++out_->count;
        *event = MarketEvent{};
        event->count = 1;
        return *event;
    }

    // Registers an instrument, gives its handle; the same `native` gives the same handle.
    std::uint32_t instrument(const Instrument& instrument) {
        petrel_instrument i{};
        i.size = sizeof(i);
        i.type = instrument.type;
        i.native = text_of(instrument.native);
        i.base = text_of(instrument.base);
        i.quote = text_of(instrument.quote);
        i.settle = text_of(instrument.settle);
        i.base_per_unit = instrument.base_per_unit;
        i.quote_per_unit = instrument.quote_per_unit;
        i.price_divisor = instrument.price_divisor;
        i.expiry_ns = instrument.expiry_ns;
        return out_->instrument(out_, &i);
    }

    void notice(std::uint32_t type, std::string_view text, std::uint64_t reference = 0) {
        const petrel_notice n{sizeof(petrel_notice), type, text_of(text), reference};
        out_->notice(out_, &n);
    }

    void get(std::uint32_t purpose, std::uint64_t tag, std::string_view target,
             std::uint32_t weight, std::uint32_t instrument = PETREL_NO_INSTRUMENT,
             std::span<const petrel_head_field> headers = {}) {
        petrel_http_request r{};
        r.size = sizeof(r);
        r.purpose = purpose;
        r.tag = tag;
        r.method = text_of("GET");
        r.target = text_of(target);
        r.weight = weight;
        r.instrument = instrument;
        r.headers = headers.data();
        r.header_count = static_cast<std::uint32_t>(headers.size());
        out_->request(out_, &r);
    }

    // Any other request, as a POST with a body. `size` must be set.
    void request(const petrel_http_request& request) { out_->request(out_, &request); }

    // Answers the venue over the socket of the frame that is being read, as a heartbeat wants it.
    // PETREL_OK, or why it is not sent; see petrel_decode_out.
    std::int32_t send(std::string_view message) {
        const bool can = PETREL_HAS(out_, petrel_decode_out, send) && out_->send != nullptr;
        return can ? out_->send(out_, text_of(message)) : PETREL_E_UNSUPPORTED;
    }

private:
    petrel_decode_out* out_;
};

struct Frame {
    std::uint32_t connection;
    std::string_view text;  // PETREL_FRAME_PADDING readable bytes follow
    std::int64_t receive_ts_ns;
};

struct Reply {
    std::uint64_t tag;
    std::uint32_t purpose;
    std::uint32_t instrument;
    std::uint32_t http_status;
    std::string_view body;  // padded like a frame
    std::int64_t receive_ts_ns;
};

// A hole to fill; see petrel_gap.
struct Gap {
    std::uint32_t instrument;
    std::uint32_t kind;
    std::string_view native;
    std::uint64_t first_id;
    std::uint64_t last_id;
    std::int64_t from_ns;
    std::int64_t to_ns;
};

// A decoder's answer. Reasons are literals, so that rejecting a frame allocates nothing.
struct [[nodiscard]] Decoded {
    std::int32_t code = PETREL_OK;
    std::string_view reason;

    static Decoded done() { return {}; }
    static Decoded ignored() { return {PETREL_IGNORED, {}}; }
    static Decoded rejected(std::string_view reason) { return {PETREL_E_REJECTED, reason}; }
};

class Exchange {
public:
    static constexpr std::uint32_t kKind = PETREL_KIND_EXCHANGE;
    static constexpr std::string_view kInterface = PETREL_EXCHANGE_INTERFACE;

    virtual ~Exchange() = default;

    // Checked once after construction; a failure refuses the plugin with its message.
    [[nodiscard]] virtual Status ready() const { return {}; }
    virtual Status discover(DecodeOut& out) = 0;
    virtual Status plan(std::span<const petrel_subscription> wanted, petrel_plan_out& out) = 0;
    virtual Decoded on_frame(const Frame& frame, DecodeOut& out) = 0;
    virtual Decoded on_reply(const Reply& reply, DecodeOut& out) = 0;
    virtual void on_open(std::uint32_t connection) { (void)connection; }
    // Asks for what fills the hole, with DecodeOut::get(PETREL_REQUEST_BACKFILL, ...).
    virtual Status backfill(const Gap& gap, DecodeOut& out) {
        (void)gap;
        (void)out;
        return Status::failure(PETREL_E_UNSUPPORTED, "this venue tells no history");
    }

    // A derived class also has:
    //   static PluginInfo describe();
    //   static const petrel_exchange_info* info();
    //   TheClass(Host, Config);

    template <typename Plugin>
    static const void* table();
};

template <typename Plugin>
const void* Exchange::table() {
    static const petrel_exchange value = [] {
        petrel_exchange t{};
        t.size = sizeof(t);
        t.info = [] { return Plugin::info(); };
        t.create = &detail::create<Plugin>;
        t.destroy = &detail::destroy<Plugin>;
        t.discover = [](void* instance, petrel_decode_out* out, petrel_error* error) {
            return detail::guarded(error, [&] {
                DecodeOut sink(out);
                return detail::self<Plugin>(instance).discover(sink);
            });
        };
        t.plan = [](void* instance, const petrel_subscription* subscriptions, std::uint32_t count,
                    petrel_plan_out* out, petrel_error* error) {
            return detail::guarded(error, [&] {
                return detail::self<Plugin>(instance).plan({subscriptions, count}, *out);
            });
        };
        t.on_frame = [](void* instance, const petrel_frame* frame, petrel_decode_out* out,
                        petrel_error* error) {
            return detail::guarded(error, [&]() -> std::int32_t {
                DecodeOut sink(out);
                const Decoded d = detail::self<Plugin>(instance).on_frame(
                    {frame->connection, {frame->data, frame->length}, frame->receive_ts_ns}, sink);
                if (d.code < 0) {
                    detail::write_error(error, d.code, d.reason);
                }
                return d.code;
            });
        };
        t.on_reply = [](void* instance, const petrel_reply* reply, petrel_decode_out* out,
                        petrel_error* error) {
            return detail::guarded(error, [&]() -> std::int32_t {
                DecodeOut sink(out);
                const Decoded d =
                    detail::self<Plugin>(instance).on_reply({reply->tag,
                                                             reply->purpose,
                                                             reply->instrument,
                                                             reply->http_status,
                                                             {reply->data, reply->length},
                                                             reply->receive_ts_ns},
                                                            sink);
                if (d.code < 0) {
                    detail::write_error(error, d.code, d.reason);
                }
                return d.code;
            });
        };
        t.on_open = [](void* instance, std::uint32_t connection) {
            (void)detail::guarded(nullptr, [&]() -> std::int32_t {
                detail::self<Plugin>(instance).on_open(connection);
                return PETREL_OK;
            });
        };
        t.backfill = [](void* instance, const petrel_gap* gap, petrel_decode_out* out,
                        petrel_error* error) {
            return detail::guarded(error, [&] {
                DecodeOut sink(out);
                return detail::self<Plugin>(instance).backfill(
                    {gap->instrument, gap->kind, view_of(gap->native), gap->first_id, gap->last_id,
                     gap->from_ns, gap->to_ns},
                    sink);
            });
        };
        return t;
    }();
    return &value;
}

}  // namespace petrel
