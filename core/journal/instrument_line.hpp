// The definition of an instrument as a line of text: what a handle in the events that follow means.
//
// Written and read here alone. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace petrel::core::journal {

struct InstrumentLine {
    std::uint32_t handle = 0;
    std::string venue;
    std::string native;
    std::string base;
    std::string quote;
    std::uint32_t type = 0;
    double price_divisor = 1;
    std::int64_t expiry_ns = 0;
};

// Eight fields between tabs, and a line break.
std::string instrument_text(const InstrumentLine& instrument);

// False when the line (without its break) is none that instrument_text wrote.
bool parse_instrument(std::string_view line, InstrumentLine& instrument);

}  // namespace petrel::core::journal
