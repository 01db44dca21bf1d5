// For the recordings and the fuzz target of this folder: a decoder with a host that keeps what it
// is told, and a look at whether every event lies within its bounds.
#pragma once

#include "kit/testing/decoder_host.hpp"
#include "parse.hpp"

namespace petrel::deribit {

using Probe = kit::Probe<Decoder>;
using kit::event_in_bounds;

}  // namespace petrel::deribit
