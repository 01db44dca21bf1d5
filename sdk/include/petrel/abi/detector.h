/* Detector: gets events and a read-only view of the symbol's windows, emits findings.
 *
 * A detector is a pure function of what it is fed: no clock, no randomness, no I/O. One instance
 * serves all symbols of a shard.
 */
#ifndef PETREL_ABI_DETECTOR_H
#define PETREL_ABI_DETECTOR_H

#include "market_event.h"
#include "plugin.h"

#define PETREL_DETECTOR_INTERFACE "petrel.detector/1"

/* Which events a detector must see, each at the moment it happens. The host passes on events of
 * that kind of at least `notional_usd_min` (0 = all), and keeps them one by one in the symbol's
 * window for `horizon_ms`, so that they can be listed and summed exactly. */
typedef struct petrel_interest {
    uint32_t size;
    uint32_t kind;
    uint32_t group;
    uint32_t horizon_ms;
    double notional_usd_min;
} petrel_interest;

#define PETREL_VENUE_ALL 0xffffu

typedef struct petrel_window_query {
    uint32_t size;
    uint32_t kind;           /* TRADE or LIQUIDATION */
    uint32_t venue;          /* host's number of the venue, or PETREL_VENUE_ALL */
    uint32_t horizon_ms;     /* covers (now - horizon, now] */
    double notional_usd_min; /* 0: every event (from buckets); else only events kept one by one */
} petrel_window_query;

/* Sums of a window. `first` is BUY or LONG, `second` SELL or SHORT. */
typedef struct petrel_window_sum {
    uint32_t size;
    uint32_t flags; /* PETREL_FLAG_SAMPLED when a feed in it is a sample */
    uint64_t first_count;
    uint64_t second_count;
    double first_notional_usd;
    double second_notional_usd;
    double first_quantity;
    double second_quantity;
    double coverage;      /* 0..1: share of the span during which the venues were seen */
    uint32_t venue_count; /* venues with at least one event in it */
    uint32_t reserved;
} petrel_window_sum;

/* Last known state of the symbol, 0 where nothing was seen. */
typedef struct petrel_market_state {
    uint32_t size;
    uint32_t reserved;
    double last_price;
    double mark_price;
    double index_price;
    double funding_rate;
    double open_interest_usd;
    double best_bid;
    double best_ask;
} petrel_market_state;

/* Read-only view of one symbol's windows, as of the last event of the batch. Valid for the call. */
typedef struct petrel_window_view {
    uint32_t size;
    uint32_t reserved;
    const void* context;
    int32_t (*sum)(const struct petrel_window_view* view, const petrel_window_query* query,
                   petrel_window_sum* sum);
    /* Copies kept events inside the query's window, newest first; returns how many. */
    uint32_t (*events)(const struct petrel_window_view* view, const petrel_window_query* query,
                       petrel_market_event* events, uint32_t capacity);
    int32_t (*state)(const struct petrel_window_view* view, petrel_market_state* state);
} petrel_window_view;

#define PETREL_PHASE_ONSET 1u  /* the condition began with this event */
#define PETREL_PHASE_UPDATE 2u /* it goes on */
#define PETREL_PHASE_SINGLE 3u /* one event, no duration */

#define PETREL_EVIDENCE_MAX 32

/* What a detector saw. Copied before `emit` returns. */
typedef struct petrel_finding {
    uint32_t size;
    uint32_t type;  /* index into the declared finding types */
    uint32_t phase; /* PETREL_PHASE_... */
    uint8_t side;   /* LONG, SHORT, BUY, SELL */
    uint8_t reserved0;
    uint16_t venue; /* PETREL_VENUE_ALL when more than one venue took part */
    uint32_t flags; /* PETREL_FLAG_SAMPLED: the figure is "at least" */
    uint32_t events;
    int64_t onset_ns; /* when the story began: with type, symbol and side, its identity */
    int64_t at_ns;    /* event time of this finding */
    double notional_usd;
    double threshold_usd; /* the minimum it had to reach */
    double price;         /* of the event, or the volume-weighted mean */
    double dominance;     /* 0..1: share of the larger side */
    uint32_t window_ms;   /* 0 for a single event */
    uint32_t evidence_count;
    const petrel_market_event* evidence; /* newest first, at most PETREL_EVIDENCE_MAX */
} petrel_finding;

typedef struct petrel_finding_out {
    uint32_t size;
    uint32_t reserved;
    void* context;
    void (*emit)(struct petrel_finding_out* out, const petrel_finding* finding); /* [instance] */
} petrel_finding_out;

/* The most that the state of one instance may take. */
#define PETREL_STATE_BYTES_MAX (64u << 20)

/* Where a state is written to; the bytes are the host's. */
typedef struct petrel_state_out {
    uint32_t size;
    uint32_t reserved;
    void* context;
    /* Appends a copy. PETREL_E_FULL, and nothing is taken, when it would be more than
     * PETREL_STATE_BYTES_MAX in all. [instance] */
    int32_t (*write)(struct petrel_state_out* out, const void* bytes, uint64_t length);
} petrel_state_out;

typedef struct petrel_detector {
    uint32_t size;
    uint32_t reserved;
    /* The finding types it can emit, upper snake case: "LIQ_STORM". Also the alert types. [any] */
    uint32_t (*finding_types)(const petrel_text** types);
    int32_t (*create)(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error); /* [control] */
    /* [control]; an instance that another one replaced: after its last call, where that was made,
     * and still one call at a time for one plugin. */
    void (*destroy)(void* instance);
    /* Writes at most `capacity` interests, returns how many it has. [control] */
    uint32_t (*interests)(void* instance, petrel_interest* interests, uint32_t capacity);
    /* [instance] */
    int32_t (*on_events)(void* instance, const petrel_batch* batch, const petrel_window_view* view,
                         petrel_finding_out* out, petrel_error* error);

    /* Since ABI 1.2, for a reload; both, or null for both: then a successor begins empty.
     *
     * Writes what the instance remembers of the events it saw, no configuration. Numbers of symbols
     * and venues keep their meaning. The instance goes on afterwards. [instance] */
    int32_t (*save_state)(void* instance, petrel_state_out* out, petrel_error* error);
    /* Takes what an instance wrote, of this version of the library or another one, before the first
     * event. The bytes live for the call. PETREL_IGNORED: understood, but of no use, it begins
     * empty. A failure leaves the old instance in its place. [instance] */
    int32_t (*load_state)(void* instance, const void* bytes, uint64_t length, petrel_error* error);
} petrel_detector;

#endif
