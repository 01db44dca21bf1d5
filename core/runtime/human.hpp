// Figures written for people: short, with a unit, free of locale. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace petrel::core {

// 4104937.6 -> "$4.10M", 53200 -> "$53.2k", 812 -> "$812".
std::string human_usd(double usd);

// 91214.5 -> "91,214.5", 0.00001234 -> "0.00001234": six significant digits, thousands grouped.
std::string human_price(double price);

// 1234567 -> "1,234,567".
std::string human_count(std::uint64_t count);

// Fixed decimals: human_fixed(0.5, 2) -> "0.50".
std::string human_fixed(double value, int decimals);

// 90000 ms -> "90 s", 300 -> "300 ms", 7200000 -> "2 h".
std::string human_duration_ms(std::uint64_t ms);

// "a, b, c"; empty for none.
std::string human_list(std::span<const std::string> words);

}  // namespace petrel::core
