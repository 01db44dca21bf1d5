// Base64 is written out here, because OpenSSL's takes what is none.
#include "kit/encoding.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace petrel::kit {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::int64_t kNanoseconds = 1'000'000'000;

struct Civil {
    int year;
    unsigned month, day, weekday;
    int hour, minute, second;
};

Civil civil_utc(std::int64_t ns) {
    namespace ch = std::chrono;
    const ch::sys_seconds at{ch::floor<ch::seconds>(ch::nanoseconds(ns))};
    const ch::sys_days day = ch::floor<ch::days>(at);
    const ch::year_month_day date(day);
    const ch::hh_mm_ss time(at - day);
    return {static_cast<int>(date.year()),           static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),       ch::weekday(day).c_encoding(),
            static_cast<int>(time.hours().count()),  static_cast<int>(time.minutes().count()),
            static_cast<int>(time.seconds().count())};
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t word = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            word =
                word << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            const bool padding = i + j > bytes.size();
            out.push_back(padding ? '=' : kAlphabet[word >> (18 - 6 * j) & 0x3f]);
        }
    }
    return out;
}

std::optional<std::string> base64_decoded(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string out;
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pads = i + padding >= text.size();
        const std::size_t digit = pads ? 0 : kAlphabet.find(text[i]);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        word = word << 6 | static_cast<std::uint32_t>(digit);
        if (i % 4 == 3) {
            out.push_back(static_cast<char>(word >> 16 & 0xff));
            out.push_back(static_cast<char>(word >> 8 & 0xff));
            out.push_back(static_cast<char>(word & 0xff));
        }
    }
    out.resize(out.size() - padding);
    return out;
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(kHexDigits[byte >> 4]);
        out.push_back(kHexDigits[byte & 0xf]);
    }
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned int length = 0;
    const unsigned char* made =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data(), &length);
    return made == nullptr ? std::string()
                           : std::string(reinterpret_cast<const char*>(sum.data()), length);
}

std::string rfc3339(std::int64_t ns) {
    const Civil c = civil_utc(ns);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", c.year, c.month,
                  c.day, c.hour, c.minute, c.second);
    return text.data();
}

std::string rfc5322_date(std::int64_t ns) {
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Civil c = civil_utc(ns);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  kDays[c.weekday % 7], c.day, kMonths[(c.month - 1) % 12], c.year, c.hour,
                  c.minute, c.second);
    return text.data();
}

std::string unix_seconds(std::int64_t ns) { return std::to_string(ns / kNanoseconds); }

std::optional<std::int64_t> http_date_s(std::string_view text) {
    constexpr std::size_t length = 29;
    std::tm time{};
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());  // whatever the process has set
    in >> std::get_time(&time, "%a, %d %b %Y %H:%M:%S GMT");
    const bool whole = text.size() == length && !in.fail() && in.peek() == EOF;
    return whole ? std::optional<std::int64_t>(::timegm(&time)) : std::nullopt;
}

std::string as_token(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
        out += plain ? std::string(1, c) : "~" + hex(std::string_view(&c, 1));
    }
    return out;
}

}  // namespace petrel::kit
