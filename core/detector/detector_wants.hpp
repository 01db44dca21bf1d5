// A detector as the stage calls it, what it asks for, and whether windows that were made for
// another one can serve it.
//
// Values and pure functions. Wants are asked for on the control thread, before a shard has the
// instance; the limits of a shard's windows are constant.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/abi/detector.h"
#include "petrel/result.hpp"

namespace petrel::core {

// A detector as the loader made it; the stage calls it and never releases it.
struct DetectorHandle {
    std::string name;
    const petrel_detector* table = nullptr;
    void* instance = nullptr;
};

// What a detector says of itself and asks for, asked of it once, on the control thread.
struct DetectorWants {
    std::vector<std::string> types;  // of its findings, in its own order
    std::vector<petrel_interest> interests;
};
DetectorWants ask_wants(const DetectorHandle& detector);
std::vector<std::string> finding_types_of(const petrel_detector& table);  // any thread

// What the windows of a shard were made to hold, for as long as they live.
struct WindowLimits {
    std::vector<double> keep_trades_from_usd;  // by group
    std::int64_t kept_horizon_ns = 0;
};

// Whether a detector may take the place of one with these finding types: the windows hold what it
// asks for, and findings that are remembered keep their types.
Status check_wants(const DetectorWants& wants, const std::vector<std::string>& types_before,
                   const WindowLimits& limits);

}  // namespace petrel::core
