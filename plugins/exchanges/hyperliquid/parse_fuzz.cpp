// Fuzz target: any bytes as a frame. Oracle: a refused or ignored frame gives no events, and every
// figure of the others is finite and in bounds.
#include <cstdio>
#include <cstdlib>

#include "probe.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::uint32_t kContractsKept = 1000;
    static std::unique_ptr<petrel::hyperliquid::Probe> probe;
    if (probe == nullptr || probe->instruments > kContractsKept) {
        probe = std::make_unique<petrel::hyperliquid::Probe>();
    }
    const petrel::Decoded answer = probe->decode({reinterpret_cast<const char*>(data), size});
    bool sound = answer.code == PETREL_OK || probe->events.empty();
    for (const petrel::MarketEvent& e : probe->events) {
        sound = sound && petrel::hyperliquid::event_in_bounds(e);
    }
    if (!sound) {
        std::fputs("an event of a refused frame, or one that is out of bounds\n", stderr);
        std::abort();
    }
    return 0;
}
