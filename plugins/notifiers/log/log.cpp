// The file is opened for each alert, so that whatever rotates it needs to tell nobody. A line that
// did not fit on the disk is taken back; where that fails, the next line starts on a fresh one, so
// that one half line is all a reader has to skip.
#include "log.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "kit/write_all.hpp"

namespace petrel::log {
namespace {

petrel_parameter path_parameter() {
    return parameter(PETREL_PARAMETER_TEXT, "path", "",
                     "file the lines are appended to; standard output when empty");
}

// Closes a descriptor that open() gave.
class Descriptor {
public:
    explicit Descriptor(const std::string& path)
        : number_(
              ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600)) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

std::string error_text(int error) { return kit::Written{0, error}.error_text(); }

// Errors that only a person can end; all others may pass.
bool is_lasting(int error) {
    constexpr int lasting[] = {EACCES, EPERM, EISDIR, ENOTDIR, EROFS, ELOOP, ENAMETOOLONG, EPIPE};
    return std::find(std::begin(lasting), std::end(lasting), error) != std::end(lasting);
}

Outcome failed(const std::string& what, const std::string& target, int error) {
    return {is_lasting(error) ? PETREL_BROKEN : PETREL_RETRY,
            0,
            {},
            what + " " + target + ": " + error_text(error)};
}

// The alert's JSON as one line: line breaks in JSON text stand only between its parts.
std::string line_of(std::string_view json) {
    std::string line(json);
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    line.push_back('\n');
    return line;
}

// Takes the first part of a line back, if it is still the end of the file.
bool take_back(int descriptor, off_t size_before, std::size_t written) {
    struct stat now{};
    return ::fstat(descriptor, &now) == 0 && S_ISREG(now.st_mode) &&
           now.st_size == size_before + static_cast<off_t>(written) &&
           ::ftruncate(descriptor, size_before) == 0;
}

}  // namespace

Log::Log(const Host& host, const Config& config) : path_(config.text("path")) { (void)host; }

PluginInfo Log::describe() {
    return {"log", "1.0.0", "petrel", "Writes each alert as one line of JSON.", {path_parameter()}};
}

Status Log::ready() const {
    if (path_.empty()) {
        return {};
    }
    const Descriptor file(path_);
    if (file.number() < 0) {
        return Status::io("log: cannot append to " + path_ + ": " + error_text(errno) +
                          "; create its folder or correct 'path'");
    }
    return {};
}

Outcome Log::deliver(const Alert& alert) {
    const std::string line = line_of(alert.json);
    if (!path_.empty()) {
        return append(line);
    }
    const kit::Written written = kit::write_all(STDOUT_FILENO, line);
    if (written.complete()) {
        return {PETREL_DELIVERED, 0, {}, {}};
    }
    return failed("cannot write to", "standard output", written.error);
}

Outcome Log::append(std::string_view line) {
    const Descriptor file(path_);
    if (file.number() < 0) {
        return failed("cannot open", path_, errno);
    }
    struct stat before{};
    if (::fstat(file.number(), &before) != 0) {
        return failed("cannot examine", path_, errno);
    }
    const std::string whole = (line_is_torn_ ? "\n" : "") + std::string(line);
    const kit::Written written = kit::write_all(file.number(), whole);
    if (!written.complete()) {
        line_is_torn_ = written.bytes > 0 ? !take_back(file.number(), before.st_size, written.bytes)
                                          : line_is_torn_;
        return failed("cannot append to", path_, written.error);
    }
    line_is_torn_ = false;
    return {PETREL_DELIVERED, 0, {}, {}};
}

}  // namespace petrel::log

PETREL_PLUGIN(petrel::log::Log);
