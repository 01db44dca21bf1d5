/* Checks of the binary layout of structs, for the files abi_layout_*.c.
 *
 * A figure that changes there is a break of the ABI: plugins that were built before would read the
 * wrong bytes. A field that is appended to the end of a struct adds a line and changes its SIZE,
 * and nothing else. The figures are those of 64-bit Linux.
 */
#ifndef PETREL_TESTS_ABI_LAYOUT_H
#define PETREL_TESTS_ABI_LAYOUT_H

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define AT(type, field, byte) \
    _Static_assert(offsetof(type, field) == (byte), "offset of " #type "." #field)
#define IS(name, value) _Static_assert((name) == (value), "value of " #name)

#endif
