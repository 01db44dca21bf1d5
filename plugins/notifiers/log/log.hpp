// Writes each alert as one line of JSON, to standard output or to a file.
//
// Stage 9 of the flow. Delivers by itself on a worker thread of the host, and may block there.
#pragma once

#include "petrel/notifier.hpp"

namespace petrel::log {

class Log final : public LocalNotifier {
public:
    Log(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    Outcome deliver(const Alert& alert) override;

private:
    Outcome append(std::string_view line);

    std::string path_;
    bool line_is_torn_ = false;  // the file ends in half a line that could not be taken back
};

}  // namespace petrel::log
