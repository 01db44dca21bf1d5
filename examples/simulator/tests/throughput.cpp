// Counts frames a second from a running petrel-sim to one client.
//
//   petrel_sim_throughput ws://127.0.0.1:PORT TARGET SECONDS
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "ws_probe.hpp"

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: petrel_sim_throughput ws://127.0.0.1:PORT TARGET SECONDS\n", stderr);
        return 2;
    }
    using Clock = std::chrono::steady_clock;
    const auto probe =
        petrel::sim::testing::WsProbe::connect({.address = argv[1], .target = argv[2]});
    if (!probe) {
        std::fprintf(stderr, "cannot connect to %s%s\n", argv[1], argv[2]);
        return 1;
    }
    const double wanted_s = std::atof(argv[3]);
    const auto begin = Clock::now();
    unsigned long frames = 0;
    unsigned long bytes = 0;
    double elapsed_s = 0.0;
    while (elapsed_s < wanted_s) {
        const auto frame = probe->receive();
        if (!frame) {
            std::fprintf(stderr, "the connection ended with code %d\n", probe->close_code());
            return 1;
        }
        ++frames;
        bytes += frame->size();
        elapsed_s = std::chrono::duration<double>(Clock::now() - begin).count();
    }
    std::printf("%lu frames, %.0f frames/s, %.1f MB/s\n", frames,
                static_cast<double>(frames) / elapsed_s,
                static_cast<double>(bytes) / 1e6 / elapsed_s);
    return 0;
}
