/* A whole detector in C11: proves that the boundary needs no C++, and that a plugin in another
 * language is run by the same host. It reports every trade that it is shown. */
#include <stdlib.h>
#include <string.h>

#include "petrel/abi/detector.h"

PETREL_ABI_NOTE;

#define TEXT(literal) {literal, sizeof(literal) - 1}

typedef struct counter {
    uint32_t groups;
} counter;

static uint32_t finding_types(const petrel_text** types) {
    static const petrel_text all[] = {TEXT("SEEN")};
    *types = all;
    return 1;
}

static int32_t create(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error) {
    counter* self = calloc(1, sizeof(*self));
    (void)host;
    if (self == NULL) {
        error->code = PETREL_E_FULL;
        strcpy(error->text, "no memory");
        return PETREL_E_FULL;
    }
    self->groups = config->group_count;
    *instance = self;
    return PETREL_OK;
}

static void destroy(void* instance) { free(instance); }

static uint32_t interests(void* instance, petrel_interest* room, uint32_t capacity) {
    const counter* self = instance;
    uint32_t group;
    for (group = 0; group < self->groups && group < capacity; ++group) {
        const petrel_interest wanted = {sizeof(petrel_interest), PETREL_EVENT_TRADE, group, 0, 0.0};
        room[group] = wanted;
    }
    return self->groups;
}

static int32_t on_events(void* instance, const petrel_batch* batch, const petrel_window_view* view,
                         petrel_finding_out* out, petrel_error* error) {
    uint32_t i;
    (void)instance;
    (void)view;
    (void)error;
    for (i = 0; i < batch->count; ++i) {
        const char* at = (const char*)batch->events + (size_t)i * batch->stride;
        const petrel_market_event* event = (const petrel_market_event*)(const void*)at;
        petrel_finding finding;
        memset(&finding, 0, sizeof(finding));
        finding.size = sizeof(finding);
        finding.phase = PETREL_PHASE_SINGLE;
        finding.side = event->side;
        finding.at_ns = event->exchange_ts_ns;
        finding.notional_usd = event->notional_usd;
        finding.evidence = event;
        finding.evidence_count = 1;
        out->emit(out, &finding);
    }
    return PETREL_OK;
}

static const void* interface_of(petrel_text id) {
    static const petrel_detector table = {sizeof(petrel_detector),
                                          0,
                                          finding_types,
                                          create,
                                          destroy,
                                          interests,
                                          on_events,
                                          NULL,
                                          NULL};
    const size_t length = sizeof(PETREL_DETECTOR_INTERFACE) - 1;
    const int known =
        id.length == length && memcmp(id.data, PETREL_DETECTOR_INTERFACE, length) == 0;
    return known ? &table : NULL;
}

const petrel_plugin_entry* petrel_plugin_entry_v1(void);
const petrel_plugin_entry* petrel_plugin_entry_v1(void) {
    static const petrel_plugin_entry entry = {sizeof(petrel_plugin_entry),
                                              PETREL_ABI_MAJOR,
                                              PETREL_ABI_MINOR,
                                              PETREL_KIND_DETECTOR,
                                              0,
                                              TEXT("in_c"),
                                              TEXT("1.0.0"),
                                              TEXT("petrel"),
                                              TEXT("A detector in C."),
                                              NULL,
                                              interface_of};
    return &entry;
}
