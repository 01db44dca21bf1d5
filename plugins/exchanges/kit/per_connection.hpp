// What is learned of each entry of a table over each socket. Several sockets may carry the same
// streams, each in its own order and each with a life of its own: what one of them brought says
// nothing of where another one stands.
//
// Owned by a decoder, on the instance's data path. Connections are numbered by the host, as low as
// can be; allocates only when a connection or an entry is met for the first time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace petrel::kit {

template <typename State>
class PerConnection {
public:
    static constexpr std::uint32_t kConnectionsMax = 1024;

    // The state of that entry over that connection; a fresh one when nothing is known. Holds until
    // the next call.
    State& at(std::uint32_t connection, std::size_t entry) {
        const std::size_t number = std::min(connection, kConnectionsMax - 1);
        if (number >= connections_.size()) [[unlikely]] {
            connections_.resize(number + 1);
        }
        std::vector<State>& states = connections_[number];
        if (entry >= states.size()) [[unlikely]] {
            states.resize(entry + 1);
        }
        return states[entry];
    }
    // The connection was opened anew.
    void forget(std::uint32_t connection) {
        const std::size_t number = std::min(connection, kConnectionsMax - 1);
        if (number < connections_.size()) {
            std::fill(connections_[number].begin(), connections_[number].end(), State{});
        }
    }

private:
    std::vector<std::vector<State>> connections_;
};

}  // namespace petrel::kit
