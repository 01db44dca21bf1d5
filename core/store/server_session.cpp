// A session to PostgreSQL: how it connects, and which limits it sets on itself and the server.
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <array>
#include <memory>
#include <utility>

#include "store/session.hpp"

namespace petrel::core {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string connect_value(const std::string& value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text + "'";
}

// What is set unless the address says otherwise. The times are short: somebody waits for the
// delivery thread, and what cannot be written now is kept elsewhere.
std::array<std::pair<std::string, std::string>, 7> defaults(bool read_only) {
    return {{{"connect_timeout", "2"},
             {"tcp_user_timeout", "4000"},
             {"keepalives_idle", "5"},
             {"keepalives_interval", "2"},
             {"keepalives_count", "3"},
             {"application_name", "petrel"},
             {"target_session_attrs", read_only ? "any" : "read-write"}}};
}

// Of the server, for this session.
std::string server_options(bool read_only) {
    return std::string(
               "-c statement_timeout=3000 -c lock_timeout=2000"
               " -c idle_in_transaction_session_timeout=10000 -c tcp_keepalives_idle=5"
               " -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3") +
           (read_only ? " -c default_transaction_read_only=on" : "");
}

std::string connect_text(const StorePlace& place, bool read_only) {
    char* error = nullptr;
    const Options parsed(PQconninfoParse(place.url.c_str(), &error), &PQconninfoFree);
    if (parsed == nullptr) {
        PQfreemem(error);  // it quotes the address
        throw soci::soci_error("its address is none that libpq understands");
    }
    std::string text;
    std::string options = server_options(read_only);
    auto unset = defaults(read_only);
    for (const PQconninfoOption* at = parsed.get(); at->keyword != nullptr; ++at) {
        if (at->val == nullptr) {
            continue;
        }
        const std::string key = at->keyword;
        if (key == "options") {
            options += std::string(" ") + at->val;
            continue;
        }
        for (auto& [name, value] : unset) {
            if (name == key) {
                value.clear();
            }
        }
        text += key + "=" + connect_value(at->val) + " ";
    }
    for (const auto& [name, value] : unset) {
        if (!value.empty()) {
            text += name + "=" + connect_value(value) + " ";
        }
    }
    text += "options=" + connect_value(options) + " client_encoding='UTF8'";
    if (!place.password.empty()) {
        text += " password=" + connect_value(place.password);
    }
    return text;
}

// Whether somebody answers behind the login: a pooler lets in whose server is gone. The library's
// own first statement has no limit of time, and where it fails its connection is never closed.
void knock(const std::string& text, CallWatch* watch) {
    const Connection connection(PQconnectdb(text.c_str()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw soci::soci_error(std::string("Cannot establish connection to the database.\n") +
                               PQerrorMessage(connection.get()));
    }
    const CallWatch::Call call(watch, PQsocket(connection.get()));
    const Answer answer(PQexec(connection.get(), "SELECT 1"), &PQclear);
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
        throw soci::soci_error(std::string("it lets in and does not answer: ") +
                               PQerrorMessage(connection.get()));
    }
}

}  // namespace

void open_server(soci::session& sql, const StorePlace& place, bool read_only, CallWatch* watch) {
    const std::string text = connect_text(place, read_only);
    knock(text, watch);
    sql.open(soci::postgresql, text);
    const CallWatch::Call call(watch, socket_of(sql));
    std::string durable;
    sql << "SHOW synchronous_commit", soci::into(durable);
    if (durable == "off") {
        sql << "SET synchronous_commit = on";  // what was admitted is on its disk
    }
}

int socket_of(soci::session& sql) {
    auto* backend = static_cast<soci::postgresql_session_backend*>(sql.get_backend());
    return backend == nullptr ? -1 : PQsocket(backend->conn_);
}

std::string server_code(const soci::soci_error& error) {
    const auto* of_server = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    return of_server == nullptr ? "" : of_server->sqlstate();
}

std::string shown_place(const StorePlace& place) {
    if (!place.is_server()) {
        return place.path;
    }
    std::string shown = place.url.substr(0, place.url.find_first_of("?#"));
    const std::size_t begin = shown.find("://");
    const std::size_t end = begin == std::string::npos ? begin : shown.find('/', begin + 3);
    const std::size_t user = shown.rfind('@', end);
    if (begin != std::string::npos && user != std::string::npos && user > begin) {
        shown.erase(begin + 3, user - begin - 2);
    }
    return shown;
}

}  // namespace petrel::core
