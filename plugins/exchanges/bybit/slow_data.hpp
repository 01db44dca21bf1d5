// The `data` part of a frame, read with simdjson on demand; half of the general reader. Only the
// .cpp files of that reader include this header, which brings simdjson with it.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "content.hpp"

namespace petrel::bybit {

// Why a frame is refused, a literal; empty when all is well.
using Reason = std::string_view;

inline constexpr Reason kNotJson = "frame is no valid JSON";
inline constexpr Reason kWrongType = "a field of the frame has the wrong type";

struct Topic {
    Channel channel = Channel::None;
    std::string_view symbol;
};
// "publicTrade.BTCUSDT" cut in two; Channel::None for a topic that is not ours.
Topic split_topic(std::string_view topic);

// Reads the `data` of a frame on that topic into `content`, whatever the order of its keys.
Reason read_data(simdjson::ondemand::value data, const Topic& topic, Content& content);

}  // namespace petrel::bybit
