// A reply to an HTTP request, as the clients of this folder hand it out. Plain value.
//
// Made on the loop that received it, moved to the caller; used on one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "petrel/abi/exchange.h"

namespace petrel::core {

class HttpReply {
public:
    HttpReply() = default;
    HttpReply(std::uint32_t status, std::string body)
        : status_(status), length_(body.size()), padded_(std::move(body)) {
        padded_.append(PETREL_FRAME_PADDING, '\0');
    }

    [[nodiscard]] std::uint32_t status() const { return status_; }
    // PETREL_FRAME_PADDING readable bytes follow it.
    [[nodiscard]] std::string_view body() const { return {padded_.data(), length_}; }
    // Value of the first field of that name, letter case ignored; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const {
        return headers_;
    }
    void add_header(std::string name, std::string value) {
        headers_.emplace_back(std::move(name), std::move(value));
    }

    std::int64_t receive_ts_ns = 0;

private:
    std::uint32_t status_ = 0;
    std::size_t length_ = 0;
    std::string padded_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace petrel::core
