// petrel-sim: the public protocols of two venues on loopback, with a market of its own.
#include <iostream>

#include "options.hpp"
#include "simulator.hpp"

int main(int argc, char** argv) {
    const auto parsed = petrel::sim::parse_options(argc, argv);
    if (const auto* leave = std::get_if<petrel::sim::Leave>(&parsed)) {
        (leave->exit_code == 0 ? std::cout : std::cerr) << leave->text;
        return leave->exit_code;
    }
    return petrel::sim::run_simulator(std::get<petrel::sim::Options>(parsed));
}
