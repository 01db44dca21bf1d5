// Health is a judgement over the parts; each part that is not well says why.
#include "cli/status_text.hpp"

#include <nlohmann/json.hpp>

#include "cli/coverage_text.hpp"
#include "cli/delivery_text.hpp"
#include "cli/drill_text.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

Json feed_json(const FeedStatus& feed) {
    Json json;
    json["venue"] = feed.venue;
    json["connection"] = feed.connection;
    json["endpoint"] = feed.endpoint;
    json["state"] = feed_state_name(feed.state);
    json["frames"] = feed.frames;
    json["events"] = feed.events;
    json["rejected"] = feed.rejected;
    json["rejected_by_reason"] = feed.rejected_by_reason;
    json["reconnects"] = feed.reconnects;
    json["streams"] = feed.streams;
    json["streams_pending"] = feed.streams_pending;
    json["acks"] = feed.acks;
    json["notices_lost"] = feed.notices_lost;
    json["answers_dropped"] = feed.answers_dropped;
    json["successions"] = feed.successions;
    json["successions_failed"] = feed.successions_failed;
    json["polls_skipped"] = feed.polls_skipped;
    json["holds"] = feed.holds;
    json["last_data_ns"] = feed.last_data_ns;
    json["round_trip_ms"] = static_cast<double>(feed.round_trip_ns) / 1e6;
    json["last_trouble"] = feed.last_trouble;
    json["streams_quiet"] = feed.streams_quiet;
    json["streams_suspect"] = feed.streams_suspect;
    json["streams_dead"] = feed.streams_dead;
    json["worst_streams"] = Json::array();
    for (const auto& [socket, stream] : feed.worst_streams) {
        json["worst_streams"].push_back({{"topic", stream.topic},
                                         {"socket", socket},
                                         {"state", stream_state_name(stream.state)},
                                         {"silent_ms", stream.silent_ms},
                                         {"limit_ms", stream.limit_ms},
                                         {"per_s", stream.per_s},
                                         {"why", stream.why}});
    }
    json["sockets"] = Json::array();
    for (const SocketStatus& socket : feed.sockets) {
        json["sockets"].push_back(
            {{"endpoint", socket.endpoint},
             {"state", feed_state_name(socket.state)},
             {"reconnects", socket.reconnects},
             {"round_trip_ms", static_cast<double>(socket.round_trip_ns) / 1e6},
             {"firsts", socket.firsts},
             {"copies", socket.copies},
             {"share_of_firsts", socket.share_of_firsts},
             {"lead_ms", socket.lead_ms},
             {"last_trouble", socket.last_trouble}});
    }
    return json;
}

Json endpoint_json(const EndpointStatus& endpoint) {
    const EndpointFigures& figures = endpoint.figures;
    return {{"venue", endpoint.venue},
            {"purpose", endpoint.purpose},
            {"endpoint", figures.url},
            {"circuit", circuit_name(figures.circuit)},
            {"connections", figures.connections},
            {"opened", figures.opened},
            {"failed", figures.failed},
            {"drops", figures.drops},
            {"first_data_ms", figures.first_data_ms},
            {"round_trip_ms", figures.round_trip_ms},
            {"messages_per_s", figures.messages_per_s},
            {"health", figures.health}};
}

Json shard_json(const LaneSnapshot& lane) {
    Json json;
    json["events"] = lane.shard.events;
    json["symbols"] = lane.shard.symbols;
    json["findings"] = lane.shard.findings_by_type;
    json["held"] = lane.shard.held_by_reason;
    json["open_signals"] = lane.shard.open_signals;
    json["followed"] = lane.shard.followed;
    json["not_followed"] = lane.shard.not_followed;
    json["near_misses_followed"] = lane.shard.near_misses_followed;
    json["near_misses_not_followed"] = lane.shard.near_misses_not_followed;
    json["late"] = lane.shard.late;
    json["forgotten"] = lane.shard.forgotten;
    json["waiting"] = lane.waiting;
    json["full_waits"] = lane.full_waits;
    json["waited_most"] = lane.backlog.waiting_most;
    json["merged_trades"] = lane.backlog.merged_trades;
    for (std::size_t kind = 1; kind < lane.backlog.conflated.size(); ++kind) {
        if (lane.backlog.conflated[kind] > 0) {
            json["conflated"][std::string(kind_name(static_cast<std::uint8_t>(kind)))] =
                lane.backlog.conflated[kind];
        }
    }
    json["rule_version"] = lane.shard.rule_version;
    json["rule_calls"] = lane.shard.rule_calls;
    json["rule_errors"] = lane.shard.rule_errors;
    json["rule_fault"] = lane.shard.rule_fault;
    json["admitted"] = lane.shard.admitted;
    json["rule_state_lost"] = lane.shard.rule_state_lost;
    for (const DetectorFigures& detector : lane.shard.detectors) {
        json["detectors"][detector.name] = {{"calls", detector.calls},
                                            {"findings", detector.findings},
                                            {"faults", detector.faults},
                                            {"last_fault", detector.last_fault}};
    }
    for (const VoterFigures& voter : lane.shard.voters) {
        json["voters"][voter.name] = {{"calls", voter.calls},
                                      {"abstained", voter.abstained},
                                      {"faults", voter.faults},
                                      {"last_fault", voter.last_fault}};
    }
    return json;
}

Json rebuild_json(const RebuildFigures& rebuild) {
    Json json;
    json["events"] = rebuild.events;
    json["ticks"] = rebuild.ticks;
    json["first_ns"] = rebuild.first_ns;
    json["last_ns"] = rebuild.last_ns;
    json["blind_ns"] = rebuild.blind_ns;
    json["seconds"] = rebuild.seconds;
    json["open_signals"] = rebuild.open_signals;
    json["cut"] = rebuild.cut;
    json["trouble"] = rebuild.trouble;
    return json;
}

// "rebuilt   12,400 events of 95.2 s in 0.04 s, 1 signal open, blind for 2.1 s before the start"
std::string rebuild_line(const Json& json) {
    const auto rebuild = json.find("rebuild");
    if (rebuild == json.end() || rebuild->value("last_ns", std::int64_t{0}) == 0) {
        return {};
    }
    const auto seconds = [&](const char* from, std::int64_t less) {
        return human_fixed(static_cast<double>(rebuild->value(from, std::int64_t{0}) - less) / 1e9,
                           1);
    };
    return "rebuilt   " + human_count(rebuild->value("events", std::uint64_t{0})) + " events of " +
           seconds("last_ns", rebuild->value("first_ns", std::int64_t{0})) + " s in " +
           human_fixed(rebuild->value("seconds", 0.0), 2) + " s, " +
           human_count(rebuild->value("open_signals", std::uint64_t{0})) +
           " signals active again, blind for " + seconds("blind_ns", 0) + " s before the start" +
           (rebuild->value("cut", false) ? ", older events left out" : "") + "\n";
}

Json detectors_json(const PipelineStatus& status) {
    Json list = Json::array();
    for (const RunningLibrary& library : status.detectors) {
        list.push_back({{"name", library.plugin->name},
                        {"version", library.plugin->version},
                        {"hash", library.plugin->hash},
                        {"reloads", library.reloads}});
    }
    return list;
}

// "detectors 2 of 50 libraries retired, liquidation_storm 1.0.1 reloaded 2 times".
std::string detectors_line(const Json& json) {
    const auto retired = json.value("retired_libraries", std::uint64_t{0});
    if (retired == 0) {
        return {};
    }
    std::string text = "detectors " + human_count(retired) + " of " +
                       human_count(PluginSuccession::kRetiredMax) + " libraries retired";
    for (const Json& detector : json.value("detectors", Json::array())) {
        if (const auto reloads = detector.value("reloads", std::uint64_t{0}); reloads > 0) {
            text += ", " + detector.value("name", "") + " " + detector.value("version", "") +
                    " reloaded " + human_count(reloads) + " times";
        }
    }
    return text + "\n";
}

Json troubles_of(const PipelineStatus& status) {
    Json troubles = Json::array();
    for (const FeedStatus& feed : status.feeds) {
        if (is_trouble(feed.state)) {
            troubles.push_back(feed.venue + " " + feed.connection + " is " +
                               std::string(feed_state_name(feed.state)) +
                               (feed.last_trouble.empty() ? "" : ": " + feed.last_trouble));
        }
    }
    if (status.feeds.empty()) {
        troubles.push_back("no exchange is configured: nothing comes in");
    }
    if (status.journal_enabled && !status.journal.recording) {
        troubles.push_back("recording has stopped; " + human_count(status.journal.lost) +
                           " events are not in the journal");
    }
    if (status.delivery.admissions_lost > 0) {
        troubles.push_back(
            "store and spool failed for too long: " + human_count(status.delivery.admissions_lost) +
            " changes of signals are lost; " + status.delivery.last_failure);
    }
    if (status.delivery.store_down) {
        troubles.push_back("the store cannot be written: " + human_count(status.delivery.spooled) +
                           " changes wait on disk, nothing is sent; " +
                           status.delivery.last_failure);
    }
    if (status.delivery.unstored > 0) {
        troubles.push_back(
            "the spool cannot be written either: " + human_count(status.delivery.unstored) +
            " changes wait in memory alone, and are lost if petrel ends now; " +
            status.delivery.last_failure);
    }
    for (const ChannelFigures& channel : status.delivery.channels) {
        if (channel.broken) {
            troubles.push_back("channel " + channel.name +
                               " is refused by its provider: " + channel.broken_why);
        }
    }
    add_drill_troubles(status.delivery.drills, troubles);
    if (!status.rule_trouble.empty()) {
        const std::string first_line =
            status.rule_trouble.substr(0, status.rule_trouble.find('\n'));
        troubles.push_back("what the rule folder holds does not decide: " + first_line);
    }
    return troubles;
}

std::string feed_line(const Json& feed, std::int64_t now_ns) {
    const std::string state = feed.value("state", "");
    const char* sign = state == "healthy" ? "●" : state == "suspect" ? "◐" : "○";
    const auto last = feed.value("last_data_ns", std::int64_t{0});
    std::string text = "  " + std::string(sign) + " " + feed.value("venue", "") + " " +
                       feed.value("connection", "") + "  " + state + "  " +
                       human_count(feed.value("events", std::uint64_t{0})) + " events";
    if (last > 0) {
        const auto ago_ms = std::max<std::int64_t>(now_ns - last, 0) / kNsPerMs;
        text += ", last " + human_fixed(static_cast<double>(ago_ms) / 1e3, 1) + " s ago";
    }
    if (const auto rejected = feed.value("rejected", std::uint64_t{0}); rejected > 0) {
        text += ", " + human_count(rejected) + " frames rejected";
    }
    if (const auto again = feed.value("reconnects", std::uint64_t{0}); again > 0) {
        text += ", reconnected " + human_count(again) + " times";
    }
    text += "\n";
    for (const Json& stream : feed.value("worst_streams", Json::array())) {
        text += "      " + stream.value("topic", "") + "  " + stream.value("state", "") + ": " +
                stream.value("why", "") + "\n";
    }
    for (const Json& socket : feed.value("sockets", Json::array())) {
        text += "      " + socket.value("endpoint", "") + "  " + socket.value("state", "") +
                ", first with " + human_fixed(socket.value("share_of_firsts", 0.0) * 100, 1) +
                " % by " + human_fixed(socket.value("lead_ms", 0.0), 1) + " ms\n";
    }
    return text;
}

std::string whole_status(const Json& json) {
    const auto now_ns = json.value("now_ns", std::int64_t{0});
    const auto up_s = (now_ns - json.value("started_ns", std::int64_t{0})) / kNsPerSecond;
    std::string text = "petrel " + json.value("health", "") + "  up " +
                       std::to_string(up_s / 3'600) + " h " + std::to_string(up_s / 60 % 60) +
                       " min " + std::to_string(up_s % 60) + " s  " +
                       human_fixed(json.value("resident_bytes", 0.0) / 1048576.0, 1) +
                       " MiB  rules " + json.value("rule_version", "") +
                       (json.value("rules_on_probation", false) ? " (on probation)" : "") +
                       (json.value("shadow_version", "").empty()
                            ? "\n"
                            : ", " + json.value("shadow_version", "") + " looks on\n");
    for (const Json& trouble : json.at("troubles")) {
        text += "  ! " + trouble.get<std::string>() + "\n";
    }
    text += "feeds\n";
    for (const Json& feed : json.at("feeds")) {
        text += feed_line(feed, now_ns);
    }
    text += rebuild_line(json);
    text += detectors_line(json);
    for (const Json& endpoint : json.value("endpoints", Json::array())) {
        if (endpoint.value("circuit", "closed") != "closed") {
            text += "  ○ " + endpoint.value("venue", "") + " " + endpoint.value("endpoint", "") +
                    " is left alone after failures\n";
        }
    }
    for (const Json& key : json.value("keys", Json::array())) {
        if (key.value("set_aside", false)) {
            text += "  ○ " + key.value("venue", "") + " key " + key.value("label", "") +
                    " is set aside: " + key.value("why", "") + "\n";
        }
    }
    const Json& delivery = json.at("delivery");
    text += "events    " + human_count(json.value("accepted", std::uint64_t{0})) + " accepted\n";
    if (json.contains("coverage")) {
        const Json& counts = json.at("coverage").at("counts");
        text += "coverage  " + human_count(counts.value("blind", std::uint64_t{0})) +
                " streams blind now, " + human_count(counts.value("open", std::uint64_t{0})) +
                " holes open, " + human_count(counts.value("repaired", std::uint64_t{0})) +
                " repaired\n";
    }
    text += "signals   " + human_count(delivery.value("signals", std::uint64_t{0})) + ", " +
            human_count(delivery.value("held", std::uint64_t{0})) + " near misses kept\n";
    return text + delivery_lines(delivery) + drill_lines(delivery);
}

}  // namespace

std::string status_json(const PipelineStatus& status) {
    Json json;
    const Json troubles = troubles_of(status);
    json["version"] = 1;
    json["health"] = troubles.empty() ? "healthy" : "degraded";
    json["troubles"] = troubles;
    json["started_ns"] = status.started_ns;
    json["now_ns"] = status.now_ns;
    json["resident_bytes"] = status.resident_bytes;
    json["timer_late_ms_max"] = static_cast<double>(status.timer_late_ns_max) / 1e6;
    json["rule_version"] = status.rule_version;
    json["rules_on_probation"] = status.rules_on_probation;
    json["shadow_version"] = status.shadow_version;
    json["detectors"] = detectors_json(status);
    json["retired_libraries"] = status.retired_libraries;
    json["accepted"] = status.accepted;
    for (const auto& [reason, count] : status.refused) {
        json["refused_events"][reason] = count;
    }
    json["feeds"] = Json::array();
    for (const FeedStatus& feed : status.feeds) {
        json["feeds"].push_back(feed_json(feed));
    }
    json["endpoints"] = Json::array();
    for (const EndpointStatus& endpoint : status.endpoints) {
        json["endpoints"].push_back(endpoint_json(endpoint));
    }
    json["keys"] = Json::array();
    for (const KeyStatus& key : status.keys) {
        json["keys"].push_back({{"venue", key.venue},
                                {"label", key.figures.label},
                                {"used", key.figures.used},
                                {"set_aside", key.figures.set_aside},
                                {"why", key.figures.why}});
    }
    json["shards"] = Json::array();
    for (const LaneSnapshot& lane : status.shards) {
        json["shards"].push_back(shard_json(lane));
    }
    json["journal"] = {{"enabled", status.journal_enabled}, {"recording", status.journal.recording},
                       {"events", status.journal.events},   {"lost", status.journal.lost},
                       {"bytes", status.journal.bytes},     {"failures", status.journal.failures}};
    json["rebuild"] = rebuild_json(status.rebuild);
    json["delivery"] = delivery_json(status.delivery);
    json["coverage"] = Json::parse(coverage_json(status.coverage, status.coverage_latest));
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<StatusText> status_text(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        return StatusText{json.at("health") == "healthy", whole_status(json)};
    } catch (const std::exception& e) {
        return Status::rejected(std::string("the answer of petrel is unreadable: ") + e.what());
    }
}

}  // namespace petrel::core
