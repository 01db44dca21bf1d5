/* One plugin in C with a fault chosen at build time (see libraries.cmake). Where the fault must be
 * seen before any code runs, BAD_CONSTRUCTOR makes running it fatal. */
#include <stdlib.h>

#include "petrel/abi/detector.h"

#ifndef BAD_MAJOR
#define BAD_MAJOR PETREL_ABI_MAJOR
#endif
#ifndef BAD_MINOR
#define BAD_MINOR PETREL_ABI_MINOR
#endif
#ifndef BAD_ENTRY
#define BAD_ENTRY petrel_plugin_entry_v1
#endif
#ifndef BAD_KIND
#define BAD_KIND PETREL_KIND_DETECTOR
#endif
#ifndef BAD_SIZE
#define BAD_SIZE sizeof(petrel_plugin_entry)
#endif
#ifndef BAD_TABLE_SIZE
#define BAD_TABLE_SIZE sizeof(petrel_detector)
#endif
#ifndef BAD_NAME
#define BAD_NAME "faulty"
#endif

#ifndef BAD_NO_NOTE
__attribute__((used, section(PETREL_ABI_NOTE_SECTION),
               aligned(4))) static const petrel_abi_note note = {
    8, 4, PETREL_ABI_NOTE_TYPE, {'p', 'e', 't', 'r', 'e', 'l', 0, 0}, BAD_MAJOR, BAD_MINOR};
#endif

#ifdef BAD_CONSTRUCTOR
__attribute__((constructor)) static void run_too_early(void) { abort(); }
#endif

static uint32_t finding_types(const petrel_text** types) {
    *types = NULL;
    return 0;
}

static int32_t create(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error) {
    (void)host;
    (void)config;
    (void)instance;
#ifdef BAD_CREATE_SILENT
    (void)error;
    return PETREL_E_INVALID;
#elif defined(BAD_CREATE_NULL)
    (void)error;
    return PETREL_OK;
#else
    for (int i = 0; i < PETREL_ERROR_TEXT; ++i) {
        error->text[i] = 'x'; /* and no zero at the end */
    }
    return PETREL_E_INVALID;
#endif
}

static void destroy(void* instance) { (void)instance; }

static uint32_t interests(void* instance, petrel_interest* room, uint32_t capacity) {
    (void)instance;
    (void)room;
    (void)capacity;
    return 0;
}

static int32_t on_events(void* instance, const petrel_batch* batch, const petrel_window_view* view,
                         petrel_finding_out* out, petrel_error* error) {
    (void)instance;
    (void)batch;
    (void)view;
    (void)out;
    (void)error;
    return PETREL_OK;
}

static const petrel_detector table = {BAD_TABLE_SIZE, 0,         finding_types, create,
                                      destroy,        interests, on_events};

static const void* interface_of(petrel_text id) {
    (void)id;
#ifdef BAD_NO_TABLE
    return NULL;
#else
    return &table;
#endif
}

static petrel_plugin_entry description;

__attribute__((visibility("default"))) const petrel_plugin_entry* BAD_ENTRY(void) {
#ifdef BAD_NULL_ENTRY
    return NULL;
#else
    description.size = BAD_SIZE;
    description.abi_major = BAD_MAJOR;
    description.abi_minor = BAD_MINOR;
    description.kind = BAD_KIND;
    description.name.data = BAD_NAME;
    description.name.length = sizeof(BAD_NAME) - 1;
#ifdef BAD_PARAMETERS
    description.parameter_count = 1000000;
#endif
    description.interface_of = interface_of;
    return &description;
#endif
}
