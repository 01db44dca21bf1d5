// Shows alerts on the terminal of the process, or in whatever its standard output is connected to.
//
// Stage 9 of the flow. Delivers by itself on a worker thread of the host, and may block there.
#pragma once

#include "message.hpp"

namespace petrel::console {

class Console final : public LocalNotifier {
public:
    Console(const Host& host, const Config& config);

    static PluginInfo describe();

    [[nodiscard]] Status ready() const override;
    Outcome deliver(const Alert& alert) override;

private:
    std::string wanted_colour_;
};

}  // namespace petrel::console
