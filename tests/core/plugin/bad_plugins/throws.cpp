// Throws where a plugin must not: past the boundary (raw C table), in destroy, or inside the
// wrapper's barrier (THROWS_INSIDE).
#include <stdexcept>

#include "petrel/detector.hpp"

#ifdef THROWS_INSIDE

class Throwing : public petrel::Detector {
public:
    Throwing(petrel::Host, petrel::Config) { throw std::runtime_error("cannot find my hat"); }
    static petrel::PluginInfo describe() { return {"throwing", "1", "test", "throws", {}}; }
    static std::span<const petrel_text> finding_types() { return {}; }
    [[nodiscard]] std::vector<petrel_interest> interests() const override { return {}; }
    void on_events(const petrel::EventBatch&, const petrel::WindowView&,
                   petrel::FindingOut&) override {}
};

PETREL_PLUGIN(Throwing);

#else

namespace {

petrel_detector table{};
petrel_plugin_entry entry{};

}  // namespace

extern "C" __attribute__((visibility("default"))) const petrel_plugin_entry* petrel_plugin_entry_v1(
    void) {
    table.size = sizeof(table);
    table.finding_types = [](const petrel_text**) -> std::uint32_t { return 0; };
    table.create = [](const petrel_host*, const petrel_config*, void** instance,
                      petrel_error*) -> std::int32_t {
#ifdef THROWS_IN_DESTROY
        *instance = &table;
        return PETREL_OK;
#else
        (void)instance;
        throw std::runtime_error("past the boundary");
#endif
    };
    table.destroy = [](void*) { throw 42; };
    table.interests = [](void*, petrel_interest*, std::uint32_t) -> std::uint32_t { return 0; };
    table.on_events = [](void*, const petrel_batch*, const petrel_window_view*, petrel_finding_out*,
                         petrel_error*) -> std::int32_t { return PETREL_OK; };
    entry.size = sizeof(entry);
    entry.abi_major = PETREL_ABI_MAJOR;
    entry.abi_minor = PETREL_ABI_MINOR;
    entry.kind = PETREL_KIND_DETECTOR;
    entry.name = petrel::text_of("thrower");
    entry.interface_of = [](petrel_text) -> const void* { return &table; };
    return &entry;
}

PETREL_ABI_NOTE;

#endif
