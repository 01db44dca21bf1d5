// A whole notifier channel in one file: prints each alert to standard output.
//
// A LocalNotifier delivers by itself, on a worker thread of the host, and may block. A channel that
// speaks HTTP derives from HttpNotifier instead: it builds a request and reads the reply, and the
// host does the sending, the pacing and the retries.
#include <cstdio>

#include "petrel/notifier.hpp"
#include "petrel/plain_text.hpp"

namespace {

class StdoutNotifier final : public petrel::LocalNotifier {
public:
    StdoutNotifier(const petrel::Host&, const petrel::Config& config)
        : prefix_(config.text("prefix")) {}

    static petrel::PluginInfo describe() {
        petrel_parameter prefix =
            petrel::parameter(PETREL_PARAMETER_TEXT, "prefix", "", "written before each alert");
        prefix.default_text = petrel::text_of("petrel: ");
        return {
            "stdout_notifier", "0.1.0", "your name", "Prints alerts to standard output.", {prefix}};
    }

    petrel::Outcome deliver(const petrel::Alert& alert) override {
        // The host sends plain text; escaping for the medium is the channel's duty. On a terminal
        // that means: no control characters.
        std::string text = prefix_ + petrel::plain_line(alert.headline) + "\n";
        for (const petrel_alert_field& field : alert.fields) {
            text += "    " + petrel::plain_line(petrel::view_of(field.name)) + ": " +
                    petrel::plain_line(petrel::view_of(field.value)) + "\n";
        }
        const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
        if (!written || std::fflush(stdout) != 0) {
            std::clearerr(stdout);
            return {PETREL_RETRY, 0, {}, "standard output takes nothing at the moment"};
        }
        return {PETREL_DELIVERED, 0, {}, {}};
    }

private:
    std::string prefix_;
};

}  // namespace

PETREL_PLUGIN(StdoutNotifier);
