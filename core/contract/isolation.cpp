// Fork, a pipe for the rows, a deadline. The child loads the library itself, so that nothing of it
// ever runs in the command's own process.
#include "contract/isolation.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "observe/log.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/error_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

using PipeJson = nlohmann::json;

constexpr std::uint64_t kMemoryMax = 2ULL << 30;  // more than the child has when it begins

// The child's end: rows as lines of JSON.
class PipeSink final : public RowSink {
public:
    explicit PipeSink(int descriptor) : descriptor_(descriptor) {}

    void report(RowResult row) override {
        write_line(PipeJson{{"id", row.id},
                            {"verdict", static_cast<int>(row.verdict)},
                            {"sentence", row.sentence},
                            {"frame", row.frame},
                            {"remedy", row.remedy}});
    }
    void done(const std::string& fault) { write_line(PipeJson{{"done", fault}}); }

private:
    void write_line(const PipeJson& row) {
        const std::string line =
            row.dump(-1, ' ', false, PipeJson::error_handler_t::replace) + "\n";
        for (std::size_t at = 0; at < line.size();) {
            const ssize_t wrote = ::write(descriptor_, line.data() + at, line.size() - at);
            if (wrote < 0 && errno != EINTR) {
                return;
            }
            at += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
        }
    }

    int descriptor_;
};

// How a child ended, and what it wrote.
struct ChildEnd {
    std::string written;
    bool hung = false;
    int status = 0;
};

// A library may take so much memory more, and leaves no core file behind.
void bound_child() {
    std::ifstream pages("/proc/self/statm");
    std::uint64_t mapped = 0;
    pages >> mapped;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const rlimit memory{mapped * page + kMemoryMax, mapped * page + kMemoryMax};
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_AS, &memory);
    (void)::setrlimit(RLIMIT_CORE, &none);
}

template <typename Work>
ChildEnd in_child(std::int64_t limit_ns, Work&& work) {
    ChildEnd end;
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        end.written = error_text(errno);
        return end;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        bound_child();
        log::configure(log::Level::Off, log::Format::Lines);
        PipeSink sink(ends[1]);
        std::forward<Work>(work)(sink);
        ::_exit(0);
    }
    ::close(ends[1]);
    const std::int64_t deadline_ns = steady_now_ns() + limit_ns;
    for (;;) {
        const std::int64_t left_ms = (deadline_ns - steady_now_ns()) / kNsPerMs;
        if (child < 0 || left_ms <= 0) {
            end.hung = child >= 0;
            break;
        }
        pollfd ready{ends[0], POLLIN, 0};
        const int count =
            ::poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left_ms, 1'000)));
        if (count <= 0) {
            continue;
        }
        char bytes[4096];
        const ssize_t got = ::read(ends[0], bytes, sizeof(bytes));
        if (got <= 0) {
            break;
        }
        end.written.append(bytes, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    if (child > 0) {
        if (end.hung) {
            ::kill(child, SIGKILL);
        }
        while (::waitpid(child, &end.status, 0) < 0 && errno == EINTR) {
        }
    }
    return end;
}

std::string ended_how(const ChildEnd& end, std::uint32_t seconds) {
    if (end.hung) {
        return "it hangs: no answer within " + std::to_string(seconds) + " s";
    }
    if (WIFSIGNALED(end.status)) {
        const int signal = WTERMSIG(end.status);
        const char* name = ::sigdescr_np(signal);
        return "it crashed: " + std::string(name == nullptr ? "a signal" : name) + " (signal " +
               std::to_string(signal) + ")";
    }
    return "it ended the process with code " + std::to_string(WEXITSTATUS(end.status));
}

// The rows of the lines; `fault` is what the child says of loading, unset when it never got there.
struct Rows {
    std::vector<RowResult> rows;
    bool done = false;
    std::string fault;
};

Rows rows_of(const std::string& written) {
    Rows result;
    std::istringstream lines(written);
    for (std::string line; std::getline(lines, line);) {
        const PipeJson row = PipeJson::parse(line, nullptr, false);
        if (row.is_discarded()) {
            continue;  // the last line of one that was killed while it wrote
        }
        if (row.contains("done")) {
            result.done = true;
            result.fault = row["done"].get<std::string>();
            continue;
        }
        RowResult one;
        one.id = row["id"].get<std::string>();
        one.verdict = static_cast<RowVerdict>(row["verdict"].get<int>());
        one.sentence = row["sentence"].get<std::string>();
        one.frame = row["frame"].get<std::string>();
        one.remedy = row["remedy"].get<std::string>();
        result.rows.push_back(std::move(one));
    }
    return result;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::istringstream stream{std::string(text)};
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

std::uint32_t limit_seconds(const CheckGroup& group, const VerifyOptions& options) {
    return options.check_seconds_max + (group.ids == "fuzz" ? options.fuzz_seconds : 0);
}

// What a child reported, and how it ended.
struct Ended {
    ChildEnd child;
    Rows rows;
};

// The last row that a child reports of an id counts; one that it never came to is failed.
void fill_open_rows(const CheckGroup& group, const VerifyOptions& options, const InputArena& arena,
                    Ended& ended) {
    Rows& rows = ended.rows;
    const std::string input = arena.input();
    std::string sentence =
        rows.done ? rows.fault : ended_how(ended.child, limit_seconds(group, options));
    if (!rows.done) {
        sentence += ", in " + arena.what();
        const std::string saved = input.empty() ? "" : save_input(options, input);
        sentence += saved.empty() ? "" : "; the input is in " + saved;
    }
    for (const std::string& id : words_of(group.ids)) {
        const bool reported = std::any_of(rows.rows.begin(), rows.rows.end(),
                                          [&](const RowResult& row) { return row.id == id; });
        if (reported) {
            continue;
        }
        RowResult row;
        row.id = id;
        row.verdict = RowVerdict::Fail;
        row.sentence = sentence.empty() ? "the check reported nothing" : sentence;
        row.frame = shown(input);
        row.remedy =
            "run it in a debugger with that input; an adapter must refuse what it cannot "
            "read";
        row.broken = !rows.done;
        rows.rows.push_back(std::move(row));
    }
}

}  // namespace

std::string save_input(const VerifyOptions& options, const std::string& input) {
    const std::string path =
        options.save_directory + "/petrel-verify-" + hash_hex(input) + ".frame";
    std::ofstream file(path, std::ios::binary);
    file.write(input.data(), static_cast<std::streamsize>(input.size()));
    file.close();
    return file ? path : "";
}

std::vector<RowResult> run_isolated(const CheckGroup& group, const VerifyOptions& options,
                                    InputArena& arena) {
    arena.doing("the start");
    arena.call_ended();
    Ended ended;
    ended.child = in_child(limit_seconds(group, options) * kNsPerSecond, [&](PipeSink& sink) {
        ContractSession session(options, arena);
        const Status loaded = session.load();
        if (loaded.ok()) {
            group.run(session, sink);
        }
        sink.done(loaded.message());
    });
    ended.rows = rows_of(ended.child.written);
    fill_open_rows(group, options, arena, ended);
    return std::move(ended.rows.rows);
}

std::string load_fault(const VerifyOptions& options, InputArena& arena, bool& broken) {
    arena.doing("the start");
    const ChildEnd end = in_child(options.check_seconds_max * kNsPerSecond, [&](PipeSink& sink) {
        ContractSession session(options, arena);
        sink.done(session.load().message());
    });
    const Rows rows = rows_of(end.written);
    broken = !rows.done;
    return rows.done ? rows.fault
                     : ended_how(end, options.check_seconds_max) + ", in " + arena.what();
}

}  // namespace petrel::core
