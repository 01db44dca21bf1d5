// A PostgreSQL of a test's own: a new cluster in a temporary folder, reached over a socket in it.
//
// One server for a test program (shared_server), a database for each test. The server is a child
// that ends with its parent. It refuses to run as root, so a test that does runs it as `postgres`.
// Where the package is missing the test fails and says so. Used by the test's thread.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <postgresql/libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/store/temp_folder_support.hpp"

namespace petrel::testing {

class PostgresServer {
public:
    PostgresServer() {
        make_folder();
        const int made = wait_for(run({tool("initdb"), "-D", data(), "-A", "trust", "-U", "petrel",
                                       "--no-sync", "--no-locale", "-E", "UTF8"}));
        if (made != 0) {
            throw std::runtime_error("initdb failed");
        }
        start();
    }
    // A standby that streams from `primary`. From here on the primary answers a commit when both
    // have it.
    struct StandbyOf {
        const PostgresServer& primary;
    };
    explicit PostgresServer(StandbyOf of) {
        const PostgresServer& primary = of.primary;
        make_folder();
        const int copied =
            wait_for(run({tool("pg_basebackup"), "-h", primary.folder_, "-U", "petrel", "-D",
                          data(), "-R", "-X", "stream", "-c", "fast", "--no-sync"}));
        if (copied != 0) {
            throw std::runtime_error("pg_basebackup failed");
        }
        start();
        primary.run_sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.run_sql("postgres", "SELECT pg_reload_conf()");
        if (!eventually([&] {
                return primary.run_sql("postgres", "SELECT sync_state FROM pg_stat_replication") ==
                       "sync";
            })) {
            throw std::runtime_error("the standby does not follow");
        }
    }
    // A standby takes over. It answers no commit late for a standby of its own.
    void promote() const {
        run_sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
        run_sql("postgres", "SELECT pg_promote()");
    }
    ~PostgresServer() {
        stop();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    void start() {
        child_ =
            run({tool("postgres"), "-D", data(), "-k", folder_, "-c", "listen_addresses=", "-c",
                 "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=8MB"});
        if (!eventually([&] { return PQping(url("postgres").c_str()) == PQPING_OK; })) {
            throw std::runtime_error("the server does not answer");
        }
    }
    // As pg_ctl stop -m immediate: nobody is asked, and the next start recovers.
    void stop() {
        if (child_ > 0) {
            signal(SIGCONT);
            signal(SIGQUIT);
            wait_for(child_);
            child_ = -1;
        }
    }
    // To the server and all that it started.
    void signal(int number) const {
        for (const pid_t pid : family()) {
            ::kill(pid, number);
        }
    }

    // One address for two servers: whoever may be written to.
    [[nodiscard]] std::string url_of_both(const PostgresServer& other,
                                          const std::string& database) const {
        return "postgresql:///" + database + "?host=" + folder_ + "," + other.folder_ +
               "&user=petrel";
    }
    [[nodiscard]] std::string url(const std::string& database) const {
        return "postgresql:///" + database + "?host=" + folder_ + "&user=petrel";
    }
    std::string new_database() {
        const std::string name = "t" + std::to_string(++databases_);
        run_sql("postgres", "CREATE DATABASE " + name);
        return name;
    }
    // The first column of the first row; "error: ..." when it fails.
    std::string run_sql(const std::string& database, const std::string& text) const {
        PGconn* connection = PQconnectdb(url(database).c_str());
        PGresult* result = PQexec(connection, text.c_str());
        const ExecStatusType status = PQresultStatus(result);
        std::string first;
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            first = std::string("error: ") + PQerrorMessage(connection);
        } else if (PQntuples(result) > 0 && PQnfields(result) > 0) {
            first = PQgetvalue(result, 0, 0);
        }
        PQclear(result);
        PQfinish(connection);
        return first;
    }
    // Ends every session on the database but the asking one.
    void end_sessions(const std::string& database) const {
        run_sql("postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                " '" +
                    database + "'");
    }

private:
    void make_folder() {
        std::string pattern = "/tmp/petrel-pg-XXXXXX";  // short: a socket's path has 107 bytes
        folder_ = ::mkdtemp(pattern.data());
        if (::geteuid() == 0) {
            const passwd* user = ::getpwnam("postgres");
            if (user == nullptr || ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
                throw std::runtime_error("no user postgres: install Debian's postgresql");
            }
        }
    }
    [[nodiscard]] std::string data() const { return folder_ + "/data"; }

    static std::string tool(const std::string& name) {
        std::string found;
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
            const std::string path = entry.path().string() + "/bin/" + name;
            if (::access(path.c_str(), X_OK) == 0 && path > found) {
                found = path;
            }
        }
        if (found.empty()) {
            throw std::runtime_error(name + " is not there: install Debian's postgresql");
        }
        return found;
    }

    [[nodiscard]] pid_t run(const std::vector<std::string>& words) const {
        const pid_t parent = ::getpid();
        const pid_t child = ::fork();
        if (child == 0) {
            const int log = ::open((folder_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
            ::dup2(log, STDOUT_FILENO);
            ::dup2(log, STDERR_FILENO);
            if (const passwd* user = ::getpwnam("postgres"); ::geteuid() == 0 && user != nullptr) {
                if (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) {
                    ::_exit(126);
                }
            }
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() != parent || ::chdir("/") != 0) {
                ::_exit(125);
            }
            std::vector<char*> pointers;
            for (const std::string& word : words) {
                pointers.push_back(const_cast<char*>(word.c_str()));
            }
            pointers.push_back(nullptr);
            ::setenv("LC_ALL", "C", 1);
            ::unsetenv("LD_PRELOAD");
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
        return child;
    }
    static int wait_for(pid_t child) {
        int status = -1;
        ::waitpid(child, &status, 0);
        return status;
    }
    // The server's process and those whose parent it is.
    [[nodiscard]] std::vector<pid_t> family() const {
        std::vector<pid_t> pids = {child_};
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const std::string name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) {
                continue;
            }
            std::string stat;
            std::ifstream in(entry.path() / "stat");
            std::getline(in, stat);  // nothing of a process that has ended meanwhile
            const std::size_t end = stat.rfind(')');
            if (end != std::string::npos && std::atoi(stat.c_str() + end + 4) == child_) {
                pids.push_back(static_cast<pid_t>(std::atoi(name.c_str())));
            }
        }
        return pids;
    }

    std::string folder_;
    pid_t child_ = -1;
    int databases_ = 0;
};

// Started when the first test asks.
inline PostgresServer& shared_server() {
    static PostgresServer server;
    return server;
}

}  // namespace petrel::testing
