// Keys by name and values by form; see fields.hpp.
#include "fields.hpp"

#include "petrel/decimal.hpp"

namespace petrel::binance {
namespace {

struct NamedKey {
    std::string_view name;
    Key key;
};
constexpr std::array kKeys = {
    NamedKey{"A", Key::A},
    NamedKey{"a", Key::a},
    NamedKey{"ap", Key::ap},
    NamedKey{"B", Key::B},
    NamedKey{"b", Key::b},
    NamedKey{"baseAsset", Key::baseAsset},
    NamedKey{"code", Key::code},
    NamedKey{"contractType", Key::contractType},
    NamedKey{"data", Key::data},
    NamedKey{"deliveryDate", Key::deliveryDate},
    NamedKey{"E", Key::E},
    NamedKey{"e", Key::e},
    NamedKey{"error", Key::error},
    NamedKey{"i", Key::i},
    NamedKey{"id", Key::id},
    NamedKey{"lastUpdateId", Key::lastUpdateId},
    NamedKey{"m", Key::m},
    NamedKey{"marginAsset", Key::marginAsset},
    NamedKey{"msg", Key::msg},
    NamedKey{"o", Key::o},
    NamedKey{"openInterest", Key::openInterest},
    NamedKey{"p", Key::p},
    NamedKey{"q", Key::q},
    NamedKey{"quoteAsset", Key::quoteAsset},
    NamedKey{"r", Key::r},
    NamedKey{"result", Key::result},
    NamedKey{"S", Key::S},
    NamedKey{"s", Key::s},
    NamedKey{"st", Key::st},
    NamedKey{"status", Key::status},
    NamedKey{"symbol", Key::symbol},
    NamedKey{"symbols", Key::symbols},
    NamedKey{"T", Key::T},
    NamedKey{"t", Key::t},
    NamedKey{"time", Key::time},
    NamedKey{"u", Key::u},
    NamedKey{"X", Key::X},
    NamedKey{"z", Key::z},
};
static_assert(kKeys.size() == static_cast<std::size_t>(Key::End));

}  // namespace

Key key_named(std::string_view name) {
    for (const NamedKey& known : kKeys) {
        if (known.name == name) {
            return known.key;
        }
    }
    return Key::End;
}

bool Fields::decimal(Key key, double& value) const {
    const Value& here = (*this)[key];
    if (here.type != ValueType::Text) {
        return false;
    }
    const std::optional<double> parsed = parse_decimal(here.text);
    value = parsed.value_or(0);
    return parsed.has_value();
}

bool Fields::whole(Key key, std::uint64_t& value) const {
    const Value& here = (*this)[key];
    if (here.type != ValueType::Number) {
        return false;
    }
    const std::optional<std::uint64_t> parsed = parse_unsigned(here.text);
    value = parsed.value_or(0);
    return parsed.has_value();
}

bool Fields::boolean(Key key, bool& value) const {
    const Value& here = (*this)[key];
    value = here.type == ValueType::True;
    return value || here.type == ValueType::False;
}

bool Fields::text(Key key, std::string_view& value) const {
    const Value& here = (*this)[key];
    value = here.text;
    return here.type == ValueType::Text;
}

}  // namespace petrel::binance
