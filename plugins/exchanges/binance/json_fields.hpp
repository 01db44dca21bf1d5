// Reads simdjson objects into Fields. Included only by the files that hold a simdjson parser.
//
// One level deep: an object under "o" or "error" goes to `nested`; other objects and arrays are
// noted by their type and skipped. A known key that comes twice is an error, for the venue sends
// none and readers of JSON differ on which of the two counts.
#pragma once

#include <simdjson.h>

#include "fields.hpp"

namespace petrel::binance {

inline simdjson::error_code read_value(simdjson::ondemand::value& json, Value& value) {
    simdjson::ondemand::json_type type{};
    if (const auto error = json.type().get(type)) {
        return error;
    }
    switch (type) {
        case simdjson::ondemand::json_type::string:
            value.type = ValueType::Text;
            return json.get_string().get(value.text);
        case simdjson::ondemand::json_type::number: {
            value.type = ValueType::Number;
            const std::string_view token = json.raw_json_token();
            value.text = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
            return simdjson::SUCCESS;
        }
        case simdjson::ondemand::json_type::boolean: {
            bool truth = false;
            const auto error = json.get_bool().get(truth);
            value.type = truth ? ValueType::True : ValueType::False;
            return error;
        }
        case simdjson::ondemand::json_type::null: {
            bool null = false;
            const auto error = json.is_null().get(null);
            value.type = ValueType::Null;
            return error;
        }
        case simdjson::ondemand::json_type::array:
            value.type = ValueType::Array;
            return simdjson::SUCCESS;
        case simdjson::ondemand::json_type::object:
            value.type = ValueType::Object;
            return simdjson::SUCCESS;
    }
    return simdjson::INCORRECT_TYPE;
}

// Takes the value of "data" where nobody wants it.
struct IgnoreData {
    simdjson::error_code operator()(simdjson::ondemand::value&) const { return simdjson::SUCCESS; }
};

// `nested` may be null. `on_data` is called with the value of "data" instead of keeping it.
template <typename OnData>
simdjson::error_code read_fields(simdjson::ondemand::object& object, Fields& fields, Fields* nested,
                                 OnData&& on_data) {
    bool nested_used = false;
    for (auto member : object) {
        simdjson::ondemand::field field;
        std::string_view name;
        if (const auto error = std::move(member).get(field)) {
            return error;
        }
        if (const auto error = field.unescaped_key().get(name)) {
            return error;
        }
        const Key key = key_named(name);
        if (key == Key::End) {
            continue;
        }
        Value& value = fields[key];
        if (value.present()) {
            return simdjson::INCORRECT_TYPE;
        }
        simdjson::ondemand::value json = field.value();
        if (key == Key::data) {
            value.type = ValueType::Object;
            if (const auto error = on_data(json)) {
                return error;
            }
            continue;
        }
        if (const auto error = read_value(json, value)) {
            return error;
        }
        const bool descends = value.type == ValueType::Object && nested != nullptr &&
                              (key == Key::o || key == Key::error) && !nested_used;
        if (descends) {
            nested_used = true;
            simdjson::ondemand::object inner;
            if (const auto error = json.get_object().get(inner)) {
                return error;
            }
            if (const auto error = read_fields(inner, *nested, nullptr, IgnoreData{})) {
                return error;
            }
        }
    }
    return simdjson::SUCCESS;
}

}  // namespace petrel::binance
