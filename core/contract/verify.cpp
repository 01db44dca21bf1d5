// Group by group; rows are put back into the order of the list.
#include "contract/verify.hpp"

#include <algorithm>

#include "contract/isolation.hpp"

namespace petrel::core {

std::size_t VerifyReport::count(RowVerdict verdict) const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [&](const RowResult& row) { return row.verdict == verdict; }));
}

Result<VerifyReport> verify_adapter(const VerifyOptions& options) {
    Result<std::unique_ptr<InputArena>> arena = InputArena::make();
    if (!arena.ok()) {
        return arena.status();
    }
    VerifyReport report;
    report.refusal = load_fault(options, **arena, report.broken);
    if (!report.refusal.empty()) {
        return report;
    }
    std::vector<RowResult> found;
    for (const CheckGroup& group : check_groups()) {
        for (RowResult& row : run_isolated(group, options, **arena)) {
            report.broken = report.broken || row.broken;
            found.push_back(std::move(row));
        }
    }
    for (const RowText& text : contract_rows()) {
        const auto row = std::find_if(found.begin(), found.end(),
                                      [&](const RowResult& r) { return r.id == text.id; });
        if (row != found.end()) {
            report.rows.push_back(std::move(*row));
        }
    }
    return report;
}

}  // namespace petrel::core
