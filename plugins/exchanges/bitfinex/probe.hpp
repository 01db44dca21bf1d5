// For the recordings and the fuzz target of this folder: a decoder with a host that keeps what it
// is told, and a look at whether every event lies within its bounds.
#pragma once

#include "kit/testing/decoder_host.hpp"
#include "parse.hpp"

namespace petrel::bitfinex {

using kit::event_in_bounds;

class Probe : public kit::Probe<Decoder> {
public:
    // A connection anew, with a channel of each kind: 1 to 4.
    void confirm() {
        decoder().forget(0);
        for (const char* frame :
             {R"({"event":"conf","status":"OK","flags":98304})",
              R"({"event":"subscribed","channel":"trades","chanId":1,"symbol":"tBTCF0:USTF0"})",
              R"({"event":"subscribed","channel":"status","chanId":2,"key":"liq:global"})",
              R"({"event":"subscribed","channel":"status","chanId":3,"key":"deriv:tBTCF0:USTF0"})",
              R"({"event":"subscribed","channel":"ticker","chanId":4,"symbol":"tBTCF0:USTF0"})"}) {
            (void)decode(frame);
        }
    }
};

}  // namespace petrel::bitfinex
