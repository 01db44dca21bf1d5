// Few spans a symbol; a share is a walk over them, and none is the usual case.
#include "window/blind_spans.hpp"

#include <algorithm>

namespace petrel::core {

void BlindSpans::set(const FlowPlace& place, const BlindSpan& span) {
    const auto at = std::find_if(spans_.begin(), spans_.end(), [&](const Entry& entry) {
        return entry.span.number == span.number;
    });
    if (span.mended) {
        if (at != spans_.end()) {
            spans_.erase(at);
        }
        return;
    }
    const Entry entry{place, span};
    if (at != spans_.end()) {
        *at = entry;
        return;
    }
    if (spans_.size() == kSpansMax) {
        spans_.erase(spans_.begin());
    }
    spans_.push_back(entry);
}

double BlindSpans::share(const FlowPlace& place, std::int64_t now_ns,
                         std::int64_t horizon_ns) const {
    std::int64_t blind_ns = 0;
    for (const Entry& entry : spans_) {
        if (!(entry.place == place)) {
            continue;
        }
        const std::int64_t from_ns = std::max(entry.span.from_ns, now_ns - horizon_ns);
        const std::int64_t to_ns =
            entry.span.to_ns == 0 ? now_ns : std::min(entry.span.to_ns, now_ns);
        blind_ns += std::max<std::int64_t>(to_ns - from_ns, 0);
    }
    return std::min(1.0, static_cast<double>(blind_ns) / static_cast<double>(horizon_ns));
}

}  // namespace petrel::core
