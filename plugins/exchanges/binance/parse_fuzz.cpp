// Fuzz target: any bytes as a frame. Oracle: the fast walk and the general way agree on every
// event, and every figure is finite and in bounds. The seeds' contracts are known from the start,
// so that the fast walk gets its share; the prices that frames leave behind are part of the test.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "oracle.hpp"

namespace {

using petrel::binance::compare_ways;
using petrel::binance::Probe;
using petrel::binance::Way;

constexpr std::size_t kContractsKept = 1000;

struct Pair {
    Probe fast{Way::FastFirst};
    Probe slow{Way::SlowOnly};
};

std::unique_ptr<Pair> fresh_pair() {
    auto pair = std::make_unique<Pair>();
    for (const char* name : {"BTCUSDT", "ETHUSDT", "XRPUSDT", "1000PEPEUSDT", "1000000BOBUSDT",
                             "ETHBTC", "BTCUSDT_261225"}) {
        const std::string frame = R"({"e":"markPriceUpdate","E":1794000000000,"s":")" +
                                  std::string(name) +
                                  R"(","p":"10","i":"10","P":"10","r":"","T":0})";
        (void)compare_ways(pair->fast, pair->slow, frame);
    }
    return pair;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static std::unique_ptr<Pair> pair = fresh_pair();
    if (pair->fast.instruments.size() > kContractsKept) {
        pair = fresh_pair();
    }
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string fault = compare_ways(pair->fast, pair->slow, text);
    if (!fault.empty()) {
        std::fprintf(stderr, "%s\n", fault.c_str());
        std::abort();
    }
    return 0;
}
