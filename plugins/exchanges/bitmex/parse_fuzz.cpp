// Fuzz target: any bytes as a frame. Oracle: nothing is read outside the frame and its padding,
// every figure is finite and in bounds, and a frame that is not taken gives no event. Lines of
// fixtures/frames.jsonl are good seeds.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "test_support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::uint32_t kContractsKept = 1000;
    static petrel::bitmex::CountingHost host;
    static auto decoder = std::make_unique<petrel::bitmex::Decoder>();
    if (host.instruments > kContractsKept) {
        decoder = std::make_unique<petrel::bitmex::Decoder>();
        host.instruments = 0;
    }
    std::vector<char> frame(data, data + size);
    frame.insert(frame.end(), PETREL_FRAME_PADDING, '"');
    frame.shrink_to_fit();
    const petrel::Decoded answer = host.decode(*decoder, {frame.data(), size});
    if (!host.all_in_bounds || (answer.code != PETREL_OK && host.events != 0)) {
        std::fprintf(stderr, "an event out of bounds, or events of a frame that was not taken\n");
        std::abort();
    }
    return 0;
}
