// Numbers are written and read without any locale.
#include "journal/instrument_line.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

namespace petrel::core::journal {
namespace {

constexpr std::size_t kNameBytesMax = 256;

// A tab or a line break in a name would make another field or line of it.
std::string plain(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
    text.resize(std::min(text.size(), kNameBytesMax));
    return text;
}

std::vector<std::string_view> split_tabs(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t tab = line.find('\t');
        fields.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) {
            return fields;
        }
        line.remove_prefix(tab + 1);
    }
}

template <typename Number>
bool parse(std::string_view text, Number& value) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

}  // namespace

std::string instrument_text(const InstrumentLine& instrument) {
    char numbers[96];
    std::snprintf(numbers, sizeof(numbers), "\t%u\t%.17g\t%lld\n", instrument.type,
                  instrument.price_divisor, static_cast<long long>(instrument.expiry_ns));
    return std::to_string(instrument.handle) + "\t" + plain(instrument.venue) + "\t" +
           plain(instrument.native) + "\t" + plain(instrument.base) + "\t" +
           plain(instrument.quote) + numbers;
}

bool parse_instrument(std::string_view line, InstrumentLine& instrument) {
    constexpr std::size_t line_bytes_max = 5 * kNameBytesMax;
    if (line.size() > line_bytes_max) {
        return false;
    }
    const std::vector<std::string_view> fields = split_tabs(line);
    if (fields.size() != 8) {
        return false;
    }
    instrument.venue = fields[1];
    instrument.native = fields[2];
    instrument.base = fields[3];
    instrument.quote = fields[4];
    return parse(fields[0], instrument.handle) && parse(fields[5], instrument.type) &&
           parse(fields[6], instrument.price_divisor) && parse(fields[7], instrument.expiry_ns) &&
           std::isfinite(instrument.price_divisor) && instrument.price_divisor > 0;
}

}  // namespace petrel::core::journal
