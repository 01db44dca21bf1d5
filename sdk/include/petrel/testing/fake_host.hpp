// The host's side of the boundary for tests: services, and the life of one plugin instance.
//
// FakeHost offers the log service and keeps its lines. FakeInstance makes an instance through the
// C table exactly as the product does, so that a test exercises the exception barrier and the
// declared parameters as well. The hosts of each kind (fake_detector_host.hpp,
// fake_exchange_host.hpp, fake_notifier_host.hpp, fake_voter_host.hpp) build on these two.
#pragma once

#include "petrel/testing/fake_clock.hpp"
#include "petrel/testing/fake_config.hpp"

namespace petrel::testing {

// What the plugin class says of itself; a loaded library gives the same through its entry symbol.
template <typename Plugin>
const petrel_plugin_entry& entry_of() {
    return *petrel::detail::entry<Plugin>();
}

class FakeHost {
public:
    struct Line {
        std::uint32_t level;
        std::string text;
    };

    FakeHost() {
        log_.size = sizeof(log_);
        log_.context = this;
        log_.write = [](void* self, std::uint32_t level, petrel_text text) {
            static_cast<FakeHost*>(self)->lines.push_back({level, string_of(text)});
        };
        host_.size = sizeof(host_);
        host_.context = this;
        host_.service = [](void* self, petrel_text id) -> const void* {
            const auto& host = *static_cast<const FakeHost*>(self);
            return host.offers_services && view_of(id) == PETREL_SERVICE_LOG ? &host.log_ : nullptr;
        };
    }
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    [[nodiscard]] const petrel_host* raw() const { return &host_; }

    FakeClock clock;
    std::vector<Line> lines;
    bool offers_services = true;  // false: a plugin must go on without any

private:
    petrel_log_service log_{};
    petrel_host host_{};
};

// An error buffer as the host passes it.
struct FakeError {
    FakeError() { raw.size = sizeof(raw); }
    [[nodiscard]] Status status(std::int32_t code) const {
        return code >= 0 ? Status() : Status::failure(code, raw.text);
    }
    petrel_error raw{};
};

// Makes and releases one instance of a plugin through its table (petrel_detector and so on).
template <typename Table>
class FakeInstance {
public:
    FakeInstance(const petrel_plugin_entry& entry, std::string_view interface_id,
                 FakeConfig config) {
        table_ = static_cast<const Table*>(entry.interface_of(text_of(interface_id)));
        if (table_ == nullptr) {
            status_ = Status::invalid("the plugin does not offer " + std::string(interface_id));
            return;
        }
        status_ = config.bind(entry);
        if (status_.ok()) {
            const petrel_config raw = config.raw();
            FakeError error;
            const std::int32_t code = table_->create(host_.raw(), &raw, &instance_, &error.raw);
            status_ = error.status(code);
        }
    }
    ~FakeInstance() {
        if (instance_ != nullptr) {
            table_->destroy(instance_);
        }
    }
    FakeInstance(const FakeInstance&) = delete;
    FakeInstance& operator=(const FakeInstance&) = delete;

    // Why there is no instance; ok when there is one.
    [[nodiscard]] const Status& status() const { return status_; }
    [[nodiscard]] const Table& table() const { return *table_; }
    [[nodiscard]] void* get() const { return instance_; }
    FakeHost& host() { return host_; }

private:
    FakeHost host_;
    const Table* table_ = nullptr;
    void* instance_ = nullptr;
    Status status_;
};

}  // namespace petrel::testing
