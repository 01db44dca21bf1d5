// A line is written by one call, so a crash leaves at most one torn line at the end.
#include "pipeline_audit.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/clock_text.hpp"
#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

std::string audit_line(const RuleAction& action) {
    nlohmann::ordered_json json;
    json["time"] = iso_utc(action.at_ns);
    json["at_ns"] = action.at_ns;
    json["what"] = action.what;
    json["who"] = action.who;
    json["from"] = action.from;
    json["to"] = action.to;
    json["good"] = action.good;
    json["result"] = action.result;
    json["changed"] = action.changed;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void take_lines(const std::string& path, std::size_t count, std::deque<std::string>& lines) {
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
        if (nlohmann::json::accept(line)) {
            lines.push_back(line);
        }
        if (lines.size() > count) {
            lines.pop_front();
        }
    }
}

}  // namespace

std::string rule_audit_path(const std::string& state_dir) {
    return state_dir + "/rules-audit.jsonl";
}

Status RuleAudit::add(const RuleAction& action) {
    std::error_code error;
    if (const auto bytes = fs::file_size(path_, error); !error && bytes > kBytesMax) {
        fs::rename(path_, path_ + ".1", error);
    }
    const int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return Status::io("cannot write " + path_ + ": " + error_text(errno));
    }
    // Behind a line that a crash cut short, this one begins anew.
    char last = '\n';
    const off_t bytes = ::lseek(descriptor, 0, SEEK_END);
    const bool torn = bytes > 0 && ::pread(descriptor, &last, 1, bytes - 1) == 1 && last != '\n';
    const std::string line = (torn ? "\n" : "") + audit_line(action);
    const bool good =
        ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fsync(descriptor) == 0;
    const int failed = errno;
    ::close(descriptor);
    return good ? Status() : Status::io("cannot write " + path_ + ": " + error_text(failed));
}

Result<std::vector<std::string>> read_rule_audit(const std::string& state_dir, std::size_t count) {
    const std::string path = rule_audit_path(state_dir);
    std::error_code error;
    if (!fs::exists(path, error)) {
        return Status::invalid("there is no " + path +
                               ": no petrel has run with this state folder; name another one with "
                               "--state-dir or --config");
    }
    std::deque<std::string> lines;
    take_lines(path + ".1", count, lines);
    take_lines(path, count, lines);
    return std::vector<std::string>(lines.begin(), lines.end());
}

}  // namespace petrel::core
