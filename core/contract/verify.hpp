// `petrel plugin verify`: the whole contract, run on one library.
//
// Called on the thread of the command. The library's code runs in child processes only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/contract_session.hpp"

namespace petrel::core {

struct VerifyReport {
    std::vector<RowResult> rows;  // in the order of the list
    std::string refusal;          // the library or the frames file could not be used; no rows then
    bool broken = false;          // loading crashed, or some row was broken

    [[nodiscard]] std::size_t count(RowVerdict verdict) const;
};

Result<VerifyReport> verify_adapter(const VerifyOptions& options);

}  // namespace petrel::core
