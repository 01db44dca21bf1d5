// petrel input sentiment: what a person or program feeds a running engine.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

// One request: 0 when it was taken, 1 when the engine refuses it.
int cmd_input_sentiment(const InputSentimentArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
