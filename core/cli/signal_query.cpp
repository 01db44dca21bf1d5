// The same two functions over the database serve both ways.
#include "cli/signal_query.hpp"

#include <nlohmann/json.hpp>

#include "control/control_client.hpp"

namespace petrel::core {
namespace {

std::string percent_encoded(const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (plain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

// Asks the engine; when none can be reached, `otherwise` answers from the store.
template <typename Otherwise>
Result<std::string> ask(const Config& config, const std::string& target, Otherwise&& otherwise) {
    const Result<ControlReply> reply =
        control_request({control_socket_path(config), "GET", target, {}});
    if (reply.ok()) {
        if (reply->status == 200) {
            return reply->json;
        }
        const std::string why = error_sentence(*reply);
        return reply->status >= 500 ? Status::io(why) : Status::invalid(why);
    }
    Result<std::unique_ptr<Database>> database =
        Database::open(database_path(config), Database::Access::Read);
    if (!database.ok()) {
        return database.status();
    }
    return otherwise(**database);
}

}  // namespace

std::string database_path(const Config& config) { return config.state_dir + "/petrel.db"; }

Result<std::string> signals_json(Database& database, const SignalQuery& query) {
    const Result<std::vector<SignalRow>> rows = database.signals(query);
    if (!rows.ok()) {
        return rows.status();
    }
    // The documents are JSON already: joined, not parsed again.
    std::string json = "[";
    for (const SignalRow& row : *rows) {
        json += (json.size() > 1 ? "," : "") + row.document;
    }
    return json + "]";
}

Result<std::string> signal_json(Database& database, const std::string& id_prefix) {
    if (id_prefix == "last") {
        SignalQuery newest;
        newest.limit = 1;
        const Result<std::vector<SignalRow>> rows = database.signals(newest);
        if (!rows.ok()) {
            return rows.status();
        }
        return rows->empty() ? Result<std::string>(Status::invalid("there is no signal yet"))
                             : rows->front().document;
    }
    const Result<std::vector<SignalRow>> rows = database.find(id_prefix);
    if (!rows.ok()) {
        return rows.status();
    }
    if (rows->empty()) {
        return Status::invalid("no signal's id begins with '" + id_prefix +
                               "'. petrel signals lists them");
    }
    if (rows->size() > 1) {
        return Status::invalid("'" + id_prefix + "' is the beginning of several ids, among them " +
                               (*rows)[0].id + " and " + (*rows)[1].id + ". Write more of it");
    }
    return rows->front().document;
}

Result<std::string> query_signals(const Config& config, const SignalQuery& query) {
    const std::string target = "/v1/signals?symbol=" + percent_encoded(query.symbol) +
                               "&since_ns=" + std::to_string(query.since_ns) +
                               "&limit=" + std::to_string(query.limit) +
                               (query.with_held ? "&held=1" : "");
    return ask(config, target, [&](Database& database) { return signals_json(database, query); });
}

Result<std::string> query_signal(const Config& config, const std::string& id_prefix) {
    return ask(config, "/v1/explain/" + percent_encoded(id_prefix),
               [&](Database& database) { return signal_json(database, id_prefix); });
}

}  // namespace petrel::core
