// The contracts that discovery has listed: handle and factors of each, found by native name.
//
// Owned by the adapter, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include <cmath>

#include "kit/contracts.hpp"
#include "kit/per_connection.hpp"
#include "symbols.hpp"

namespace petrel::gate {

using kit::Figures;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::kQuantityMax;
using kit::Name;
using kit::Reason;
using kit::time_fits;
using kit::within;

// A time in milliseconds, for one that may be in seconds (with decimals); 0 for an absurd one.
inline std::uint64_t ms_of(double time) {
    constexpr double kSecondsMax = 1e11;
    const double ms = time < kSecondsMax ? time * 1e3 : time;
    const bool fits =
        ms >= static_cast<double>(kit::kTimeMsMin) && ms <= static_cast<double>(kit::kTimeMsMax);
    return fits ? static_cast<std::uint64_t>(ms + 0.5) : 0;
}

// The last trade of a contract that gave no event, and how many there were in a row.
struct LeftOut {
    std::uint64_t id = 0;
    std::uint32_t count = 0;
};
using LeftOuts = kit::PerConnection<LeftOut>;

struct Contract : kit::SizedContract {
    Settle settle = Settle::Usdt;
    std::uint64_t funding_interval_s = 0;  // 0: unknown
    std::uint64_t funding_next_s = 0;      // a time at which funding was or is due
};

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. False when the table is full or the host takes no more.
    bool announce(const Listed& listed, DecodeOut& out) {
        Contract* contract = announce_name(listed.instrument, out);
        if (contract == nullptr) {
            return false;
        }
        contract->set_size(listed.instrument);
        contract->usd_per_quote = usd_per_quote(listed.instrument.quote);
        contract->settle = listed.settle;
        contract->funding_interval_s = listed.funding_interval_s;
        contract->funding_next_s = listed.funding_next_s;
        return true;
    }
};

}  // namespace petrel::gate
