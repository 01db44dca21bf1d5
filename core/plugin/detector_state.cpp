// Both functions are the plugin's: guarded, bounded, and believed in nothing but their status.
#include "plugin/detector_state.hpp"

#include "plugin/plugin_guard.hpp"

namespace petrel::core {
namespace {

bool has_state_functions(const petrel_detector& table) {
    return PETREL_HAS(&table, petrel_detector, load_state) && table.save_state != nullptr &&
           table.load_state != nullptr;
}

std::int32_t keep_bytes(petrel_state_out* out, const void* bytes, std::uint64_t length) {
    auto& kept = *static_cast<std::string*>(out->context);
    if (length > PETREL_STATE_BYTES_MAX - kept.size()) {
        return PETREL_E_FULL;
    }
    kept.append(static_cast<const char*>(bytes), static_cast<std::size_t>(length));
    return PETREL_OK;
}

// Calls one of the two; a refusal carries the plugin's own words. The code of success is kept.
template <typename Call>
Status call_plugin(const std::string& what, std::int32_t& code, Call&& call) {
    petrel_error error{};
    error.size = sizeof(error);
    const Status called = guarded(what, [&]() -> Status {
        code = call(&error);
        return {};
    });
    if (!called.ok() || code >= 0) {
        return called;
    }
    const std::string text = error_text(error);
    return Status::failure(code, what + ": " + (text.empty() ? "it gave no reason" : text));
}

}  // namespace

Result<StateHandover> hand_state_over(const DetectorInstance& from, const DetectorInstance& to) {
    StateHandover handover;
    if (!has_state_functions(from.table()) || !has_state_functions(to.table())) {
        const bool old_lacks = !has_state_functions(from.table());
        handover.empty_because =
            old_lacks ? "the one before hands no state over" : "the new one takes no state over";
        return handover;
    }
    std::string bytes;
    petrel_state_out out{};
    out.size = sizeof(out);
    out.context = &bytes;
    out.write = &keep_bytes;
    std::int32_t code = PETREL_OK;
    const Status saved = call_plugin(
        "the one before cannot save its state", code,
        [&](petrel_error* error) { return from.table().save_state(from.handle(), &out, error); });
    if (!saved.ok()) {
        return saved;
    }
    const Status loaded =
        call_plugin("the new one refuses the state", code, [&](petrel_error* error) {
            return to.table().load_state(to.handle(), bytes.data(), bytes.size(), error);
        });
    if (!loaded.ok()) {
        return loaded;
    }
    handover.bytes = bytes.size();
    if (code == PETREL_IGNORED) {
        handover.empty_because = "the new one has no use for the state";
    }
    return handover;
}

}  // namespace petrel::core
