// One adapter, one registry, no shard.
#include "replay/decode.hpp"

#include <fstream>
#include <iterator>

#include "normaliser/instrument_registry.hpp"
#include "pipeline_parts.hpp"
#include "plugin/plugin_instance.hpp"
#include "replay/frame_line.hpp"
#include "replay/line_reader.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kSampleEvents = 2048;

// The adapter, its host side, and what came of a frame.
class Decoder {
public:
    Decoder(const DecodeOptions& options, ExchangeInstance adapter)
        : options_(options), adapter_(std::move(adapter)),
          registry_([](const SymbolEntry&) { return 0U; }),
          venue_(registry_.add_venue(venue_entry(options.plugin->name, adapter_.table()))),
          events_(kSampleEvents) {
        out_.size = sizeof(out_);
        out_.capacity = static_cast<std::uint32_t>(events_.size());
        out_.stride = sizeof(MarketEvent);
        out_.events = events_.data();
        out_.context = this;
        out_.flush = [](petrel_decode_out* o) {
            self(o).print({o->events, o->count});
            o->count = 0;
            return static_cast<std::int32_t>(PETREL_OK);
        };
        out_.instrument = [](petrel_decode_out* o, const petrel_instrument* instrument) {
            return self(o).registry_.add(self(o).venue_, *instrument);
        };
        out_.notice = [](petrel_decode_out* o, const petrel_notice*) { ++self(o).summary.notices; };
        out_.request = [](petrel_decode_out*, const petrel_http_request*) {};
    }

    [[nodiscard]] bool speaks_for(std::string_view venue) const {
        return registry_.find_venue(venue) == venue_;
    }

    Status read_instruments() {
        std::ifstream file(options_.instruments, std::ios::binary);
        if (!file) {
            return Status::io("cannot open " + options_.instruments);
        }
        std::string body((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        const std::size_t length = body.size();
        body.append(PETREL_FRAME_PADDING, '\0');
        petrel_reply reply{};
        reply.size = sizeof(reply);
        reply.http_status = 200;
        reply.purpose = PETREL_REQUEST_DISCOVERY;
        reply.instrument = PETREL_NO_INSTRUMENT;
        reply.data = body.data();
        reply.length = length;
        petrel_error error{};
        error.size = sizeof(error);
        if (adapter_.table().on_reply(adapter_.handle(), &reply, &out_, &error) < 0) {
            return Status::rejected(options_.instruments + " is no instrument reply of " +
                                    options_.plugin->name + ": " + error.text);
        }
        summary.instruments = registry_.instrument_count();
        return {};
    }

    void frame(std::string_view text, std::int64_t receive_ts_ns, const std::string& place) {
        ++summary.frames;
        petrel_error error{};
        error.size = sizeof(error);
        const petrel_frame abi{sizeof(petrel_frame), 0, text.data(), text.size(), receive_ts_ns};
        const std::int32_t status =
            adapter_.table().on_frame(adapter_.handle(), &abi, &out_, &error);
        if (out_.count > 0) {
            out_.flush(&out_);
        }
        if (status == PETREL_IGNORED) {
            ++summary.ignored;
        } else if (status < 0 && summary.rejected[error.text]++ == 0) {
            summary.first_case[error.text] = place;
        }
    }

    DecodeSummary summary;

private:
    static Decoder& self(petrel_decode_out* out) { return *static_cast<Decoder*>(out->context); }

    void print(std::span<const MarketEvent> events) {
        for (const MarketEvent& event : events) {
            ++summary.events;
            DecodedEvent decoded{&event, options_.plugin->name, "", ""};
            if (event.instrument < registry_.instrument_count()) {
                const InstrumentEntry& instrument = registry_.instrument(event.instrument);
                decoded.instrument = instrument.native;
                decoded.symbol = registry_.symbol(instrument.symbol).name;
            }
            options_.on_event(decoded);
        }
    }

    const DecodeOptions& options_;
    ExchangeInstance adapter_;
    InstrumentRegistry registry_;
    VenueId venue_;
    std::vector<MarketEvent> events_;
    petrel_decode_out out_{};
};

// A captured line names its venue; anything else is a bare frame.
void decode_line(std::string_view text, LineReader& lines, FrameLine& line, Decoder& decoder) {
    if (text.empty()) {
        return;
    }
    if (line.parse(text).empty()) {
        if (line.kind() != LineKind::Frame) {
            return;
        }
        if (decoder.speaks_for(line.venue())) {
            decoder.frame(line.raw(), line.receive_ts_ns(), lines.place());
        } else {
            ++decoder.summary.other_venue;
        }
        return;
    }
    decoder.frame(text, 0, lines.place());
}

}  // namespace

Result<DecodeSummary> run_decode(const DecodeOptions& options) {
    Result<ExchangeInstance> adapter =
        ExchangeInstance::create(*options.plugin, options.plugin->name, options.values);
    if (!adapter.ok()) {
        return adapter.status();
    }
    Decoder decoder(options, std::move(adapter).value());
    if (!options.instruments.empty()) {
        if (Status read = decoder.read_instruments(); !read.ok()) {
            return read;
        }
    }
    Result<std::unique_ptr<LineReader>> lines =
        LineReader::open(options.frames == "-" ? "/dev/stdin" : options.frames);
    if (!lines.ok()) {
        return lines.status();
    }
    FrameLine line;
    std::string_view text;
    for (;;) {
        Result<bool> more = (*lines)->next(text);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            return std::move(decoder.summary);
        }
        decode_line(text, **lines, line, decoder);
    }
}

}  // namespace petrel::core
