// Discovery: which request lists the linear contracts, and what its reply says.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path. The
// list comes in pages; each reply asks for the next one, up to a limit.
#pragma once

#include <string>
#include <string_view>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

// Some 800 contracts were listed in 2026, 1000 fit a page.
inline constexpr std::uint64_t kPagesMax = 20;
inline constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;

// Asks for page `page`, counted from 0; `cursor` is the venue's word for it, empty for the first.
void request_page(std::uint64_t page, std::string_view cursor, DecodeOut& out);

// Announces every contract of the reply that is traded, asks for the next page if there is one.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

// Bytes that may not stand in a query, as %XX.
std::string percent_encode(std::string_view text);

}  // namespace petrel::bybit
