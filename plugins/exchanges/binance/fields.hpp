// The members of a JSON object that the adapter knows, each by the venue's key, as raw values.
//
// Between simdjson (json_fields.hpp) and meaning (events.hpp, control.hpp): filled once for each
// object on the slow way, read by whoever knows what the object is. Texts point into the parser's
// buffer and hold until its next document. No allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace petrel::binance {

enum class Key : std::uint8_t {
    A,
    a,
    ap,
    B,
    b,
    baseAsset,
    code,
    contractType,
    data,
    deliveryDate,
    E,
    e,
    error,
    i,
    id,
    lastUpdateId,
    m,
    marginAsset,
    msg,
    o,
    openInterest,
    p,
    q,
    quoteAsset,
    r,
    result,
    S,
    s,
    st,
    status,
    symbol,
    symbols,
    T,
    t,
    time,
    u,
    X,
    z,
    End,
};

// The key of that name, Key::End for one that the adapter does not know.
Key key_named(std::string_view name);

enum class ValueType : std::uint8_t { Absent, Text, Number, True, False, Null, Object, Array };

struct Value {
    ValueType type = ValueType::Absent;
    std::string_view text;  // what a string says, or the digits of a number

    [[nodiscard]] bool present() const { return type != ValueType::Absent; }
    [[nodiscard]] bool is_text(std::string_view wanted) const {
        return type == ValueType::Text && text == wanted;
    }
};

class Fields {
public:
    Value& operator[](Key key) { return values_[static_cast<std::size_t>(key)]; }
    const Value& operator[](Key key) const { return values_[static_cast<std::size_t>(key)]; }

    // What the member says, when it is there and of that form. Decimals come as strings.
    [[nodiscard]] bool decimal(Key key, double& value) const;
    [[nodiscard]] bool whole(Key key, std::uint64_t& value) const;
    [[nodiscard]] bool boolean(Key key, bool& value) const;
    [[nodiscard]] bool text(Key key, std::string_view& value) const;

    void clear() { values_.fill(Value{}); }

private:
    std::array<Value, static_cast<std::size_t>(Key::End)> values_{};
};

}  // namespace petrel::binance
