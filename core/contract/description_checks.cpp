// What an adapter says of itself: rows "description" and "instances".
#include <algorithm>
#include <string>

#include "contract/checks.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kInfoRemedy =
    "correct what info() returns; petrel/abi/exchange.h says what each field means";

bool plain_url(std::string_view url, std::string_view secure, std::string_view open) {
    const bool scheme = url.starts_with(secure) || url.starts_with(open);
    const std::size_t host = url.find("//") + 2;
    return scheme && url.size() > host &&
           url.find_first_of(" \t\r\n\"<>") == std::string_view::npos &&
           url.find('/', host) == std::string_view::npos;
}

std::string endpoint_fault(const petrel_exchange_info& info, bool pushes, bool polls) {
    for (std::uint32_t i = 0; i < info.ws_endpoint_count; ++i) {
        const std::string url = string_of(info.ws_endpoints[i]);
        if (!plain_url(url, "wss://", "ws://")) {
            return "'" + shown(url) + "' is no WebSocket end point: wss://host[:port] is expected";
        }
    }
    for (std::uint32_t i = 0; i < info.rest_endpoint_count; ++i) {
        const std::string url = string_of(info.rest_endpoints[i]);
        if (!plain_url(url, "https://", "http://")) {
            return "'" + shown(url) + "' is no REST end point: https://host[:port] is expected";
        }
    }
    if (pushes && info.ws_endpoint_count == 0) {
        return "kinds are pushed, but there is no WebSocket end point";
    }
    return polls && info.rest_endpoint_count == 0
               ? "kinds are polled, but there is no REST end point"
               : "";
}

std::string info_fault(const petrel_exchange_info& info) {
    std::uint32_t offered = 0;
    bool pushes = false;
    bool polls = false;
    for (std::uint32_t kind = 0; kind < std::size(info.completeness); ++kind) {
        const std::uint8_t completeness = info.completeness[kind];
        const bool known = kind > 0 && kind < PETREL_EVENT_KIND_END;
        if (completeness > PETREL_POLLED || (completeness != 0 && !known)) {
            return "completeness[" + std::to_string(kind) + "] is " + std::to_string(completeness);
        }
        offered |= completeness != 0 ? PETREL_KIND_BIT(kind) : 0;
        pushes = pushes || completeness == PETREL_COMPLETE || completeness == PETREL_SAMPLED;
        polls = polls || completeness == PETREL_POLLED;
    }
    if (info.channels == 0) {
        return "channels is 0: it offers nothing";
    }
    if (info.channels != offered) {
        return "channels and completeness name different kinds: bits " +
               std::to_string(info.channels) + " and " + std::to_string(offered);
    }
    if (info.message_bytes_max < 256 || info.message_bytes_max > (64U << 20)) {
        return "message_bytes_max is " + std::to_string(info.message_bytes_max) +
               ", between 256 and 64 MiB is expected";
    }
    for (std::uint32_t i = 0; i < info.alias_count; ++i) {
        if (view_of(info.aliases[i]).empty()) {
            return "an alias is empty";
        }
    }
    return endpoint_fault(info, pushes, polls);
}

// The struct of a library that was built for an older host is shorter.
constexpr std::size_t kInfoLeast = offsetof(petrel_exchange_info, rest_weight_per_minute);

}  // namespace

void check_description(ContractSession& session, RowSink& sink) {
    const petrel_exchange& table = session.plugin().exchange();
    const auto fail = [&](const std::string& why) {
        sink.fail("description", why, "", std::string(kInfoRemedy));
    };
    const petrel_exchange_info* info = table.info();
    if (info == nullptr || info != table.info()) {
        return fail(info == nullptr ? "info() returns null"
                                    : "info() returns another address each time");
    }
    if (info->size < kInfoLeast) {
        return fail("info()->size is " + std::to_string(info->size) + ", it is " +
                    std::to_string(kInfoLeast) + " at least: set it to sizeof");
    }
    if (table.on_frame == nullptr || table.on_reply == nullptr || table.plan == nullptr ||
        table.discover == nullptr || table.on_open == nullptr || table.destroy == nullptr) {
        return fail("the table lacks a function that every exchange has");
    }
    if (const std::string wrong = info_fault(*info); !wrong.empty()) {
        return fail(wrong);
    }
    sink.pass("description", session.plugin().name + " " + session.plugin().version + ": " +
                                 std::to_string(info->ws_endpoint_count) + " and " +
                                 std::to_string(info->rest_endpoint_count) + " end points");
}

void check_instances(ContractSession& session, RowSink& sink) {
    for (int round = 0; round < 2; ++round) {
        const auto one = session.fresh();
        const auto two = session.fresh();
        if (!one.ok() || !two.ok()) {
            const Status& status = one.ok() ? two.status() : one.status();
            sink.fail("instances", status.message(), "",
                      "make the constructor take what the host checked; a parameter without a "
                      "default comes with --set");
            return;
        }
    }
    sink.pass("instances", "two at once, twice");
}

}  // namespace petrel::core
