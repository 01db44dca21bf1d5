// The list itself. A row that is added here needs a check that reports it and a line in
// sdk/README.md; tests/contract holds both to it.
#include "contract/contract_rows.hpp"

#include <array>

namespace petrel::core {
namespace {

constexpr std::array<RowText, 36> kRows{{
    {"description", "info() gives the same sane facts each time: kinds, end points, limits"},
    {"instances", "two instances live side by side, and one more after both are gone"},
    {"discover", "requests for the instrument list are well formed and cost something"},
    {"instruments", "announced instruments have plain names and usable factors"},
    {"discovery_refusals", "an error page, half a reply or a 4xx is refused with a reason"},
    {"plan", "1 to 1000 symbols: every stream once, frames well formed, the same plan twice"},
    {"unknown_symbol", "a name that is none of the venue's is refused with a sentence"},
    {"events", "every event has its instrument, kind, side, times and finite figures"},
    {"kinds", "every kind that info() offers is seen"},
    {"symbol", "an event is of the right instrument"},
    {"side", "aggressor of trades, position of liquidations: both sides of each"},
    {"price", "price of one base unit in the quote currency"},
    {"unit", "quantity in base currency, contract sizes and inverse contracts resolved"},
    {"notional", "value in US dollars"},
    {"time", "exchange time in nanoseconds"},
    {"id", "the venue's id; a sequence ascends by the count of each event"},
    {"ack", "an accepted subscription is told as one"},
    {"error_frame", "a refused subscription or an error of the venue is told as one"},
    {"heartbeat", "a heartbeat gives no event"},
    {"unknown_frame", "a frame of an unknown sort gives no event and changes nothing"},
    {"history", "what is replayed on subscribe is marked late"},
    {"gap", "missing messages are seen: by consecutive ids, or by a notice"},
    {"expected", "every frame of the file gives what the file says"},
    {"split_and_merged", "several events in a frame are the same as a frame an event"},
    {"deterministic", "the same frames give the same events in another instance"},
    {"reconnect", "on_open() forgets what was learned over that socket"},
    {"other_connection", "a second socket with the same streams disturbs nothing"},
    {"padding", "bytes behind a frame do not matter and are not read past their 64"},
    {"room", "never more events than there is room for, stepped by the stride"},
    {"garbage", "frames that are none give no event, a reason, and a working decoder"},
    {"damage", "every truncation and every flipped byte gives sane events or none"},
    {"backfill_request", "requests for a gap are well formed and cost something"},
    {"backfill_answer", "an answer becomes the missing events, oldest first"},
    {"backfill_refusals", "an error page, half an answer or a 4xx is refused with a reason"},
    {"memory", "memory does not grow with the number of frames"},
    {"fuzz", "mutated frames for a bounded time: no crash, no hang, no bad event"},
}};

}  // namespace

std::string_view verdict_word(RowVerdict verdict) {
    constexpr std::array<std::string_view, 4> words{"pass", "fail", "not applicable", "not shown"};
    return words[static_cast<std::size_t>(verdict)];
}

std::span<const RowText> contract_rows() { return kRows; }

}  // namespace petrel::core
