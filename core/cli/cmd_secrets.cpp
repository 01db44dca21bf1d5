// One change of the store at a time: a lock beside it keeps two commands from undoing each other.
#include "cli/cmd_secrets.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/config_source.hpp"
#include "secrets/secret_reader.hpp"
#include "secrets/secret_store.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

// Switches echo and signal keys off, so that nothing of the value is seen or left half typed.
class HiddenTyping {
public:
    HiddenTyping() {
        if (::tcgetattr(STDIN_FILENO, &before_) == 0) {
            termios hidden = before_;
            hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        }
    }
    ~HiddenTyping() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    termios before_{};
};

// A line from a terminal, all of it from a pipe; one line end at its end does not belong to it.
Result<std::string> read_hidden(const std::string& prompt, Terminal& terminal) {
    constexpr char interrupt = 3;
    std::optional<HiddenTyping> hidden;
    const bool typed = ::isatty(STDIN_FILENO) == 1;
    if (typed) {
        terminal.err << prompt << ": " << std::flush;
        hidden.emplace();
    }
    std::string text;
    text.reserve(SecretStore::kValueBytesMax + 2);
    char next = 0;
    ssize_t count = 0;
    while (text.size() <= SecretStore::kValueBytesMax + 1 &&
           (count = ::read(STDIN_FILENO, &next, 1)) != 0) {
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 || (typed && next == interrupt)) {
            wipe_secret(text);
            return Status::io("nothing was read from standard input");
        }
        if (typed && next == '\n') {
            break;
        }
        text.push_back(next);
    }
    if (typed) {
        terminal.err << "\n";
    }
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

int refused(const std::string& why, Terminal& terminal) {
    terminal.err << "error[PTL-C026]: " << why << "\n";
    return kExitUsage;
}

// Held until the command ends.
class StoreLock {
public:
    explicit StoreLock(const std::string& file)
        : fd_(::open((file + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        held_ = fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
    }
    ~StoreLock() { ::close(fd_); }
    StoreLock(const StoreLock&) = delete;
    StoreLock& operator=(const StoreLock&) = delete;
    [[nodiscard]] bool held() const { return held_; }

private:
    int fd_;
    bool held_ = false;
};

std::optional<SecretStoreConfig> place_of(const ConfigArguments& arguments, Terminal& terminal) {
    const LoadResult loaded = load_config(load_options(arguments, terminal));
    if (has_errors(loaded.problems)) {
        terminal.err << render(loaded.problems);
        return std::nullopt;
    }
    return loaded.config.secrets;
}

// The passphrase where there is no key file: from its variable, else typed.
Result<std::string> passphrase_for(const SecretStoreConfig& place, Terminal& terminal) {
    const auto found = terminal.environment.find(kPassphraseVariable);
    if (!place.key_file.empty()) {
        return std::string();
    }
    if (found != terminal.environment.end()) {
        return found->second;
    }
    return ::isatty(STDIN_FILENO) == 1
               ? read_hidden("passphrase of " + place.file, terminal)
               : Result<std::string>(Status::invalid(
                     "the secret store " + place.file + " needs its passphrase: set " +
                     kPassphraseVariable + ", or name a key file, secrets.key_file"));
}

enum class WhenAbsent : std::uint8_t { Create, Fail };

Result<SecretStore> open_store(const SecretStoreConfig& place, WhenAbsent absent,
                               Terminal& terminal) {
    Result<std::string> passphrase = passphrase_for(place, terminal);
    if (!passphrase.ok()) {
        return passphrase.status();
    }
    std::error_code error;
    const bool create = absent == WhenAbsent::Create && !fs::exists(place.file, error);
    Result<SecretStore> store =
        create ? SecretStore::create(place, *passphrase) : SecretStore::open(place, *passphrase);
    wipe_secret(*passphrase);
    return store;
}

}  // namespace

int cmd_secrets_set(const SecretsArguments& arguments, Terminal& terminal) {
    const std::optional<SecretStoreConfig> place = place_of(arguments.config, terminal);
    if (!place) {
        return kExitUsage;
    }
    if (const Status name = check_secret_name(arguments.name); !name.ok()) {
        return refused(name.message(), terminal);
    }
    std::error_code ignored;
    fs::create_directories(fs::path(place->file).parent_path(), ignored);
    const StoreLock lock(place->file);
    if (!lock.held()) {
        return refused("the secret store " + place->file +
                           " cannot be locked: another command changes it, or its folder cannot "
                           "be written",
                       terminal);
    }
    Result<SecretStore> store = open_store(*place, WhenAbsent::Create, terminal);
    if (!store.ok()) {
        return refused(store.status().message(), terminal);
    }
    Result<std::string> value = read_hidden("value of " + arguments.name, terminal);
    if (!value.ok()) {
        return refused(value.status().message(), terminal);
    }
    Status kept = store->set(arguments.name, *value);
    wipe_secret(*value);
    kept = kept.ok() ? store->save() : kept;
    if (!kept.ok()) {
        return refused(kept.message(), terminal);
    }
    terminal.out << "kept " << arguments.name << " in " << place->file
                 << "\nrefer to it as { store = \"" << arguments.name << "\" }\n";
    return kExitDone;
}

int cmd_secrets_list(const SecretsListArguments& arguments, Terminal& terminal) {
    const std::optional<SecretStoreConfig> place = place_of(arguments.config, terminal);
    if (!place) {
        return kExitUsage;
    }
    const Result<SecretStore> store = open_store(*place, WhenAbsent::Fail, terminal);
    if (!store.ok()) {
        return refused(store.status().message(), terminal);
    }
    if (arguments.output.json) {
        const nlohmann::json document{
            {"version", 1}, {"store", place->file}, {"names", store->names()}};
        terminal.out << document.dump() << "\n";
        return kExitDone;
    }
    for (const std::string& name : store->names()) {
        terminal.out << name << "\n";
    }
    return kExitDone;
}

int cmd_secrets_remove(const SecretsArguments& arguments, Terminal& terminal) {
    const std::optional<SecretStoreConfig> place = place_of(arguments.config, terminal);
    if (!place) {
        return kExitUsage;
    }
    const StoreLock lock(place->file);
    if (!lock.held()) {
        return refused("the secret store " + place->file + " cannot be locked", terminal);
    }
    Result<SecretStore> store = open_store(*place, WhenAbsent::Fail, terminal);
    Status removed = store.ok() ? store->remove(arguments.name) : store.status();
    removed = removed.ok() ? store->save() : removed;
    if (!removed.ok()) {
        return refused(removed.message(), terminal);
    }
    terminal.out << "removed " << arguments.name << "\n";
    return kExitDone;
}

}  // namespace petrel::core
