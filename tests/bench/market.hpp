// A small market that frames are told of: prices walk, sizes are log-normal, ids count up.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "frames.hpp"

namespace petrel::bench {

struct Symbol {
    std::size_t rank = 0;
    std::string base;
    std::string name;
    std::string lower;
    double price = 0;
    int price_decimals = 2;
    int quantity_decimals = 3;
    std::uint64_t next_id = 0;
};

inline std::string fixed(double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof(text), "%.*f", decimals, value);
    return text;
}

class Market {
public:
    // `frames_per_s`: how many times a second, on average, now_ms() is asked for.
    Market(std::uint64_t seed, std::size_t symbols, double frames_per_s = 5'000)
        : random_(seed), zipf_(symbols), mean_step_ms_(1e3 / frames_per_s) {
        for (std::size_t i = 0; i < symbols; ++i) {
            symbols_.push_back(make(i));
        }
    }

    Symbol& draw() { return symbols_[zipf_.rank(uniform())]; }
    Symbol& in_turn() { return symbols_[turn_++ % symbols_.size()]; }

    double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
    double gauss() { return std::normal_distribution<double>(0, 1)(random_); }
    bool coin() { return (random_() & 1U) != 0; }
    std::uint64_t below(std::uint64_t n) { return random_() % n; }

    std::string price(Symbol& symbol) {
        symbol.price *= 1 + gauss() * 0.0001;
        return fixed(symbol.price, symbol.price_decimals);
    }
    std::string quantity(const Symbol& symbol, double notional) {
        const double q = notional * std::exp(gauss() * 1.4) / symbol.price;
        return fixed(std::max(q, std::pow(10.0, -symbol.quantity_decimals)),
                     symbol.quantity_decimals);
    }
    std::int64_t now_ms() {
        clock_ms_ += -std::log(uniform() + 1e-12) * mean_step_ms_;
        return kStartMs + static_cast<std::int64_t>(clock_ms_);
    }

    std::string uuid() {
        char id[64];
        std::snprintf(
            id, sizeof(id), "%08x-%04x-5%03x-a%03x-%012llx",
            static_cast<unsigned>(below(1ULL << 32)), static_cast<unsigned>(below(1U << 16)),
            static_cast<unsigned>(below(1U << 12)), static_cast<unsigned>(below(1U << 12)),
            static_cast<unsigned long long>(below(1ULL << 48)));
        return id;
    }
    [[nodiscard]] const std::vector<Symbol>& symbols() const { return symbols_; }

private:
    static constexpr std::int64_t kStartMs = 1'751'328'000'000;

    static Symbol make(std::size_t i) {
        constexpr const char* known[] = {"BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "ADA", "AVAX"};
        Symbol symbol;
        symbol.rank = i;
        symbol.base = i < std::size(known) ? known[i] : "C" + std::to_string(100 + i);
        symbol.name = symbol.base + "USDT";
        for (const char c : symbol.name) {
            symbol.lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        }
        symbol.price = i == 0 ? 67'123.0 : i == 1 ? 3'456.0 : 200.0 / static_cast<double>(i);
        symbol.price_decimals = symbol.price >= 100 ? 2 : symbol.price >= 1 ? 4 : 6;
        symbol.quantity_decimals = symbol.price >= 100 ? 3 : 1;
        symbol.next_id = 1'000'000'000 + i * 7'919'333;
        return symbol;
    }

    std::mt19937_64 random_;
    std::vector<Symbol> symbols_;
    Zipf zipf_;
    std::size_t turn_ = 0;
    double mean_step_ms_;
    double clock_ms_ = 0;
};

inline std::string number(std::int64_t value) { return std::to_string(value); }

}  // namespace petrel::bench
