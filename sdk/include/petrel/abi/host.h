/* What a plugin may ask of the host: services looked up by a versioned text id.
 *
 * Every service is optional. A plugin that finds one absent goes on without it.
 */
#ifndef PETREL_ABI_HOST_H
#define PETREL_ABI_HOST_H

#include "status.h"

typedef struct petrel_host {
    uint32_t size;
    uint32_t reserved;
    void* context;
    /* The service of that id, or null. The answer lives as long as the host struct. [any] */
    const void* (*service)(void* context, petrel_text id);
} petrel_host;

/* Log lines. The text is copied before the call returns. */
#define PETREL_SERVICE_LOG "petrel.log/1"
#define PETREL_LOG_DEBUG 0
#define PETREL_LOG_INFO 1
#define PETREL_LOG_WARNING 2
#define PETREL_LOG_ERROR 3
typedef struct petrel_log_service {
    uint32_t size;
    uint32_t reserved;
    void* context;
    void (*write)(void* context, uint32_t level, petrel_text text); /* [any] */
} petrel_log_service;

/* Values of the plugin's configuration, already checked against the declared parameters.
 * Valid during `create` only. */
typedef struct petrel_config {
    uint32_t size;
    uint32_t group_count; /* symbol groups; index 0 .. group_count-1 */
    void* context;
    /* Number of a declared parameter, durations in ms; `group` counts only for parameters that are
     * declared per group. NaN when the name was not declared. [control] */
    double (*number)(void* context, petrel_text name, uint32_t group);
    /* Text of a declared text or file parameter, empty when unset. Lives as long as `create` runs.
     * A parameter that is declared secret holds a reference, resolved by the host. [control] */
    petrel_text (*text)(void* context, petrel_text name);
    petrel_text (*group_name)(void* context, uint32_t group); /* [control] */
} petrel_config;

#endif
