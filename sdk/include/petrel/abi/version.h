/* ABI version of the plugin boundary.
 *
 * One major is one entry symbol (`petrel_plugin_entry_v1`). Within a major, structs only grow at
 * their end and interfaces are only added. A host loads plugins of its own minor and older ones; a
 * plugin built for a newer minor is refused with a sentence that names both versions.
 */
#ifndef PETREL_ABI_VERSION_H
#define PETREL_ABI_VERSION_H

#include <stddef.h>
#include <stdint.h>

#define PETREL_ABI_MAJOR 1
#define PETREL_ABI_MINOR 5

#define PETREL_ENTRY_SYMBOL "petrel_plugin_entry_v1"

/* True when the peer's struct `p` is long enough to hold `field`. Read an appended field only
 * behind this test: an older peer's struct ends before it. */
#define PETREL_HAS(p, type, field) \
    ((size_t)(p)->size >= offsetof(type, field) + sizeof(((type*)0)->field))

/* Text that crosses the boundary: bytes in UTF-8 and their count, not zero-terminated. Passed by
 * value and fixed for ever, which is why it alone carries no size. The bytes live for the call in
 * which they were passed, unless the function that hands them out says otherwise. */
typedef struct petrel_text {
    const char* data;
    uint64_t length;
} petrel_text;

#endif
