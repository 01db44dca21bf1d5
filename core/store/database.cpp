// Opening, pragmas and migrations.
#include "store/database.hpp"

#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "store/session.hpp"

namespace petrel::core {
namespace {

// Numbered steps; a released one is never edited. Each runs in a transaction of its own.
constexpr std::array<const char*, 7> kMigrations = {
    "CREATE TABLE signals (id TEXT PRIMARY KEY, type TEXT NOT NULL, symbol TEXT NOT NULL,"
    " side TEXT NOT NULL, state TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,"
    " pattern TEXT NOT NULL, strength TEXT NOT NULL, score REAL NOT NULL,"
    " notional_usd REAL NOT NULL, ts_ns BIGINT NOT NULL, onset_ns BIGINT NOT NULL,"
    " expires_ns BIGINT NOT NULL, rule_version TEXT NOT NULL, document TEXT NOT NULL)",
    "CREATE INDEX signals_by_time ON signals (ts_ns)",
    "CREATE INDEX signals_by_symbol ON signals (symbol, ts_ns)",
    "CREATE TABLE notifications (key TEXT PRIMARY KEY, signal_id TEXT NOT NULL,"
    " channel TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, created_ns BIGINT NOT NULL, next_try_ns BIGINT NOT NULL,"
    " use_by_ns BIGINT NOT NULL, finished_ns BIGINT NOT NULL, reason TEXT NOT NULL,"
    " provider_id TEXT NOT NULL, payload TEXT NOT NULL)",
    "CREATE INDEX notifications_due ON notifications (state, next_try_ns)",
    "CREATE TABLE outcomes (signal_id TEXT NOT NULL, horizon_ms BIGINT NOT NULL,"
    " type TEXT NOT NULL, symbol TEXT NOT NULL, symbol_group TEXT NOT NULL,"
    " pattern TEXT NOT NULL, strength TEXT NOT NULL, pressure TEXT NOT NULL,"
    " rule_version TEXT NOT NULL, score REAL NOT NULL, signal_ns BIGINT NOT NULL,"
    " at_ns BIGINT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL, price_before REAL,"
    " price_after REAL, return_pct REAL, return_sigma REAL, with_pct REAL, against_pct REAL,"
    " lead_s REAL, PRIMARY KEY (signal_id, horizon_ms))",
    "CREATE INDEX outcomes_by_time ON outcomes (horizon_ms, signal_ns)",
};

// The sentence alone: what() would add the statement with all its values, payloads included.
std::string told(const soci::soci_error& error) {
    std::string text = error.get_error_message();
    const std::size_t prefix = text.find(": ");
    if (text.starts_with("sqlite3_") && prefix != std::string::npos) {
        text.erase(0, prefix + 2);
    }
    text.resize(text.find_last_not_of('.') + 1);
    return text;
}

}  // namespace

Database::Database(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Database::~Database() = default;

Status Database::guarded(const char* doing, const std::function<void()>& body) const {
    try {
        body();
        return {};
    } catch (const soci::soci_error& e) {
        return Status::io("store " + session_->path + ": cannot " + doing + ": " + told(e));
    } catch (const std::exception& e) {
        return Status::io("store " + session_->path + ": cannot " + doing + ": " + e.what());
    }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
    if (access == Access::ReadWrite) {
        std::error_code error;
        std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
        if (error) {
            return Status::io("cannot make the folder of the store " + path + ": " +
                              error.message());
        }
    } else if (!std::filesystem::exists(path)) {
        return Status::invalid("there is no store at " + path +
                               " yet. Start petrel run first, or name another --state-dir");
    }
    auto session = std::make_unique<Session>();
    session->path = path;
    auto database = std::make_unique<Database>(std::move(session));
    const mode_t before = ::umask(0077);  // signals are nobody else's business
    Status opened = database->guarded("open it", [&] {
        soci::session& sql = database->session_->sql;
        sql.open(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
        if (access == Access::ReadWrite) {
            std::string mode;
            sql << "PRAGMA journal_mode=WAL", soci::into(mode);
            if (mode != "wal") {
                throw soci::soci_error("its file system allows no write-ahead log (journal mode " +
                                       mode + "); use a local disk for state_dir");
            }
            sql << "PRAGMA synchronous=FULL";
        } else {
            sql << "PRAGMA wal_autocheckpoint=0";
            sql << "PRAGMA query_only=ON";
        }
    });
    ::umask(before);
    if (!opened.ok()) {
        return Status::io(opened.message() +
                          ". Check the disk and the file's permissions. Move it aside if it is "
                          "damaged: petrel then begins a new one");
    }
    if (Status migrated = database->migrate(access); !migrated.ok()) {
        return migrated;
    }
    return database;
}

Status Database::migrate(Access access) {
    int version = 0;
    Status read = guarded("read its schema version",
                          [&] { session_->sql << "PRAGMA user_version", soci::into(version); });
    if (!read.ok()) {
        return read;
    }
    const int newest = static_cast<int>(kMigrations.size());
    if (version > newest) {
        return Status::invalid("store " + session_->path + " has schema " +
                               std::to_string(version) + ", this petrel knows up to " +
                               std::to_string(newest) +
                               ". Use the newer petrel, or another state_dir");
    }
    if (access == Access::Read) {
        return version == newest
                   ? Status()
                   : Status::invalid("store " + session_->path +
                                     " is of an older petrel. Start petrel run once: it migrates");
    }
    for (int step = version; step < newest; ++step) {
        Status done = guarded("migrate it", [&] {
            soci::transaction transaction(session_->sql);
            session_->sql << kMigrations[static_cast<std::size_t>(step)];
            session_->sql << "PRAGMA user_version=" + std::to_string(step + 1);
            transaction.commit();
        });
        if (!done.ok()) {
            return done;
        }
    }
    return {};
}

}  // namespace petrel::core
