// The host's side of the exception barrier: a plugin must not throw across the boundary, and one
// that does must not take the process with it. Header only; any thread.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "petrel/abi/status.h"
#include "petrel/result.hpp"

namespace petrel::core {

// Runs `call`, which returns a Status; what it throws becomes a failure that says what was done.
template <typename Call>
Status guarded(const std::string& what, Call&& call) {
    try {
        return std::forward<Call>(call)();
    } catch (const std::exception& thrown) {
        return Status::failure(PETREL_E_EXCEPTION, what + ": " + thrown.what());
    } catch (...) {
        return Status::failure(PETREL_E_EXCEPTION, what + " threw something unknown");
    }
}

// The text of an error buffer that a plugin filled, ended even when the plugin did not end it.
inline std::string error_text(const petrel_error& error) {
    std::string text;
    for (const char c : error.text) {
        if (c == '\0') {
            break;
        }
        text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

}  // namespace petrel::core
