// The general reader: any valid JSON of the venue, in any order of keys, with simdjson on demand.
// It sees the frames that the fast reader does not know: acknowledgements, new symbols, changed
// layouts, broken frames. Its word is the reference. Runs on the instance's data path.
#pragma once

#include <memory>

#include "content.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

class SlowReader {
public:
    SlowReader();
    ~SlowReader();
    SlowReader(const SlowReader&) = delete;
    SlowReader& operator=(const SlowReader&) = delete;

    // Done: `content` holds what the frame says, or it was a message of control and its notice is
    // written. Contracts that were not met before are announced to the host.
    Decoded read(std::string_view frame, ContractTable& contracts, Content& content,
                 DecodeOut& out);

private:
    struct Parser;  // keeps simdjson out of this header
    std::unique_ptr<Parser> parser_;
};

}  // namespace petrel::bybit
