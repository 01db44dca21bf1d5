// Decoding outside a connection: acks and requests of the adapter have nowhere to go and are
// dropped; bad frames are counted by the adapter's reason.
#include "replay/frame_source.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr std::size_t kFrameBatch = 1024;
constexpr std::size_t kFrameEvents = 2048;

}  // namespace

struct FrameSource::Sink {
    FrameSource* source;
    VenueId venue;
};

FrameSource::FrameSource(std::unique_ptr<LineReader> reader, std::vector<ReplayAdapter> adapters,
                         InstrumentRegistry& registry, Normaliser& normaliser)
    : reader_(std::move(reader)), adapters_(std::move(adapters)), registry_(registry),
      normaliser_(normaliser), decoded_(kFrameEvents) {
    figures_.bytes_total = reader_->bytes_total();
}

const ReplayAdapter* FrameSource::adapter_of(std::string_view venue) const {
    const std::size_t id = registry_.find_venue(venue);
    for (const ReplayAdapter& adapter : adapters_) {
        if (adapter.venue == id) {
            return &adapter;
        }
    }
    return nullptr;
}

void FrameSource::take(VenueId venue, std::span<MarketEvent> events) {
    for (MarketEvent& event : events) {
        // A recorder may not have known the time; the exchange's own then stands in.
        if (event.receive_ts_ns == 0) {
            event.receive_ts_ns = event.exchange_ts_ns;
        }
        // The merge needs an order that never steps back.
        event.receive_ts_ns = std::max(event.receive_ts_ns, last_receive_ns_);
        last_receive_ns_ = event.receive_ts_ns;
    }
    const std::size_t kept = normaliser_.accept(venue, events);
    batch_.insert(batch_.end(), events.begin(), events.begin() + static_cast<std::ptrdiff_t>(kept));
}

void FrameSource::decode(const ReplayAdapter& adapter, std::string_view frame,
                         std::int64_t receive_ts_ns) {
    Sink sink{this, adapter.venue};
    petrel_decode_out out{};
    out.size = sizeof(out);
    out.capacity = static_cast<std::uint32_t>(decoded_.size());
    out.stride = sizeof(MarketEvent);
    out.events = decoded_.data();
    out.context = &sink;
    out.flush = [](petrel_decode_out* o) {
        const auto& s = *static_cast<Sink*>(o->context);
        s.source->take(s.venue, {o->events, o->count});
        o->count = 0;
        return static_cast<std::int32_t>(PETREL_OK);
    };
    out.instrument = [](petrel_decode_out* o, const petrel_instrument* instrument) {
        const auto& s = *static_cast<Sink*>(o->context);
        return s.source->registry_.add(s.venue, *instrument);
    };
    out.notice = [](petrel_decode_out*, const petrel_notice*) {};
    out.request = [](petrel_decode_out*, const petrel_http_request*) {};
    petrel_error error{};
    error.size = sizeof(error);
    petrel_frame abi{sizeof(petrel_frame), 0, frame.data(), frame.size(), receive_ts_ns};
    const std::int32_t status = adapter.table->on_frame(adapter.instance, &abi, &out, &error);
    if (out.count > 0) {
        out.flush(&out);
    }
    if (status < 0) {
        figures_.skip(std::string("frame rejected: ") + error.text, reader_->place());
    }
}

Result<std::span<const MarketEvent>> FrameSource::next() {
    batch_.clear();
    std::string_view text;
    while (batch_.size() < kFrameBatch) {
        Result<bool> more = reader_->next(text);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            break;
        }
        if (text.empty()) {
            continue;
        }
        ++figures_.records;
        if (const std::string_view wrong = line_.parse(text); !wrong.empty()) {
            figures_.skip(std::string(wrong), reader_->place());
            continue;
        }
        const ReplayAdapter* adapter = adapter_of(line_.venue());
        if (adapter == nullptr) {
            figures_.skip("no exchange plugin answers to the venue '" +
                              std::string(line_.venue().substr(0, 32)) + "'",
                          reader_->place());
            continue;
        }
        decode(*adapter, line_.raw(), line_.receive_ts_ns());
    }
    figures_.bytes = reader_->bytes_read();
    return std::span<const MarketEvent>(batch_);
}

}  // namespace petrel::core
