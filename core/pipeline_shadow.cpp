// Settled stories first, then those that are still open: both in the order of their first mention.
#include "pipeline_shadow.hpp"

#include <algorithm>

namespace petrel::core {

void ShadowFigures::add(const ShadowFigures& other) {
    version = version.empty() ? other.version : version;
    counts.add(other.counts);
    calls += other.calls;
    errors += other.errors;
    last_fault = last_fault.empty() ? other.last_fault : last_fault;
    skipped += other.skipped;
    differing.insert(differing.end(), other.differing.begin(), other.differing.end());
    const auto mentioned_ns = [](const VersionPair& pair) {
        return pair.before ? pair.before->ts_ns : pair.after->ts_ns;
    };
    std::stable_sort(differing.begin(), differing.end(),
                     [&](const VersionPair& a, const VersionPair& b) {
                         return mentioned_ns(a) < mentioned_ns(b);
                     });
}

void ShadowBook::keep(const VersionPair& pair) {
    if (pair.change() == VersionChange::Same) {
        return;
    }
    settled_.push_back(pair);
    if (settled_.size() > kStoriesKept) {
        settled_.pop_front();
    }
}

ShadowFigures ShadowBook::figures() const {
    ShadowFigures figures;
    figures.counts = compare_.counts();
    figures.differing.assign(settled_.begin(), settled_.end());
    for (VersionPair& pair : compare_.unsettled()) {
        if (pair.change() != VersionChange::Same) {
            figures.differing.push_back(std::move(pair));
        }
    }
    if (figures.differing.size() > kStoriesKept) {
        figures.differing.erase(
            figures.differing.begin(),
            figures.differing.end() - static_cast<std::ptrdiff_t>(kStoriesKept));
    }
    return figures;
}

}  // namespace petrel::core
