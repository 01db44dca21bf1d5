// The venue's own frames, with what must come of them: what `--frames FILE` of
// `petrel plugin verify` names. One JSON object a line, an extension of captured frames
// (docs/reference/recordings.md); docs/reference/contract.md describes it.
//
// Read once, on the thread that verifies. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

// What one event must hold; what is not there is not looked at.
struct ExpectedEvent {
    std::uint8_t kind = 0;
    std::optional<std::uint8_t> side;
    std::optional<std::string> instrument;  // the venue's own name
    std::optional<std::string> symbol;      // "BTC-USDT-PERP"
    std::optional<double> price;
    std::optional<double> quantity;
    std::optional<double> notional_usd;
    std::optional<std::int64_t> exchange_ts_ns;
    std::optional<std::uint64_t> id;
    std::optional<std::uint32_t> count;
    std::optional<bool> late;
};

struct ExpectedNotice {
    std::uint32_t type = 0;  // PETREL_NOTICE_...
    std::string text;        // a part of it
};

struct Expectation {
    std::vector<ExpectedEvent> events;  // exactly these, in this order
    std::vector<ExpectedNotice> notices;
    std::optional<std::string> rejected;  // a part of the reason
};

struct ExpectedGap {
    std::string instrument;
    std::uint8_t kind = 0;
    std::uint64_t first_id = 0;
    std::uint64_t last_id = 0;
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;
};

struct FrameStep {
    enum class Kind : std::uint8_t { Frame, Discovery, Poll, Backfill, Reopen };
    Kind kind = Kind::Frame;
    std::string place;  // "frames.jsonl:12"
    std::string raw;    // the frame
    std::uint32_t connection = 0;
    std::int64_t receive_ts_ns = 0;
    std::vector<std::string> split;    // the same events, a frame each
    std::string shows;                 // "heartbeat", "unknown" or ""
    std::string target;                // Discovery, Poll: part of the request's target or body
    std::uint32_t http_status = 200;   // of a reply
    std::vector<std::string> replies;  // Backfill: page by page; else one
    ExpectedGap gap;
    std::optional<Expectation> expect;
};

struct FramesFile {
    std::string path;
    std::vector<FrameStep> steps;
    std::map<std::string, std::string> not_applicable;  // row to reason
    std::uint64_t other_venue = 0;                      // frames that were left out
};

// `venues` are the names that the adapter answers to; frames of others are left out.
Result<FramesFile> read_frames_file(const std::string& path,
                                    const std::vector<std::string>& venues);

}  // namespace petrel::core
