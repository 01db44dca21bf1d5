// What the host offers to one plugin instance, as the C structs of the ABI: the log so far.
//
// Owned by the instance, which it must outlive; the address stays, so it neither copies nor moves.
// Services may be called on any thread.
#pragma once

#include <string>

#include "petrel/abi/host.h"

namespace petrel::core {

class HostServices {
public:
    // `component` names the instance in log lines: "detectors.surge".
    explicit HostServices(std::string component);
    HostServices(const HostServices&) = delete;
    HostServices& operator=(const HostServices&) = delete;

    [[nodiscard]] const petrel_host* host() const { return &host_; }

private:
    static const void* service(void* context, petrel_text id) noexcept;
    static void write_log(void* context, std::uint32_t level, petrel_text text) noexcept;

    std::string component_;
    petrel_log_service log_{};
    petrel_host host_{};
};

}  // namespace petrel::core
