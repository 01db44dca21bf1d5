// Fuzz target: any bytes as a frame. Oracle: the fast and the general reader agree on every event,
// and every figure is finite and in bounds. Contracts of the seeds are known from the start, so
// that the fast reader gets its share.
#include <cstdio>
#include <cstdlib>

#include "oracle.hpp"

namespace {

using petrel::bybit::Probe;
using petrel::bybit::Readers;

constexpr std::size_t kContractsKept = 1000;

struct Pair {
    Probe both{Readers::Both};
    Probe slow{Readers::SlowOnly};
};

std::unique_ptr<Pair> fresh_pair() {
    auto pair = std::make_unique<Pair>();
    for (const char* name : {"BTCUSDT", "ETHUSDT", "SOLUSDT", "1000PEPEUSDT", "BTCPERP"}) {
        const std::string frame = R"({"topic":"allLiquidation.)" + std::string(name) +
                                  R"(","type":"snapshot","ts":1794000000000,"data":[]})";
        (void)petrel::bybit::compare_readers(pair->both, pair->slow, frame);
    }
    return pair;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static std::unique_ptr<Pair> pair = fresh_pair();
    if (pair->both.instruments > kContractsKept) {
        pair = fresh_pair();
    }
    pair->both.decoder().contracts().forget_tickers(0);
    pair->slow.decoder().contracts().forget_tickers(0);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string fault = petrel::bybit::compare_readers(pair->both, pair->slow, text);
    if (!fault.empty()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        std::abort();
    }
    return 0;
}
