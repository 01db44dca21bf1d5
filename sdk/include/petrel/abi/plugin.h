/* The one symbol that a plugin exports, and what it returns.
 *
 * `petrel_plugin_entry_v1` is the only function the host looks up by name. It takes nothing,
 * allocates nothing and returns a pointer to constant data that stays valid while the library is
 * mapped (which is for ever: libraries are retired, not unloaded).
 *
 * Thread tags used in all headers of this folder:
 *   [control]   load, configure, stop: one call at a time for one plugin, on a host thread
 *   [instance]  data path: never two calls at once for one instance, the thread may change
 *   [any]       any thread at any time
 */
#ifndef PETREL_ABI_PLUGIN_H
#define PETREL_ABI_PLUGIN_H

#include "host.h"

#define PETREL_KIND_EXCHANGE 1u
#define PETREL_KIND_DETECTOR 2u
#define PETREL_KIND_NOTIFIER 3u
#define PETREL_KIND_VOTER 4u /* since ABI 1.3 */

/* A configuration value the plugin understands. The host checks the user's file against it, so a
 * plugin never sees a value of the wrong type or out of bounds. */
#define PETREL_PARAMETER_NUMBER 1u
#define PETREL_PARAMETER_INTEGER 2u
#define PETREL_PARAMETER_DURATION 3u /* written "30s", given in ms */
#define PETREL_PARAMETER_BOOLEAN 4u  /* given as 0 or 1 */
#define PETREL_PARAMETER_TEXT 5u
/* The text of a file: the configuration has its path, a relative one counts from the file in which
 * it stands; the host reads it (at most PETREL_PARAMETER_FILE_BYTES_MAX) as it makes the instance,
 * and `text` of the configuration gives what is in it, or nothing where no path was given. A plugin
 * opens no file itself. Since ABI 1.3. */
#define PETREL_PARAMETER_FILE 6u
#define PETREL_PARAMETER_FILE_BYTES_MAX (1u << 20)

#define PETREL_PARAMETER_PER_GROUP 1u /* one value a symbol group */
#define PETREL_PARAMETER_MINIMUM 2u   /* a USD minimum: scaled by detection.minima_scale */
#define PETREL_PARAMETER_SECRET 4u    /* text, given by reference only, never printed */
#define PETREL_PARAMETER_REQUIRED 8u  /* has no default of its own */

typedef struct petrel_parameter {
    uint32_t size;
    uint32_t type;
    uint32_t flags;
    uint32_t reserved;
    petrel_text name;
    petrel_text unit; /* "USD", "ms", "" */
    petrel_text description;
    double minimum; /* bounds of numbers, both included */
    double maximum;
    double default_number; /* used when no configuration gives one and it is not required */
    petrel_text default_text;
} petrel_parameter;

typedef struct petrel_plugin_entry {
    uint32_t size;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t kind; /* PETREL_KIND_... */
    uint32_t parameter_count;
    petrel_text name;    /* [a-z][a-z0-9_]{0,31}; the name used in the configuration */
    petrel_text version; /* of the plugin, for people */
    petrel_text author;
    petrel_text description;
    const petrel_parameter* parameters; /* step by parameters[0].size */
    /* The interface of that id ("petrel.exchange/1" ...), or null. [any] */
    const void* (*interface_of)(petrel_text id);
} petrel_plugin_entry;

typedef const petrel_plugin_entry* (*petrel_plugin_entry_fn)(void);

/* ELF note that names the ABI, so that a host can read it before any code of the file runs.
 * The C++ wrapper emits it; a C plugin writes PETREL_ABI_NOTE once at file scope. */
typedef struct petrel_abi_note {
    uint32_t name_size;
    uint32_t data_size;
    uint32_t type;
    char name[8];
    uint16_t major;
    uint16_t minor;
} petrel_abi_note;

#define PETREL_ABI_NOTE_SECTION ".note.petrel.abi"
#define PETREL_ABI_NOTE_TYPE 0x50545231u
#define PETREL_ABI_NOTE                                                           \
    __attribute__((used, section(PETREL_ABI_NOTE_SECTION),                        \
                   aligned(4))) static const petrel_abi_note petrel_abi_note_ = { \
        8,                                                                        \
        4,                                                                        \
        PETREL_ABI_NOTE_TYPE,                                                     \
        {'p', 'e', 't', 'r', 'e', 'l', 0, 0},                                     \
        PETREL_ABI_MAJOR,                                                         \
        PETREL_ABI_MINOR}

#endif
