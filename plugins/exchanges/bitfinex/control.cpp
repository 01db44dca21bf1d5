// Reads objects of control; see control.hpp.
#include "control.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "rows.hpp"

namespace petrel::bitfinex {
namespace {

constexpr std::size_t kNoticeLengthMax = 200;
constexpr std::size_t kRememberedChannelsMax = 64;  // the venue allows 25 to 30 a connection

constexpr std::uint64_t kReconnect = 20'051;
constexpr std::uint64_t kMaintenanceEnds = 20'061;  // everything must be subscribed again
constexpr std::uint64_t kSubscribeFirst = 10'300;   // errors about subscriptions
constexpr std::uint64_t kSubscribeLast = 10'305;

// The fields of all events; texts lie in the frame.
struct Message {
    std::string_view event, message, channel, symbol, key, status;
    std::uint64_t code = 0;
    std::uint64_t channel_id = 0;
    std::uint64_t flags = 0;
    std::uint64_t platform = 1;  // 0: maintenance
    bool has_channel_id = false;
};

Reason read_platform(ondemand::value value, Message& m) {
    ondemand::object platform;
    ondemand::value status;
    const bool read = value.get_object().get(platform) == simdjson::SUCCESS &&
                      platform["status"].get(status) == simdjson::SUCCESS &&
                      kit::read_unsigned(kit::token_of(status), m.platform);
    return read ? Reason() : kit::kWrongType;
}

Reason read_field(ondemand::field& field, Message& m) {
    const auto key = field.key();
    if (key == "platform") {
        return read_platform(field.value(), m);
    }
    std::string_view* text = key == "event"     ? &m.event
                             : key == "msg"     ? &m.message
                             : key == "channel" ? &m.channel
                             : key == "symbol"  ? &m.symbol
                             : key == "key"     ? &m.key
                             : key == "status"  ? &m.status
                                                : nullptr;
    std::uint64_t* number = key == "code"     ? &m.code
                            : key == "chanId" ? &m.channel_id
                            : key == "flags"  ? &m.flags
                                              : nullptr;
    m.has_channel_id = m.has_channel_id || number == &m.channel_id;
    const bool good = text != nullptr ? kit::read_text(kit::token_of(field.value()), *text)
                      : number != nullptr
                          ? kit::read_unsigned(kit::token_of(field.value()), *number)
                          : true;
    return good ? Reason() : kit::kWrongType;
}

Reason read_message(ondemand::document& document, Message& m) {
    ondemand::object fields;
    if (document.get_object().get(fields) != simdjson::SUCCESS) {
        return "frame is neither a JSON array nor an object";
    }
    for (auto result : fields) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS) {
            return kit::kNotJson;
        }
        if (const Reason bad = read_field(field, m); !bad.empty()) {
            return bad;
        }
    }
    const char* rest = nullptr;
    return document.current_location().get(rest) == simdjson::SUCCESS
               ? "something follows the JSON object"
               : Reason();
}

// "trades tBTCF0:USTF0", "status liq:global"
std::string topic_of(const Message& m) {
    std::string topic(m.channel.substr(0, kNoticeLengthMax));
    topic.append(" ").append((m.symbol.empty() ? m.key : m.symbol).substr(0, kNoticeLengthMax));
    return topic;
}

Decoded take_subscribed(const Message& m, Connection& connection, ContractTable& contracts,
                        DecodeOut& out) {
    constexpr std::string_view kDerivative = "deriv:";
    Channel channel;
    Reason bad;
    channel.id = m.channel_id;
    if (!m.has_channel_id) {
        return Decoded::rejected("confirmed subscription has no chanId");
    }
    if (m.channel == "status" && m.key == "liq:global") {
        channel.kind = ChannelKind::Liquidations;
    } else {
        const bool status = m.channel == "status" && m.key.starts_with(kDerivative);
        const std::string_view name = status ? m.key.substr(kDerivative.size()) : m.symbol;
        channel.contract = contract_of(name, contracts, out, bad);
        channel.kind = channel.contract == nullptr ? ChannelKind::Other
                       : status                    ? ChannelKind::Status
                       : m.channel == "trades"     ? ChannelKind::Trades
                       : m.channel == "ticker"     ? ChannelKind::Ticker
                                                   : ChannelKind::Other;
    }
    std::erase_if(connection.channels, [&](const Channel& c) { return c.id == channel.id; });
    if (bad.empty() && connection.channels.size() == kRememberedChannelsMax) {
        bad = "more than 64 channels are subscribed on one connection";
    }
    if (!bad.empty()) {
        return Decoded::rejected(bad);
    }
    connection.channels.push_back(channel);
    out.notice(PETREL_NOTICE_ACK, topic_of(m));
    return Decoded::done();
}

Decoded take_info(const Message& m, DecodeOut& out) {
    if (m.code == kReconnect || m.code == kMaintenanceEnds) {
        out.notice(PETREL_NOTICE_RECONNECT, m.message.substr(0, kNoticeLengthMax), m.code);
    } else if (m.code != 0) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, m.message.substr(0, kNoticeLengthMax), m.code);
    } else if (m.platform == 0) {
        out.notice(PETREL_NOTICE_VENUE_ERROR, "the platform is in maintenance");
    } else {
        return Decoded::ignored();  // the greeting
    }
    return Decoded::done();
}

Decoded take_error(const Message& m, DecodeOut& out) {
    const bool subscribe = m.code >= kSubscribeFirst && m.code <= kSubscribeLast;
    std::string text(m.message.substr(0, kNoticeLengthMax));
    if (subscribe) {
        text.append(": ").append(topic_of(m));
    }
    out.notice(subscribe ? PETREL_NOTICE_SUBSCRIBE_FAIL : PETREL_NOTICE_VENUE_ERROR, text, m.code);
    return Decoded::done();
}

}  // namespace

Decoded take_control(ondemand::document& document, Connection& connection, ContractTable& contracts,
                     DecodeOut& out) {
    Message m;
    if (const Reason bad = read_message(document, m); !bad.empty()) {
        return Decoded::rejected(bad);
    }
    if (m.event == "subscribed") {
        return take_subscribed(m, connection, contracts, out);
    }
    if (m.event == "unsubscribed") {
        std::erase_if(connection.channels, [&](const Channel& c) { return c.id == m.channel_id; });
        return Decoded::done();
    }
    if (m.event == "conf") {
        if (m.status == "OK") {
            connection.flags = m.flags;
            return Decoded::done();
        }
        out.notice(PETREL_NOTICE_VENUE_ERROR, "the settings of the connection were refused");
        return Decoded::done();
    }
    if (m.event == "pong") {
        out.notice(PETREL_NOTICE_PONG, {});
        return Decoded::done();
    }
    if (m.event == "error") {
        return take_error(m, out);
    }
    return m.event == "info" ? take_info(m, out) : Decoded::ignored();
}

}  // namespace petrel::bitfinex
