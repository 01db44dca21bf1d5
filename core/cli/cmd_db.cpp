// The store's schema on a terminal, or as JSON. A store of SQLite has one writer: while petrel runs
// it is that one, and has migrated at its start.
#include "cli/cmd_db.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/config_source.hpp"
#include "pipeline_store.hpp"
#include "store/database.hpp"

namespace petrel::core {
namespace {

struct SchemaReport {
    StorePlace place;
    SchemaState before;
    SchemaState now;
};

std::string schema_sentence(const SchemaState& state) {
    const std::string version = "schema " + std::to_string(state.version);
    const std::string newest = std::to_string(state.newest);
    if (state.version == 0) {
        return "no tables yet; petrel run or petrel db migrate makes them";
    }
    if (state.version < state.newest) {
        return version + " of " + newest + "; petrel run or petrel db migrate brings it up to date";
    }
    return state.version == state.newest
               ? version + ", up to date"
               : version + ", newer than the " + newest + " of this petrel: use the newer one";
}

int print_schema(const SchemaReport& report, bool as_json, Terminal& terminal) {
    const bool current = report.now.version == report.now.newest;
    const std::string kind = report.place.is_server() ? "PostgreSQL" : "SQLite";
    if (as_json) {
        const nlohmann::ordered_json json{
            {"version", 1},
            {"kind", report.place.is_server() ? "postgresql" : "sqlite"},
            {"store", shown_place(report.place)},
            {"schema", report.now.version},
            {"newest", report.now.newest},
            {"migrated", report.now.version - report.before.version},
            {"current", current}};
        terminal.out << json.dump() << "\n";
    } else {
        terminal.out << "store   " << kind << " " << shown_place(report.place) << "\n"
                     << "schema  " << schema_sentence(report.now) << "\n";
        if (report.now.version != report.before.version) {
            terminal.out << "done    " << report.now.version - report.before.version
                         << " steps, from schema " << report.before.version << "\n";
        }
    }
    return current ? kExitDone : kExitNo;
}

int db_failed(const Status& status, Terminal& terminal) {
    terminal.err << "error: " << status.message() << "\n";
    return status.code() == PETREL_E_IO ? kExitBroken : kExitNo;
}

// Both commands; `migrate` tells them apart.
int run_db(const RulesEngineArguments& arguments, bool migrate, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    Result<StorePlace> place = store_place(config);
    if (!place.ok()) {
        return db_failed(place.status(), terminal);
    }
    const Result<SchemaState> before = Database::schema(*place);
    if (!before.ok()) {
        return db_failed(before.status(), terminal);
    }
    SchemaReport report{std::move(*place), *before, *before};
    if (migrate && before->version != before->newest) {
        if (!report.place.is_server() &&
            control_request({control_socket_path(config), "GET", "/v1/status", {}}).ok()) {
            return db_failed(Status::invalid("a petrel runs on this store and is its one writer. "
                                             "Stop it, or restart it: it migrates at its start"),
                             terminal);
        }
        const auto opened = Database::open(report.place);
        const Result<SchemaState> after = Database::schema(report.place);
        if (!opened.ok() || !after.ok()) {
            return db_failed(opened.ok() ? after.status() : opened.status(), terminal);
        }
        report.now = *after;
    }
    return print_schema(report, arguments.output.json, terminal);
}

}  // namespace

int cmd_db_status(const RulesEngineArguments& arguments, Terminal& terminal) {
    return run_db(arguments, false, terminal);
}

int cmd_db_migrate(const RulesEngineArguments& arguments, Terminal& terminal) {
    return run_db(arguments, true, terminal);
}

}  // namespace petrel::core
