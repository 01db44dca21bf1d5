// Decodes frames: the outer object names a table and an action, its rows are read on the way, and
// events are written when all of it was believed. Trades in the venue's own layout are read byte by
// byte (parse_fast.hpp), anything else and any surprise with simdjson.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of contracts.
// Allocates nothing for a frame once its buffers have grown.
#pragma once

#include "contracts.hpp"
#include "kit/tokens.hpp"
#include "petrel/exchange.hpp"
#include "rows.hpp"

namespace petrel::bitmex {

// A partial of all instruments has some 3 MiB; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{8} << 20U;

enum class OuterField : std::uint8_t { Table, Action, Success, Subscribe, Error, Count_ };

class Decoder {
public:
    Decoded decode(const Frame& frame, DecodeOut& out);
    // The same without the fast way; tests hold the two against each other.
    Decoded decode_general(const Frame& frame, DecodeOut& out);
    // Frames that took the fast way.
    [[nodiscard]] std::uint64_t fast_count() const { return fast_count_; }

    ContractTable& contracts() { return contracts_; }
    RowReader& rows() { return rows_; }

private:
    Reason read_outer(ondemand::object object, const Frame& frame, DecodeOut& out);
    Reason read_rows(ondemand::value data, const Frame& frame, DecodeOut& out);
    void take_head(const Frame& frame);
    Decoded take_control(const Frame& frame, DecodeOut& out);

    kit::JsonReader json_;
    kit::Tokens<OuterField> outer_;
    RowContext context_{};
    bool has_data_ = false;
    bool data_came_first_ = false;
    RowReader rows_;
    ContractTable contracts_;
    std::uint64_t fast_count_ = 0;
};

}  // namespace petrel::bitmex
