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
    bool history;  // what a backfill brings
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

std::uint32_t FrameSource::handle_of(VenueId venue, std::string_view native) const {
    for (std::size_t i = 0; !native.empty() && i < registry_.instrument_count(); ++i) {
        const InstrumentEntry& entry = registry_.instrument(static_cast<InstrumentId>(i));
        if (entry.venue == venue && entry.native == native) {
            return static_cast<std::uint32_t>(i);
        }
    }
    return PETREL_NO_INSTRUMENT;
}

std::int32_t FrameSource::call(const ReplayAdapter& adapter, petrel_decode_out& out,
                               petrel_error& error) {
    if (line_.kind() == LineKind::Reply) {
        petrel_reply reply{};
        reply.size = sizeof(reply);
        reply.http_status = line_.http_status();
        reply.tag = line_.tag();
        reply.purpose = line_.purpose();
        reply.instrument = handle_of(adapter.venue, line_.native());
        reply.data = line_.raw().data();
        reply.length = line_.raw().size();
        reply.receive_ts_ns = line_.receive_ts_ns();
        return adapter.table->on_reply(adapter.instance, &reply, &out, &error);
    }
    const petrel_frame frame{sizeof(petrel_frame), line_.connection(), line_.raw().data(),
                             line_.raw().size(), line_.receive_ts_ns()};
    return adapter.table->on_frame(adapter.instance, &frame, &out, &error);
}

void FrameSource::tell(const ReplayAdapter& adapter) {
    if (line_.kind() == LineKind::Open) {
        adapter.table->on_open(adapter.instance, line_.connection());
        return;
    }
    if (line_.kind() == LineKind::End) {
        return;
    }
    Sink sink{this, adapter.venue, line_.purpose() == PETREL_REQUEST_BACKFILL};
    petrel_decode_out out{};
    out.size = sizeof(out);
    out.capacity = static_cast<std::uint32_t>(decoded_.size());
    out.stride = sizeof(MarketEvent);
    out.events = decoded_.data();
    out.context = &sink;
    out.flush = [](petrel_decode_out* o) {
        const auto& s = *static_cast<Sink*>(o->context);
        for (std::uint32_t i = 0; s.history && i < o->count; ++i) {
            o->events[i].flags |= PETREL_FLAG_LATE;
        }
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
    const std::int32_t status = call(adapter, out, error);
    if (out.count > 0) {
        out.flush(&out);
    }
    if (status < 0) {
        const char* what =
            line_.kind() == LineKind::Reply ? "reply rejected: " : "frame rejected: ";
        figures_.skip(std::string(what) + error.text, reader_->place());
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
            if (reader_->torn()) {
                figures_.skip("the recording ends in the middle of a line", reader_->place());
            }
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
        tell(*adapter);
    }
    figures_.bytes = reader_->bytes_read();
    return std::span<const MarketEvent>(batch_);
}

}  // namespace petrel::core
