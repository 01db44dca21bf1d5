// Frames through simdjson's on-demand interface; see parse_slow.hpp.
//
// Events are staged and handed over only when the whole frame has been read without fault.
#include "parse_slow.hpp"

#include <algorithm>
#include <bit>

#include "control.hpp"
#include "events.hpp"
#include "json_fields.hpp"
#include "parse.hpp"

namespace petrel::binance {
namespace {

namespace json = simdjson::ondemand;

constexpr std::string_view kBadJson = "not valid JSON, cut short, or a key comes twice";
constexpr std::size_t kStagedFirst = 2048;         // all mark prices of the venue in one frame
constexpr std::size_t kParserFirst = 64U * 1024U;  // and later to the longest frame seen

static_assert(PETREL_FRAME_PADDING >= simdjson::SIMDJSON_PADDING);

// Reads one document: an event, a wrapped event, an array of either, or a control object.
class DocumentReader {
public:
    explicit DocumentReader(EventContext& context) : context_(context) {}

    Decoded read(json::document& document) {
        json::json_type type{};
        if (document.type().get(type) != simdjson::SUCCESS) {
            return Decoded::rejected(kBadJson);
        }
        Decoded decoded = Decoded::rejected("neither a JSON object nor an array");
        if (type == json::json_type::object) {
            json::object object;
            decoded = document.get_object().get(object) == simdjson::SUCCESS
                          ? read_root(object)
                          : Decoded::rejected(kBadJson);
        } else if (type == json::json_type::array) {
            json::array array;
            decoded = document.get_array().get(array) == simdjson::SUCCESS
                          ? read_batch(array)
                          : Decoded::rejected(kBadJson);
        }
        // The place after a document that was read to its end lies out of bounds; anything else
        // means that bytes are left.
        if (decoded.code >= 0 && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
            return Decoded::rejected("text follows the JSON document");
        }
        return decoded;
    }

private:
    Decoded read_root(json::object& object) {
        bool has_data = false;
        Decoded decoded;
        const auto on_data = [&](json::value& value) {
            has_data = true;
            return read_data(value, decoded);
        };
        fields_.clear();
        nested_.clear();
        if (read_fields(object, fields_, &nested_, on_data) != simdjson::SUCCESS) {
            return Decoded::rejected(kBadJson);
        }
        if (has_data) {
            return single(decoded);
        }
        if (fields_[Key::e].present()) {
            return single(read_event(fields_, nested_, context_));
        }
        return read_control(fields_, nested_, context_.out);
    }

    // The value of "data"; only broken JSON is an error here, the verdict goes to `decoded`.
    simdjson::error_code read_data(json::value& value, Decoded& decoded) {
        json::json_type type{};
        if (const auto error = value.type().get(type)) {
            return error;
        }
        if (type == json::json_type::array) {
            json::array array;
            if (const auto error = value.get_array().get(array)) {
                return error;
            }
            decoded = read_batch(array);
            return simdjson::SUCCESS;
        }
        if (type != json::json_type::object) {
            decoded = Decoded::rejected("\"data\" is neither an object nor an array");
            return simdjson::SUCCESS;
        }
        return read_element(value, decoded);
    }

    // Elements have fields of their own: those of the root are still being filled meanwhile.
    simdjson::error_code read_element(json::value& value, Decoded& decoded) {
        json::object object;
        if (const auto error = value.get_object().get(object)) {
            return error;
        }
        element_.clear();
        order_.clear();
        if (const auto error = read_fields(object, element_, &order_, IgnoreData{})) {
            return error;
        }
        decoded = read_event(element_, order_, context_);
        return simdjson::SUCCESS;
    }

    // An array of events: one that cannot be carried is passed over, a bad one spoils the frame.
    Decoded read_batch(json::array& array) {
        bool any = false;
        for (auto element : array) {
            json::value value;
            Decoded decoded;
            if (std::move(element).get(value) != simdjson::SUCCESS ||
                read_element(value, decoded) != simdjson::SUCCESS) {
                return Decoded::rejected(kBadJson);
            }
            if (decoded.code == PETREL_E_REJECTED) {
                return decoded;
            }
            any = any || decoded.code == PETREL_OK;
        }
        return any ? Decoded::done() : Decoded::ignored();
    }

    // Alone in its frame, an event that cannot be carried is refused and so counted.
    static Decoded single(const Decoded& decoded) {
        return decoded.code == PETREL_E_UNSUPPORTED ? Decoded::rejected(decoded.reason) : decoded;
    }

    EventContext& context_;
    Fields fields_;
    Fields nested_;
    Fields element_;
    Fields order_;
};

}  // namespace

struct SlowDecoder::Parser {
    json::parser parser;

    // A document of `text`, which has its padding. The parser's room grows by powers of two, so
    // that frames of slowly rising length do not each allocate.
    simdjson::error_code open(std::string_view text, json::document& document) {
        if (text.size() > parser.capacity()) {
            if (const auto error =
                    parser.allocate(std::bit_ceil(std::max(text.size(), kParserFirst)))) {
                return error;
            }
        }
        return parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
            .get(document);
    }
};

SlowDecoder::SlowDecoder() : parser_(std::make_unique<Parser>()) { staged_.reserve(kStagedFirst); }

SlowDecoder::~SlowDecoder() = default;

Decoded SlowDecoder::decode(const Frame& frame, Contracts& contracts, DecodeOut& out) {
    json::document document;
    if (parser_->open(frame.text, document) != simdjson::SUCCESS) {
        return Decoded::rejected(kBadJson);
    }
    StagedSink sink(staged_, frame.receive_ts_ns);
    EventContext context{contracts, sink, out};
    const Decoded decoded = DocumentReader(context).read(document);
    if (decoded.code == PETREL_OK) {
        sink.commit(out);
    }
    return decoded;
}

Decoded SlowDecoder::decode_interest(const Reply& reply, Contracts& contracts, DecodeOut& out) {
    json::document document;
    json::object object;
    Fields fields;
    if (parser_->open(reply.body, document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS ||
        read_fields(object, fields, nullptr, IgnoreData{}) != simdjson::SUCCESS) {
        return Decoded::rejected("openInterest: the answer is no JSON object");
    }
    if (reply.http_status != 200) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "openInterest: " + error_text(fields));
        return Decoded::rejected("openInterest: the venue answered with an HTTP error");
    }
    StagedSink sink(staged_, reply.receive_ts_ns);
    EventContext context{contracts, sink, out};
    const Decoded decoded = read_interest(fields, reply.instrument, context);
    if (decoded.code == PETREL_OK) {
        sink.commit(out);
    }
    return decoded.code == PETREL_E_UNSUPPORTED ? Decoded::rejected(decoded.reason) : decoded;
}

}  // namespace petrel::binance
