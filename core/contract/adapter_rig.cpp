// The array of events is longer than the room that is told, with a stride longer than an event, and
// everything that is not to be written holds a known pattern.
#include "contract/adapter_rig.hpp"

#include <algorithm>
#include <cstring>

#include "contract/event_rules.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kStride = 96;  // a later host may have longer events
constexpr std::size_t kSpareEvents = 64;
constexpr std::size_t kSentBytesMax = 4'096;
constexpr unsigned char kPattern = 0xA5;
constexpr std::size_t kEventsKept = 100'000;
constexpr std::size_t kNoticesKept = 10'000;
constexpr std::int64_t kReplied_ns = 1'794'000'000 * kNsPerSecond;

RequestPlan copied(const petrel_http_request& request) {
    return {request.purpose,           request.tag,
            string_of(request.method), string_of(request.target),
            string_of(request.body),   request.weight,
            request.interval_ms,       request.instrument};
}

bool is_code(std::int32_t code) {
    return code == PETREL_OK || code == PETREL_IGNORED ||
           (code >= PETREL_E_FULL && code <= PETREL_E_INVALID);
}

}  // namespace

// The host's side of one call.
struct AdapterRig::Decoding {
    Decoding(AdapterRig& owner, CallResult& to, std::int64_t receive_ts_ns)
        : rig(owner), result(to), received_ns(receive_ts_ns),
          bytes((std::size_t{owner.options_.room} + kSpareEvents) * kStride, kPattern) {
        out.size = sizeof(out);
        out.capacity = owner.options_.room;
        out.stride = kStride;
        out.events = reinterpret_cast<petrel_market_event*>(bytes.data());
        out.context = this;
        out.flush = [](petrel_decode_out* o) {
            self(o).flush();
            return static_cast<std::int32_t>(PETREL_OK);
        };
        out.instrument = [](petrel_decode_out* o, const petrel_instrument* instrument) {
            return self(o).rig.add(0, *instrument);
        };
        out.notice = [](petrel_decode_out* o, const petrel_notice* notice) {
            if (self(o).result.notices.size() < kNoticesKept) {
                self(o).result.notices.push_back({notice->type, string_of(notice->text)});
            }
        };
        out.request = [](petrel_decode_out* o, const petrel_http_request* request) {
            if (self(o).result.requests.size() < kNoticesKept) {
                self(o).result.requests.push_back(copied(*request));
            }
        };
        out.send = [](petrel_decode_out* o, petrel_text message) {
            return self(o).send(view_of(message));
        };
        error.size = sizeof(error);
        std::memset(error.text, kPattern, sizeof(error.text));
        error.text[0] = '\0';
    }

    static Decoding& self(petrel_decode_out* o) { return *static_cast<Decoding*>(o->context); }

    void fault(std::string text) {
        if (result.fault.empty()) {
            result.fault = std::move(text);
        }
    }

    std::int32_t send(std::string_view message) {
        if (message.empty() || message.size() > kSentBytesMax) {
            fault("it sends a message of " + std::to_string(message.size()) + " bytes, 1 to " +
                  std::to_string(kSentBytesMax) + " are taken");
            return PETREL_E_INVALID;
        }
        result.sent.emplace_back(message);
        return PETREL_OK;
    }

    void check_pattern() {
        const std::uint32_t room = rig.options_.room;
        const bool behind = std::all_of(bytes.begin() + room * kStride, bytes.end(),
                                        [](unsigned char c) { return c == kPattern; });
        if (!behind) {
            fault("it wrote behind the room of " + std::to_string(room) + " events");
        }
        for (std::uint32_t i = 0; i < room; ++i) {
            const auto* tail = bytes.data() + std::size_t{i} * kStride + sizeof(MarketEvent);
            if (!std::all_of(tail, tail + kStride - sizeof(MarketEvent),
                             [](unsigned char c) { return c == kPattern; })) {
                fault("it stepped by sizeof in place of the stride of " + std::to_string(kStride));
            }
        }
    }

    void flush() {
        if (out.count > rig.options_.room) {
            fault("count is " + std::to_string(out.count) + " with room for " +
                  std::to_string(rig.options_.room));
            out.count = rig.options_.room;
        }
        for (std::uint32_t i = 0; i < out.count; ++i) {
            MarketEvent event;
            std::memcpy(&event, bytes.data() + std::size_t{i} * kStride, sizeof(event));
            std::string wrong = event_fault(event, rig.registry_, received_ns);
            if (!wrong.empty()) {
                fault("event " + event_text(event, rig.registry_) + ": " + wrong);
            }
            if (result.events.size() < kEventsKept) {
                result.events.push_back(event);
            }
        }
        check_pattern();
        std::fill(bytes.begin(), bytes.end(), kPattern);
        out.count = 0;
    }

    void end() {
        if (out.count > 0) {
            flush();
        } else {
            check_pattern();
        }
        if (!is_code(result.code)) {
            fault("it answered " + std::to_string(result.code) + ", which is no status");
        }
        const char* stop = std::find(std::cbegin(error.text), std::cend(error.text), '\0');
        if (result.code < 0) {
            result.reason.assign(std::cbegin(error.text), stop);
            if (stop == std::cend(error.text)) {
                fault("its reason does not end within " + std::to_string(PETREL_ERROR_TEXT) +
                      " bytes");
            } else if (result.reason.empty()) {
                fault("it refused without a reason");
            } else if (result.code == PETREL_E_EXCEPTION) {
                fault("it threw: " + result.reason);
            }
        }
    }

    AdapterRig& rig;
    CallResult& result;
    std::int64_t received_ns;
    std::vector<unsigned char> bytes;
    petrel_decode_out out{};
    petrel_error error{};
};

AdapterRig::AdapterRig(const LoadedPlugin& plugin, ExchangeInstance instance, InputArena& arena,
                       Options options, Passkey)
    : arena_(arena), options_(options), instance_(std::move(instance)),
      registry_([](const SymbolEntry&) { return 0U; }) {
    VenueEntry venue;
    venue.name = plugin.name;
    registry_.add_venue(venue);
    adapter_ = std::make_unique<Adapter>(
        ExchangeHandle{plugin.name, &instance_.table(), instance_.handle()}, 0, *this, *this);
}

Result<std::unique_ptr<AdapterRig>> AdapterRig::make(const LoadedPlugin& plugin,
                                                     const ResolvedConfig& values,
                                                     InputArena& arena, Options options) {
    Result<ExchangeInstance> instance = ExchangeInstance::create(plugin, plugin.name, values);
    if (!instance.ok()) {
        return instance.status();
    }
    return std::make_unique<AdapterRig>(plugin, std::move(instance).value(), arena, options,
                                        Passkey{});
}

std::uint32_t AdapterRig::add(std::uint16_t venue, const petrel_instrument& instrument) {
    const std::size_t before = registry_.instrument_count();
    const std::uint32_t handle = registry_.add(venue, instrument);
    if (registry_.instrument_count() > before) {
        announced_.push_back({handle, instrument, string_of(instrument.native),
                              string_of(instrument.base), string_of(instrument.quote),
                              string_of(instrument.settle)});
    }
    return handle;
}

std::string_view AdapterRig::native(std::uint32_t instrument) const {
    return instrument < registry_.instrument_count()
               ? std::string_view(registry_.instrument(instrument).native)
               : std::string_view(asked_native_);
}

std::uint32_t AdapterRig::handle_of(std::string_view native) const {
    const auto found =
        std::find_if(announced_.begin(), announced_.end(),
                     [&](const AnnouncedInstrument& i) { return i.native == native; });
    return found == announced_.end() ? PETREL_NO_INSTRUMENT : found->handle;
}

CallResult AdapterRig::discover() {
    CallResult result;
    Decoding decoding(*this, result, kReplied_ns);
    arena_.doing("discover()");
    result.code = instance_.table().discover(instance_.handle(), &decoding.out, &decoding.error);
    decoding.end();
    return result;
}

CallResult AdapterRig::frame(std::uint32_t connection, std::string_view text,
                             std::int64_t receive_ts_ns) {
    CallResult result;
    Decoding decoding(*this, result, receive_ts_ns);
    arena_.doing("on_frame()");
    const std::string_view placed = arena_.place(text, options_.padding);
    const petrel_frame abi{sizeof(petrel_frame), connection, placed.data(), placed.size(),
                           receive_ts_ns};
    result.code =
        instance_.table().on_frame(instance_.handle(), &abi, &decoding.out, &decoding.error);
    if (!arena_.intact(text, options_.padding)) {
        decoding.fault("it wrote into the frame");
    }
    arena_.call_ended();
    decoding.end();
    return result;
}

CallResult AdapterRig::reply(const RequestPlan& request, std::uint32_t http_status,
                             std::string_view body) {
    CallResult result;
    Decoding decoding(*this, result, kReplied_ns);
    arena_.doing("on_reply() for " + request.target.substr(0, 120));
    const std::string_view placed = arena_.place(body, options_.padding);
    const petrel_reply abi = reply_to(request, http_status, placed, kReplied_ns);
    result.code =
        instance_.table().on_reply(instance_.handle(), &abi, &decoding.out, &decoding.error);
    if (!arena_.intact(body, options_.padding)) {
        decoding.fault("it wrote into the reply");
    }
    arena_.call_ended();
    decoding.end();
    return result;
}

CallResult AdapterRig::backfill(const StreamGap& gap) {
    CallResult result;
    arena_.doing("backfill()");
    const Status asked = adapter_->backfill(gap);
    result.code = asked.code();
    result.reason = asked.message();
    result.requests = adapter_->take_requests();
    if (!asked.ok() && result.reason.empty()) {
        result.fault = "it refused without a reason";
    }
    return result;
}

Result<FeedPlan> AdapterRig::plan(const std::vector<std::uint32_t>& instruments,
                                  std::uint32_t channels) {
    arena_.doing("plan() for " + std::to_string(instruments.size()) + " symbols");
    return adapter_->plan(instruments, channels);
}

Result<FeedPlan> AdapterRig::plan_for(const std::string& native, std::uint32_t channels) {
    asked_native_ = native;
    arena_.doing("plan() for the symbol " + native);
    return adapter_->plan({PETREL_NO_INSTRUMENT}, channels);
}

void AdapterRig::open(std::uint32_t connection) {
    arena_.doing("on_open(" + std::to_string(connection) + ")");
    adapter_->on_open(connection);
}

}  // namespace petrel::core
