// Status and Result: how petrel's C++ code reports failure. No exceptions, no null, no bool + text.
//
// A Status is ok or carries a code, a sentence for people and whether another try may help.
// A Result<T> is a T or such a Status. Both are [[nodiscard]]; neither is thread-shared state.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "petrel/abi/status.h"

namespace petrel {

enum class Retry : std::uint8_t { Useless, Worthwhile };

class [[nodiscard]] Status {
public:
    Status() = default;

    // `message` says what failed, with which value, and what the reader can do.
    static Status failure(std::int32_t code, std::string message, Retry retry = Retry::Useless) {
        Status status;
        status.code_ = code;
        status.message_ = std::move(message);
        status.retry_ = retry;
        return status;
    }
    static Status invalid(std::string message) {
        return failure(PETREL_E_INVALID, std::move(message));
    }
    static Status rejected(std::string message) {
        return failure(PETREL_E_REJECTED, std::move(message));
    }
    static Status io(std::string message) {
        return failure(PETREL_E_IO, std::move(message), Retry::Worthwhile);
    }

    [[nodiscard]] bool ok() const { return code_ >= 0; }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] std::int32_t code() const { return code_; }
    [[nodiscard]] bool retryable() const { return retry_ == Retry::Worthwhile; }
    [[nodiscard]] const std::string& message() const { return message_; }

private:
    std::int32_t code_ = PETREL_OK;
    Retry retry_ = Retry::Useless;
    std::string message_;
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}           // NOLINT(google-explicit-constructor)
    Result(Status failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
    explicit operator bool() const { return ok(); }

    // The value; only after ok() was seen to be true.
    [[nodiscard]] T& value() & { return std::get<T>(state_); }
    [[nodiscard]] const T& value() const& { return std::get<T>(state_); }
    [[nodiscard]] T&& value() && { return std::get<T>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    // The failure; only after ok() was seen to be false.
    [[nodiscard]] const Status& status() const { return std::get<Status>(state_); }

private:
    std::variant<T, Status> state_;
};

}  // namespace petrel
