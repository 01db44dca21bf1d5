// An exchange that pushes and is polled, and brings no end point of its own; with BAD_NULL_INFO one
// that tells nothing of itself.
#include "petrel/exchange.hpp"

namespace {

class Homeless final : public petrel::Exchange {
public:
    Homeless(const petrel::Host&, const petrel::Config&) {}
    static petrel::PluginInfo describe() { return {"homeless", "1", "test", "no address", {}}; }
    static const petrel_exchange_info* info() {
        static const petrel_exchange_info value = [] {
            petrel_exchange_info i{};
            i.size = sizeof(i);
            i.completeness[PETREL_EVENT_TRADE] = PETREL_COMPLETE;
            i.completeness[PETREL_EVENT_OPEN_INTEREST] = PETREL_POLLED;
            return i;
        }();
#ifdef BAD_NULL_INFO
        return nullptr;
#else
        return &value;
#endif
    }
    petrel::Status discover(petrel::DecodeOut&) override { return {}; }
    petrel::Status plan(std::span<const petrel_subscription>, petrel_plan_out&) override {
        return {};
    }
    petrel::Decoded on_frame(const petrel::Frame&, petrel::DecodeOut&) override {
        return petrel::Decoded::ignored();
    }
    petrel::Decoded on_reply(const petrel::Reply&, petrel::DecodeOut&) override {
        return petrel::Decoded::ignored();
    }
};

}  // namespace

PETREL_PLUGIN(Homeless);
