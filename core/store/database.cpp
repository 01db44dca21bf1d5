// Opening, and the frame of every call: connect where there is a server, turn exceptions into
// Status, give a connection up that has failed.
#include "store/database.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "runtime/clock.hpp"
#include "store/file_connection.hpp"
#include "store/log_room.hpp"
#include "store/migrations.hpp"
#include "store/schema.hpp"
#include "store/session.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kConnectWaitFirstNs = 250'000'000;
constexpr std::int64_t kConnectWaitMaxNs = 4'000'000'000;
constexpr int kWalPagesMax = 8'000;              // of 4 KiB
constexpr std::int64_t kLogRoomBytes = 6 << 20;  // some 1,500 pages

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

// Copying the log into the file takes many times as long as a commit, and would be in the way of
// the alert that comes behind it: it waits for checkpoint(), but not for ever.
int on_commit(void* session, sqlite_api::sqlite3* connection, const char* name, int pages) {
    static_cast<Database::Session*>(session)->wal_pages = pages;
    if (pages >= kWalPagesMax) {
        sqlite_api::sqlite3_wal_checkpoint(connection, name);
    }
    return SQLITE_OK;  // one that fails is made up for by the next: the log has everything
}

void open_log(Database::Session& session) {
    std::string mode;
    session.sql << "PRAGMA journal_mode=WAL", soci::into(mode);
    if (mode != "wal") {
        throw soci::soci_error("its file system allows no write-ahead log (journal mode " + mode +
                               "); use a local disk for state_dir");
    }
    session.sql << "PRAGMA synchronous=FULL";
    sqlite_api::sqlite3_wal_hook(connection_of(session.sql), &on_commit, &session);
    session.sql << "BEGIN IMMEDIATE";
    const bool synced = make_log_room(session.place.path + "-wal", kLogRoomBytes);
    session.sql << "ROLLBACK";
    if (!synced) {
        throw soci::soci_error("a sync of its log has failed");
    }
}

// Nor does it copy the log when it is the last one to close: that is for the one who writes, and
// must not be after a sync that failed.
void keep_from_writing(Database::Session& session) {
    session.sql << "PRAGMA wal_autocheckpoint=0";
    session.sql << "PRAGMA query_only=ON";
    sqlite_api::sqlite3_db_config(connection_of(session.sql), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                                  nullptr);
}

// Whether a write was refused for what it holds, so that another try cannot help.
bool is_refusal_of_data(const std::string& code) {
    return code.starts_with("22") || code == "23502";
}

}  // namespace

std::string told(const soci::soci_error& error) {
    std::string text = one_line(error.get_error_message());
    const std::size_t prefix = text.find(": ");
    if (text.starts_with("sqlite3_") && prefix != std::string::npos) {
        text.erase(0, prefix + 2);
    }
    text.resize(std::min(text.find(" DETAIL:"), text.size()));  // it may quote the row
    text.resize(text.find_last_not_of(". ") + 1);
    return text;
}

Database::Database(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Database::~Database() = default;

const std::string& Database::broken() const { return session_->broken; }

void Database::interrupt() {
    if (!session_->place.is_server()) {
        sqlite_api::sqlite3_interrupt(connection_of(session_->sql));
    }
}

void Database::checkpoint(int pages_least) {
    if (session_->place.is_server() || !session_->broken.empty() ||
        session_->wal_pages < pages_least) {
        return;
    }
    session_->wal_pages = 0;  // until the next commit tells how much is left
    if (sqlite_api::sqlite3_wal_checkpoint(connection_of(session_->sql), nullptr) != SQLITE_OK) {
        session_->note_failed_sync("store " + session_->name + ": cannot copy its log");
    }
}

void Database::Session::note_failed_sync(const std::string& failure) {
    auto* connection = place.is_server() ? nullptr : connection_of(sql);
    if (connection == nullptr) {
        return;
    }
    const int code = sqlite_api::sqlite3_extended_errcode(connection);
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
        broken = failure +
                 ". A sync has failed: nothing more is written there until petrel is "
                 "restarted";
        // Nor when it is closed: the next sync says yes, and a copy of the log would call safe
        // what is lost.
        sqlite_api::sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
}

void Database::Session::commit(soci::transaction& transaction) {
    try {
        transaction.commit();
    } catch (const soci::soci_error& e) {
        note_failed_sync("store " + name + ": cannot commit: " + told(e));
        throw;
    }
}

Status Database::attempt(const char* doing, const std::function<void()>& body) const {
    const std::string what = "store " + session_->name + ": cannot " + doing + ": ";
    try {
        body();
        return {};
    } catch (const soci::soci_error& e) {
        if (session_->watch != nullptr && session_->watch->has_ended_one()) {
            return Status::io(what + "no answer within " +
                              std::to_string(session_->watch->call_max_ms()) + " ms");
        }
        session_->note_failed_sync(what + told(e));
        return is_refusal_of_data(server_code(e)) ? Status::rejected(what + told(e))
                                                  : Status::io(what + told(e));
    } catch (const std::exception& e) {
        return Status::io(what + e.what());
    }
}

Status Database::guarded(const char* doing, const std::function<void()>& body) const {
    if (!session_->broken.empty()) {
        return Status::io(session_->broken);
    }
    if (session_->in_group || !session_->place.is_server()) {
        return attempt(doing, body);  // the group's call connects, watches and gives up
    }
    if (Status ready = connect(); !ready.ok()) {
        // Whatever it is (a newer node may have migrated), what is to be written is worth keeping.
        return Status::io(ready.message());
    }
    Status done;
    {
        session_->watch->forget();
        const CallWatch::Call call(session_->watch.get(), socket_of(session_->sql));
        done = attempt(doing, body);
    }
    if (!done.ok()) {
        session_->connected = false;  // what the library prepared there is worth nothing any more
        session_->connect_after_ns = 0;
        session_->sql.close();
    }
    return done;
}

// Opens the session to the server unless it is open. Between two tries that failed it does nothing
// but say so, so that no call waits for a server that was not there just now.
Status Database::connect() const {
    Session& session = *session_;
    if (session.connected) {
        return {};
    }
    const bool may_write = session.access == Access::ReadWrite;
    session.watch->forget();
    if (steady_now_ns() < session.connect_after_ns) {
        return Status::io(session.last_failure);
    }
    int version = 0;
    Status opened = attempt("connect", [&] {
        open_server(session.sql, session.place, !may_write, session.watch.get());
    });
    if (opened.ok()) {
        const CallWatch::Call call(session.watch.get(), socket_of(session.sql));
        opened = attempt("migrate it", [&] {
            version = schema_of_server(session.sql);
            if (may_write && version < newest_schema()) {
                migrate_server(session.sql);
                version = schema_of_server(session.sql);
            }
            session.hypertables =
                may_write && version == newest_schema() && use_hypertables(session.sql);
        });
    }
    if (opened.ok()) {
        opened = check_schema(version);
    }
    if (opened.ok()) {
        session.connected = true;
        session.connect_wait_ns = 0;
        return {};
    }
    session.sql.close();
    session.connect_wait_ns =
        std::clamp(2 * session.connect_wait_ns, kConnectWaitFirstNs, kConnectWaitMaxNs);
    session.connect_after_ns = steady_now_ns() + session.connect_wait_ns;
    session.last_failure = opened.message();
    return opened;
}

Status Database::check_schema(int version) const {
    if (version > newest_schema()) {
        return Status::invalid("store " + session_->name + " has schema " +
                               std::to_string(version) + ", this petrel knows up to " +
                               std::to_string(newest_schema()) +
                               ". Use the newer petrel, or another state_dir");
    }
    if (session_->access == Access::Read && version < newest_schema()) {
        return Status::invalid("store " + session_->name +
                               " is of an older petrel. Start petrel run once, or petrel db "
                               "migrate: they migrate");
    }
    return {};
}

Result<std::unique_ptr<Database>> Database::open(const StorePlace& place, Access access) {
    return place.is_server() ? open_server_store(place, access) : open_file(place, access);
}

Result<std::unique_ptr<Database>> Database::open_server_store(const StorePlace& place,
                                                              Access access) {
    auto session = std::make_unique<Session>();
    session->place = place;
    session->access = access;
    session->name = shown_place(place);
    session->watch = std::make_unique<CallWatch>(place.call_max_ms);
    auto database = std::make_unique<Database>(std::move(session));
    if (Status connected = database->connect();
        !connected.ok() && !(place.may_be_down && connected.retryable())) {
        return connected;
    }
    return database;
}

Result<std::unique_ptr<Database>> Database::open_file(const StorePlace& place, Access access) {
    const std::string& path = place.path;
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
    session->place = place;
    session->access = access;
    session->name = path;
    auto database = std::make_unique<Database>(std::move(session));
    const mode_t before = ::umask(0077);  // signals are nobody else's business
    Status opened = database->attempt("open it", [&] {
        soci::session& sql = database->session_->sql;
        sql.open(soci::sqlite3, "dbname=\"" + path + "\" timeout=2");
        if (access == Access::ReadWrite) {
            open_log(*database->session_);
        } else {
            keep_from_writing(*database->session_);
        }
    });
    ::umask(before);
    if (!opened.ok()) {
        return Status::io(opened.message() +
                          ". Check the disk and the file's permissions. Move it aside if it is "
                          "damaged: petrel then begins a new one");
    }
    if (Status migrated = database->migrate(); !migrated.ok()) {
        return migrated;
    }
    return database;
}

Status Database::migrate() {
    int version = 0;
    Status read =
        attempt("read its schema version", [&] { version = schema_of_file(session_->sql); });
    if (read.ok()) {
        read = check_schema(version);
    }
    if (read.ok() && version < newest_schema()) {
        read = attempt("migrate it", [&] { migrate_file(session_->sql); });
    }
    return read;
}

Result<SchemaState> Database::schema(const StorePlace& place) {
    auto session = std::make_unique<Session>();
    session->place = place;
    session->access = Access::Read;
    session->name = shown_place(place);
    SchemaState state;
    state.newest = newest_schema();
    if (!place.is_server() && !std::filesystem::exists(place.path)) {
        return state;
    }
    const Database database(std::move(session));
    soci::session& sql = database.session_->sql;
    Status read = database.attempt("read its schema version", [&] {
        if (place.is_server()) {
            open_server(sql, place, true, nullptr);
            state.version = schema_of_server(sql);
        } else {
            sql.open(soci::sqlite3, "dbname=\"" + place.path + "\" timeout=2");
            keep_from_writing(*database.session_);
            state.version = schema_of_file(sql);
        }
    });
    return read.ok() ? Result<SchemaState>(state) : Result<SchemaState>(read);
}

}  // namespace petrel::core
