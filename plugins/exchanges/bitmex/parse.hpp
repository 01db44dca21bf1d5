// Decodes frames: the outer object names a table and an action, its rows are read on the way with
// simdjson, and events are written when all of it was believed.
//
// Owned by the adapter, one an instance, on its data path; keeps what was learned of contracts.
// Allocates nothing for a frame once its buffers have grown.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"
#include "rows.hpp"
#include "tokens.hpp"

namespace petrel::bitmex {

// A partial of all instruments has some 3 MiB; nothing longer is looked at.
inline constexpr std::size_t kFrameBytesMax = std::size_t{8} << 20U;

enum class OuterField : std::uint8_t { Table, Action, Success, Subscribe, Error, Count_ };

class Decoder {
public:
    Decoded decode(const Frame& frame, DecodeOut& out);

    ContractTable& contracts() { return contracts_; }
    RowReader& rows() { return rows_; }

private:
    Reason read_outer(simdjson::ondemand::object object, const Frame& frame, DecodeOut& out);
    Reason read_rows(simdjson::ondemand::value data, const Frame& frame, DecodeOut& out);
    void take_head(const Frame& frame);
    Decoded take_control(simdjson::ondemand::document& document, DecodeOut& out);

    simdjson::ondemand::parser parser_;
    Tokens<OuterField> outer_;
    RowContext context_{};
    bool has_data_ = false;
    bool data_came_first_ = false;
    RowReader rows_;
    ContractTable contracts_;
};

}  // namespace petrel::bitmex
