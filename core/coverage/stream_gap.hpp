// A hole in what one instrument sent of one kind: what stage 2 finds and stage 1 repairs. A value.
#pragma once

#include <cstdint>

#include "petrel/abi/exchange.h"

namespace petrel::core {

struct StreamGap {
    std::uint32_t instrument = PETREL_NO_INSTRUMENT;
    std::uint8_t kind = PETREL_EVENT_TRADE;
    bool after_break = false;    // first event of the stream since its connection broke
    std::uint64_t first_id = 0;  // first and last that are missing; 0: unknown
    std::uint64_t last_id = 0;
    std::int64_t from_ns = 0;  // exchange time of the event before and of the event after
    std::int64_t to_ns = 0;
    bool whole = false;  // ids prove that nothing is missing after all

    [[nodiscard]] bool has_ids() const { return first_id != 0; }
};

}  // namespace petrel::core
