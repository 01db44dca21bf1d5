// Services by their id. A line of a plugin's is cut to a bounded length before it is copied.
#include "plugin/host_services.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kLogTextMax = 4096;

log::Level level_of_plugin(std::uint32_t level) {
    switch (level) {
        case PETREL_LOG_DEBUG:
            return log::Level::Debug;
        case PETREL_LOG_INFO:
            return log::Level::Info;
        case PETREL_LOG_WARNING:
            return log::Level::Warning;
        default:
            return log::Level::Error;
    }
}

}  // namespace

HostServices::HostServices(std::string component) : component_(std::move(component)) {
    log_.size = sizeof(log_);
    log_.context = this;
    log_.write = &HostServices::write_log;
    host_.size = sizeof(host_);
    host_.context = this;
    host_.service = &HostServices::service;
}

const void* HostServices::service(void* context, petrel_text id) noexcept {
    const auto* self = static_cast<const HostServices*>(context);
    return view_of(id) == PETREL_SERVICE_LOG ? &self->log_ : nullptr;
}

void HostServices::write_log(void* context, std::uint32_t level, petrel_text text) noexcept {
    const auto* self = static_cast<const HostServices*>(context);
    const petrel_text bounded{text.data, std::min(text.length, kLogTextMax)};
    log::write(level_of_plugin(level), self->component_, view_of(bounded));
}

}  // namespace petrel::core
