// What one frame says, in the venue's own units: the value that the two readers (the fast walk of
// the known layout and the general one) both produce and that becomes events in one place.
//
// Reused from frame to frame, so that a frame allocates nothing once the buffers have grown.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bounds.hpp"
#include "contracts.hpp"

namespace petrel::bybit {

enum class Channel : std::uint8_t { None, Trade, Liquidation, Ticker, Book };

// A trade or a liquidation.
struct Entry {
    std::uint64_t time_ms = 0;
    double price = 0;
    double quantity = 0;
    std::uint64_t id = 0;
    Side side = Side::None;

    friend bool operator==(const Entry&, const Entry&) = default;
};

enum class TickerField : std::uint8_t {
    MarkPrice,
    IndexPrice,
    FundingRate,
    FundingIntervalHour,
    NextFundingTime,
    OpenInterest,
    OpenInterestValue,
    SingleOpenInterest,
    SingleOpenInterestValue,
    None,
};
inline constexpr std::size_t kTickerFields = static_cast<std::size_t>(TickerField::None);

// The field of that name, None for one that says nothing to us.
inline TickerField ticker_field(std::string_view name) {
    const auto either = [name](std::string_view text, TickerField field) {
        return name == text ? field : TickerField::None;
    };
    switch (name.size()) {  // no two names of interest have the same length
        case 9:
            return either("markPrice", TickerField::MarkPrice);
        case 10:
            return either("indexPrice", TickerField::IndexPrice);
        case 11:
            return either("fundingRate", TickerField::FundingRate);
        case 12:
            return either("openInterest", TickerField::OpenInterest);
        case 15:
            return either("nextFundingTime", TickerField::NextFundingTime);
        case 17:
            return either("openInterestValue", TickerField::OpenInterestValue);
        case 18:
            return either("singleOpenInterest", TickerField::SingleOpenInterest);
        case 19:
            return either("fundingIntervalHour", TickerField::FundingIntervalHour);
        case 23:
            return either("singleOpenInterestValue", TickerField::SingleOpenInterestValue);
        default:
            return TickerField::None;
    }
}

// Fields of a ticker frame; one that is absent from the frame is unchanged.
class TickerFields {
public:
    void set(TickerField field, double value) {
        values_[static_cast<std::size_t>(field)] = value;
        present_ |= bit(field);
    }
    void unset(TickerField field) { present_ &= ~bit(field); }
    [[nodiscard]] bool has(TickerField field) const { return (present_ & bit(field)) != 0; }
    [[nodiscard]] bool empty() const { return present_ == 0; }
    [[nodiscard]] double operator[](TickerField field) const {
        return values_[static_cast<std::size_t>(field)];
    }
    void clear() { present_ = 0; }

    friend bool operator==(const TickerFields& a, const TickerFields& b) {
        bool equal = a.present_ == b.present_;
        for (std::size_t i = 0; i < kTickerFields; ++i) {
            const auto field = static_cast<TickerField>(i);
            equal = equal && (!a.has(field) || a[field] == b[field]);
        }
        return equal;
    }

private:
    static std::uint32_t bit(TickerField field) { return 1U << static_cast<unsigned>(field); }
    std::array<double, kTickerFields> values_{};
    std::uint32_t present_ = 0;
};

struct Level {
    double price = 0;
    double quantity = 0;  // 0: that side of the book is empty

    friend bool operator==(const Level&, const Level&) = default;
};

struct Book {
    Level bid;
    Level ask;
    std::uint64_t update = 0;

    friend bool operator==(const Book&, const Book&) = default;
};

enum class Update : std::uint8_t { Delta, Snapshot };

struct Content {
    Channel channel = Channel::None;
    Update update = Update::Delta;
    Contract* contract = nullptr;
    std::uint64_t time_ms = 0;   // Ticker, Book; entries bring their own
    std::vector<Entry> entries;  // Trade, Liquidation
    TickerFields ticker;         // Ticker
    Book book;                   // Book
    bool times_fit = true;       // of all entries
    bool figures_fit = true;     // of all entries

    // Takes note of what write_events() must know of an entry before it writes the first one.
    void check(const Entry& entry) {
        times_fit = times_fit && time_fits(entry.time_ms);
        figures_fit = figures_fit && bybit::figures_fit(entry.price, entry.quantity);
    }

    void clear() {
        channel = Channel::None;
        contract = nullptr;
        time_ms = 0;
        times_fit = true;
        figures_fit = true;
        entries.clear();
        ticker.clear();
        book = {};
    }
};

// Nobody sends more than 1024 trades in a frame; a message of the longest size can hold so many.
inline constexpr std::size_t kEntriesMax = 16384;

}  // namespace petrel::bybit
