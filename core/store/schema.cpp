// Migrating. A step and its number are one transaction, so a kill in between rolls back or goes on.
#include "store/schema.hpp"

#include "observe/log.hpp"
#include "store/migrations.hpp"
#include "store/session.hpp"

namespace petrel::core {
namespace {

// Any number, the same for every petrel: two nodes that start together migrate one by one.
constexpr long long kMigrationLock = 0x70657472656c;

bool has_version_table(soci::session& sql) {
    int found = 0;
    sql << "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_version')",
        soci::into(found);
    return found > 0;
}

// One step, unless another node has done it meanwhile. False when there is none left.
bool migrate_one_step(soci::session& sql) {
    soci::transaction transaction(sql);
    sql << "SELECT pg_advisory_xact_lock(" + std::to_string(kMigrationLock) + ")";
    if (!has_version_table(sql)) {
        sql << "CREATE TABLE schema_version (version INTEGER NOT NULL)";
        sql << "INSERT INTO schema_version (version) VALUES (0)";
    }
    int version = 0;
    sql << "SELECT version FROM schema_version", soci::into(version);
    if (version >= newest_schema()) {
        transaction.commit();
        return false;
    }
    sql << migration_statement(version + 1, true);
    sql << "UPDATE schema_version SET version = " + std::to_string(version + 1);
    transaction.commit();
    return true;
}

}  // namespace

int schema_of_file(soci::session& sql) {
    int version = 0;
    sql << "PRAGMA user_version", soci::into(version);
    return version;
}

int schema_of_server(soci::session& sql) {
    int version = 0;
    if (has_version_table(sql)) {
        sql << "SELECT version FROM schema_version", soci::into(version);
    }
    return version;
}

void migrate_file(soci::session& sql) {
    for (int step = schema_of_file(sql) + 1; step <= newest_schema(); ++step) {
        soci::transaction transaction(sql);
        sql << migration_statement(step, false);
        sql << "PRAGMA user_version=" + std::to_string(step);
        transaction.commit();
    }
}

void migrate_server(soci::session& sql) {
    while (migrate_one_step(sql)) {
    }
}

bool use_hypertables(soci::session& sql) {
    int available = 0;
    sql << "SELECT COUNT(*) FROM pg_available_extensions WHERE name = 'timescaledb'",
        soci::into(available);
    if (available == 0) {
        return false;
    }
    try {
        soci::transaction transaction(sql);
        sql << "CREATE EXTENSION IF NOT EXISTS timescaledb";
        for (const char* table : {"attempts", "metrics"}) {
            sql << std::string("SELECT create_hypertable('") + table +
                       "', 'at_ns', chunk_time_interval => CAST(86400000000000 AS BIGINT),"
                       " if_not_exists => TRUE, migrate_data => TRUE)";
        }
        transaction.commit();
        return true;
    } catch (const soci::soci_error& error) {
        log::warning("store", "TimescaleDB is there and not used: " + told(error) +
                                  ". Old rows are deleted one by one instead");
        return false;
    }
}

}  // namespace petrel::core
