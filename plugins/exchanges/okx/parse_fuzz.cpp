// Fuzz target: any bytes as a frame. Whatever comes, every figure that gets out is finite and in
// bounds, and a frame that is ignored gives no event.
#include <array>
#include <cstdlib>
#include <string>

#include "kit/bounds.hpp"
#include "parse.hpp"

namespace {

using namespace petrel;

struct Target {
    Target() {
        raw.size = sizeof(raw);
        raw.capacity = static_cast<std::uint32_t>(room.size());
        raw.stride = sizeof(MarketEvent);
        raw.events = room.data();
        raw.context = this;
        raw.flush = [](petrel_decode_out* out) {
            static_cast<Target*>(out->context)->check();
            out->count = 0;
            return PETREL_OK;
        };
        raw.instrument = [](petrel_decode_out*, const petrel_instrument*) { return 0U; };
        raw.notice = [](petrel_decode_out*, const petrel_notice*) {};
        DecodeOut out(&raw);
        for (const char* native : {"BTC-USDT-SWAP", "BTC-USD-SWAP"}) {
            Instrument i;
            i.native = native;
            i.quote = "USD";
            i.quote_per_unit = i.native == "BTC-USD-SWAP" ? 100.0 : 0.0;
            i.base_per_unit = 0.01;
            (void)decoder.contracts().announce(i, out);
        }
    }
    void check() const {
        for (std::uint32_t i = 0; i < raw.count; ++i) {
            const MarketEvent& e = room[i];
            const double low = e.kind == PETREL_EVENT_FUNDING ? -1.0 : 0.0;
            if (!kit::within(e.price, low, kit::kPriceMax) ||
                !kit::within(e.quantity, 0.0, kit::kQuantityMax) ||
                !kit::within(e.notional_usd, 0.0, kit::kOpenInterestMax)) {
                std::abort();
            }
        }
    }

    okx::Decoder decoder;
    std::array<MarketEvent, 4> room{};
    petrel_decode_out raw{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static Target target;
    std::string text(reinterpret_cast<const char*>(data), size);
    text.append(PETREL_FRAME_PADDING, '"');
    DecodeOut out(&target.raw);
    target.decoder.forget(0);
    const Decoded decoded = target.decoder.decode({0, {text.data(), size}, 1}, out);
    if (decoded.code == PETREL_IGNORED && target.raw.count != 0) {
        std::abort();
    }
    target.raw.flush(&target.raw);
    return 0;
}
