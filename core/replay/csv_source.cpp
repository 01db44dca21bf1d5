// Column-driven reading. A bad line is counted with its reason and place, and passed over.
#include "replay/csv_source.hpp"

#include <algorithm>
#include <filesystem>

#include "petrel/decimal.hpp"
#include "replay/native_symbol.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kBatch = 1024;

void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    for (;;) {
        const std::size_t comma = line.find(',');
        fields.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) {
            return;
        }
        line.remove_prefix(comma + 1);
    }
}

bool read_number(std::string_view text, double& value) {
    const std::optional<double> parsed = parse_decimal(text);
    value = parsed.value_or(0);
    return value > 0;
}

bool read_integer(std::string_view text, std::int64_t& value) {
    if (text.empty() || text.size() > 18) {
        return false;
    }
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    return true;
}

// The venue's part of "liquidations.<venue>.2025-01-27.csv".
std::string venue_in(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename().string();
    const std::size_t first = name.find('.');
    const std::size_t second = first == std::string::npos ? first : name.find('.', first + 1);
    return second == std::string::npos ? std::string() : name.substr(first + 1, second - first - 1);
}

}  // namespace

CsvSource::CsvSource(std::unique_ptr<LineReader> reader, InstrumentRegistry& registry,
                     Normaliser& normaliser)
    : reader_(std::move(reader)), registry_(registry), normaliser_(normaliser) {
    figures_.bytes_total = reader_->bytes_total();
}

Result<std::unique_ptr<EventSource>> CsvSource::open(const std::string& path,
                                                     InstrumentRegistry& registry,
                                                     Normaliser& normaliser) {
    auto reader = LineReader::open(path);
    if (!reader.ok()) {
        return reader.status();
    }
    auto source = std::make_unique<CsvSource>(std::move(*reader), registry, normaliser);
    if (Status header = source->read_header(); !header.ok()) {
        return header;
    }
    return std::unique_ptr<EventSource>(std::move(source));
}

Status CsvSource::find_venue(std::string_view name, VenueId& venue) const {
    const std::size_t found = registry_.find_venue(name);
    if (found == InstrumentRegistry::kVenuesMax) {
        return Status::invalid(reader_->path() + ": no exchange plugin answers to the venue '" +
                               std::string(name) +
                               "'. Name the file kind.<venue>.csv after a loaded one "
                               "(petrel plugin list shows them); "
                               "docs/reference/recordings.md has the rules");
    }
    venue = static_cast<VenueId>(found);
    return {};
}

Status CsvSource::read_header() {
    std::string_view line;
    Result<bool> read = reader_->next(line);
    if (!read.ok()) {
        return read.status();
    }
    std::vector<std::string_view> names;
    split(*read ? line : std::string_view(), names);
    const auto find = [&](std::string_view name) {
        const auto at = std::find(names.begin(), names.end(), name);
        return at == names.end() ? kAbsent : static_cast<std::size_t>(at - names.begin());
    };
    place_.fill(kAbsent);
    place_[kSymbol] = find("symbol");
    place_[kPrice] = find("price");
    place_[kTime] = find("trade_time_ms");
    if (find("is_buyer_maker") != kAbsent) {
        layout_ = Layout::Trades;
        place_[kQuantity] = find("quantity");
        place_[kTradeId] = find("agg_trade_id");
        place_[kBuyerMaker] = find("is_buyer_maker");
    } else if (find("position_side") != kAbsent) {
        layout_ = Layout::Liquidations;
        place_[kVenue] = find("venue");
        place_[kSide] = find("position_side");
        place_[kQuantity] = find("quantity_base");
        place_[kTime] = find("event_time_ms");
    } else {
        layout_ = Layout::ForcedOrders;
        place_[kSide] = find("side");
        place_[kQuantity] = find("filled_quantity");
        place_[kAveragePrice] = find("average_price");
        place_[kStatus] = find("order_status");
    }
    const std::vector<Column> needed =
        layout_ == Layout::Trades
            ? std::vector<Column>{kSymbol, kPrice, kQuantity, kTime, kTradeId, kBuyerMaker}
        : layout_ == Layout::Liquidations
            ? std::vector<Column>{kVenue, kSymbol, kSide, kQuantity, kPrice, kTime}
            : std::vector<Column>{kSymbol, kSide, kQuantity, kPrice, kAveragePrice, kTime};
    for (const Column column : needed) {
        if (place_[column] == kAbsent) {
            return Status::invalid(reader_->place() +
                                   ": the columns are none of the layouts that replay reads. "
                                   "docs/reference/recordings.md lists them");
        }
    }
    return layout_ == Layout::Liquidations ? Status()
                                           : find_venue(venue_in(reader_->path()), file_venue_);
}

std::string_view CsvSource::field(Column column) const {
    return place_[column] < fields_.size() ? fields_[place_[column]] : std::string_view();
}

const CsvSource::Known& CsvSource::instrument(VenueId venue, std::string_view native) {
    std::string key = std::to_string(venue);
    key.append("/").append(native);
    if (const auto found = known_.find(key); found != known_.end()) {
        return found->second;
    }
    const Result<NativeSymbol> parts = split_native(native);
    Known known;
    if (parts.ok()) {
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type =
            parts->expiry_ns == 0 ? PETREL_INSTRUMENT_PERPETUAL : PETREL_INSTRUMENT_FUTURE;
        instrument.native = text_of(native);
        instrument.base = text_of(parts->base);
        instrument.quote = text_of(parts->quote);
        instrument.settle = text_of(parts->quote);
        instrument.base_per_unit = parts->multiplier;
        instrument.price_divisor = parts->multiplier;
        instrument.expiry_ns = parts->expiry_ns;
        known = {registry_.add(venue, instrument), parts->multiplier, parts->usd_quote};
    }
    return known_.emplace(std::move(key), known).first->second;
}

std::string_view CsvSource::parse_side(MarketEvent& event) const {
    if (layout_ == Layout::Trades) {
        const std::string_view maker = field(kBuyerMaker);
        if (maker != "True" && maker != "False" && maker != "true" && maker != "false") {
            return "is_buyer_maker is neither True nor False";
        }
        event.kind = PETREL_EVENT_TRADE;
        event.side = maker[0] == 'T' || maker[0] == 't' ? PETREL_SIDE_SELL : PETREL_SIDE_BUY;
        return {};
    }
    event.kind = PETREL_EVENT_LIQUIDATION;
    const std::string_view side = field(kSide);
    const bool order = layout_ == Layout::ForcedOrders;
    // A forced sell closes a long; a position side speaks for itself.
    if (side == (order ? "SELL" : "long")) {
        event.side = PETREL_SIDE_LONG;
    } else if (side == (order ? "BUY" : "short")) {
        event.side = PETREL_SIDE_SHORT;
    } else {
        return "side is none of the expected";
    }
    return {};
}

std::string_view CsvSource::parse(MarketEvent& event, VenueId& venue) {
    event = {};
    event.count = 1;
    if (const std::string_view wrong = parse_side(event); !wrong.empty()) {
        return wrong;
    }
    const std::string_view status = field(kStatus);
    if (!status.empty() && status != "FILLED") {
        return "order is not filled";
    }
    venue = file_venue_;
    if (layout_ == Layout::Liquidations) {
        const std::size_t found = registry_.find_venue(field(kVenue));
        if (found == InstrumentRegistry::kVenuesMax) {
            return "no exchange plugin answers to the venue";
        }
        venue = static_cast<VenueId>(found);
    }
    std::int64_t time_ms = 0;
    double price = 0;
    double quantity = 0;
    const std::string_view average = field(kAveragePrice);
    if (!read_integer(field(kTime), time_ms) || !read_number(field(kQuantity), quantity) ||
        !read_number(average.empty() ? field(kPrice) : average, price)) {
        return "price, quantity or time is no positive number";
    }
    if (std::int64_t id = 0; layout_ == Layout::Trades) {
        if (!read_integer(field(kTradeId), id)) {
            return "trade id is no integer";
        }
        event.id = static_cast<std::uint64_t>(id);
    }
    const Known& known = instrument(venue, field(kSymbol));
    if (known.id == PETREL_NO_INSTRUMENT) {
        return "symbol is no pair of known currencies";
    }
    if (!known.usd_quote) {
        return "quote currency has no USD value";
    }
    event.instrument = known.id;
    event.exchange_ts_ns = time_ms * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = price / known.multiplier;
    event.quantity = quantity * known.multiplier;
    event.notional_usd = price * quantity;
    return {};
}

Result<std::span<const MarketEvent>> CsvSource::next() {
    batch_.clear();
    std::string_view line;
    while (batch_.size() < kBatch) {
        Result<bool> more = reader_->next(line);
        if (!more.ok()) {
            return more.status();
        }
        if (!*more) {
            break;
        }
        ++figures_.records;
        split(line, fields_);
        MarketEvent event;
        VenueId venue = 0;
        if (const std::string_view wrong = parse(event, venue); !wrong.empty()) {
            figures_.skip(std::string(wrong), reader_->place());
            continue;
        }
        if (normaliser_.accept(venue, {&event, 1}) == 1) {
            batch_.push_back(event);
        }
    }
    figures_.bytes = reader_->bytes_read();
    return std::span<const MarketEvent>(batch_);
}

}  // namespace petrel::core
