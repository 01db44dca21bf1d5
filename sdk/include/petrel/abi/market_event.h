/* One normalised market fact: 64 bytes, trivially copyable, the same in memory, in queues and in
 * the journal.
 *
 * Times are nanoseconds since 1970-01-01 UTC. Prices are in quote currency for one unit of base
 * currency, quantities in base currency, notional in US dollars (USD stablecoins count one to one).
 * What the fields of each kind hold:
 *
 *   kind           side                  price            quantity         notional_usd  id
 *   TRADE          aggressor BUY, SELL   trade price      base quantity    USD value     trade id
 *   LIQUIDATION    position LONG, SHORT  execution price  base quantity    USD value     id or 0
 *   MARK_PRICE     NONE                  mark price       index or 0       0             0
 *   FUNDING        NONE                  rate a interval  hours or 0       0             next, ms
 *   OPEN_INTEREST  NONE                  price or 0       base, one side   USD value     0
 *   BEST_BID       BUY                   best bid         size there       USD value     update id
 *   BEST_ASK       SELL                  best ask         size there       USD value     update id
 *   SENTIMENT      NONE                  mood, -1 to 1    impact, 0 to 1   0             source id
 *
 * A long that is liquidated is closed by a sell order; `side` names the position, never the order.
 * A funding rate is a fraction (0.0001 = 0.01 %) and may be negative, as a mood may; no other
 * figure may. SENTIMENT is what somebody makes of posts and news: how the mood is (-1 all bearish,
 * 1 all bullish) and how much the latest news weigh (0: nothing is new).
 */
#ifndef PETREL_ABI_MARKET_EVENT_H
#define PETREL_ABI_MARKET_EVENT_H

#include "version.h"

#define PETREL_EVENT_TRADE 1
#define PETREL_EVENT_LIQUIDATION 2
#define PETREL_EVENT_MARK_PRICE 3
#define PETREL_EVENT_FUNDING 4
#define PETREL_EVENT_OPEN_INTEREST 5
#define PETREL_EVENT_BEST_BID 6
#define PETREL_EVENT_BEST_ASK 7
#define PETREL_EVENT_SENTIMENT 8 /* since ABI 1.3 */
#define PETREL_EVENT_KIND_END 9  /* first value that is no kind; 128 and up belong to the host */

/* Sets of kinds (channels of a subscription, interests of a detector) are bit masks of this. */
#define PETREL_KIND_BIT(kind) (1u << (kind))

#define PETREL_SIDE_NONE 0
#define PETREL_SIDE_BUY 1
#define PETREL_SIDE_SELL 2
#define PETREL_SIDE_LONG 3
#define PETREL_SIDE_SHORT 4

#define PETREL_FLAG_SAMPLED 1u      /* the feed withholds some events of this kind */
#define PETREL_FLAG_LATE 2u         /* history or backfill, not live flow */
#define PETREL_FLAG_TIME_CLAMPED 4u /* exchange time lay ahead of receipt and was set to it */
#define PETREL_FLAG_ID_HASHED 8u    /* the venue's id is text; `id` holds 64 bits of its hash */
#define PETREL_FLAG_MERGED 16u      /* stands for several trades, volume kept */

/* Ids of this kind and instrument are consecutive: an event that stands for `count` of the venue's
 * events has the id of the last, and the one before it has id - count. A jump is a gap. */
#define PETREL_FLAG_ID_SEQUENCE 32u

#define PETREL_NO_INSTRUMENT 0xffffffffu

typedef struct petrel_market_event {
    uint8_t kind;
    uint8_t side;
    uint16_t flags;
    uint16_t venue;      /* set by the host; a plugin leaves 0 */
    uint16_t reserved;   /* 0 */
    uint32_t instrument; /* handle that the host gave for the instrument */
    uint32_t count;      /* market events in this one: 1, or more when merged */
    int64_t exchange_ts_ns;
    int64_t receive_ts_ns;
    double price;
    double quantity;
    double notional_usd;
    uint64_t id;
} petrel_market_event;

/* A run of events. Step by `stride`, never by sizeof: a later host may send longer events. */
typedef struct petrel_batch {
    uint32_t size;
    uint32_t count;
    uint32_t stride;
    uint32_t symbol; /* all events of the batch are of this symbol */
    uint32_t group;  /* index of the symbol's group in the configuration of the detector */
    uint32_t reserved;
    int64_t now_ns; /* event time of the symbol: latest exchange time seen, this batch included */
    const petrel_market_event* events;
} petrel_batch;

#endif
