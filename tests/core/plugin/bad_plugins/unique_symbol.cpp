// A plugin with a GNU_UNIQUE symbol, as inline variables become without the SDK's flags. Written in
// assembler, because not every compiler makes them.
#include "petrel/abi/plugin.h"

asm(".pushsection .data\n"
    ".globl shared_value\n"
    ".type shared_value, @gnu_unique_object\n"
    ".size shared_value, 4\n"
    "shared_value: .long 1\n"
    ".popsection\n");

extern "C" __attribute__((visibility("default"))) const petrel_plugin_entry* petrel_plugin_entry_v1(
    void) {
    __builtin_abort();  // must not be reached
}

PETREL_ABI_NOTE;
