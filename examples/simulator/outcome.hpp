// Outcome<T>: a value, or one sentence saying what failed and what to do about it.
//
// The simulator builds alone, without the SDK, so it brings these few lines of its own.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace petrel::sim {

struct Failure {
    std::string message;
};

template <typename T>
class [[nodiscard]] Outcome {
public:
    Outcome(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
    Outcome(Failure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
    [[nodiscard]] T& value() { return std::get<T>(state_); }
    [[nodiscard]] const T& value() const { return std::get<T>(state_); }
    [[nodiscard]] const std::string& message() const { return std::get<Failure>(state_).message; }

private:
    std::variant<T, Failure> state_;
};

struct Done {};

}  // namespace petrel::sim
