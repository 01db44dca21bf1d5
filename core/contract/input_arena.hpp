// The memory that frames are handed to an adapter in, shared between the command and the child
// process that runs the adapter, so that the input which killed the child can still be read.
//
// A frame lies so that its 64 bytes of padding end at a page that cannot be read: one who reads
// further dies at once. One writer (the child); the parent reads after the child has ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

class InputArena {
    struct Passkey {};  // only make() builds one

public:
    static constexpr std::size_t kInputMax = 12U << 20;  // the longest input there is room for

    static Result<std::unique_ptr<InputArena>> make();
    InputArena(unsigned char* memory, std::size_t bytes, Passkey);
    ~InputArena();
    InputArena(const InputArena&) = delete;
    InputArena& operator=(const InputArena&) = delete;

    // Puts the bytes into place, PETREL_FRAME_PADDING times `padding` behind them.
    std::string_view place(std::string_view bytes, unsigned char padding);
    // Whether what was placed is still as it was; `bytes` is the original.
    [[nodiscard]] bool intact(std::string_view bytes, unsigned char padding) const;

    // What the adapter is being asked, for a crash report: "a frame", "the reply to /x".
    void doing(std::string_view what);
    [[nodiscard]] std::string what() const;
    // The input of the call in progress; empty between calls.
    [[nodiscard]] std::string input() const;
    void call_ended();

private:
    struct Header;

    [[nodiscard]] Header& header() const;
    [[nodiscard]] char* end() const;

    unsigned char* memory_;
    std::size_t bytes_;
};

}  // namespace petrel::core
