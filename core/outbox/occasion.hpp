// What has happened to an alert, in words around those of its type: an update, an end, an
// escalation, an acknowledgement, a drill.
//
// Stage 8. The forms are the configuration's, [messages.update] and the like. Pure.
#pragma once

#include "outbox/alert.hpp"
#include "store/rows.hpp"

namespace petrel::core {

// What templates may name of an alert that has its words already.
MessageValues values_of(const AlertText& alert);

// First line, fields and footer as the occasion's form says; a footer that it does not have stays
// as it is. `values`: what is known beside the alert itself, and goes before that.
void tell_on(const char* occasion, MessageValues values, const MessageBook& messages,
             AlertText& alert);

MessageValues acknowledgement_values(const AckRow& ack);

// The lines of an acknowledgement alone, before those of the alert.
void tell_who_acknowledged(const AckRow& ack, const MessageBook& messages, AlertText& alert);

}  // namespace petrel::core
