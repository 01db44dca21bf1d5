/* Exchange adapter, sans I/O: says what to connect to and what to send, and turns what comes back
 * into events. The host owns sockets, TLS, timers, retries, pacing and deduplication.
 *
 * Life: create -> discover -> (replies) -> plan -> frames and replies ... -> destroy.
 */
#ifndef PETREL_ABI_EXCHANGE_H
#define PETREL_ABI_EXCHANGE_H

#include "market_event.h"
#include "plugin.h"

#define PETREL_EXCHANGE_INTERFACE "petrel.exchange/1"

/* The host guarantees this many readable bytes behind every frame and body. */
#define PETREL_FRAME_PADDING 64

#define PETREL_INSTRUMENT_PERPETUAL 1u
#define PETREL_INSTRUMENT_FUTURE 2u
#define PETREL_INSTRUMENT_SPOT 3u

/* One contract or pair of the venue. `base`, `quote` and `settle` are plain upper-case currency
 * codes after the venue's aliases are undone (XBT -> BTC, UST -> USDT) and size prefixes are
 * stripped (1000PEPE -> PEPE). The host builds the venue-free symbol from them. */
typedef struct petrel_instrument {
    uint32_t size;
    uint32_t type; /* PETREL_INSTRUMENT_... */
    petrel_text native;
    petrel_text base;
    petrel_text quote;
    petrel_text settle;
    double base_per_unit;  /* base currency in one unit of the venue's quantity; inverse: 0 */
    double quote_per_unit; /* inverse contracts: quote currency in one contract; else 0 */
    double price_divisor;  /* the venue's price divided by this is the price of one base unit */
    int64_t expiry_ns;     /* dated futures, else 0 */
} petrel_instrument;

#define PETREL_COMPLETE 1u
#define PETREL_SAMPLED 2u
#define PETREL_POLLED 3u

/* Constant facts of the venue. Lives as long as the library. */
typedef struct petrel_exchange_info {
    uint32_t size;
    uint32_t channels;          /* kinds it can deliver: bits of PETREL_KIND_BIT */
    const petrel_text* aliases; /* other venue names found in recordings */
    uint32_t alias_count;
    uint32_t message_bytes_max;      /* longest frame the venue sends */
    const petrel_text* ws_endpoints; /* "wss://host[:port]", first is preferred */
    uint32_t ws_endpoint_count;
    uint32_t rest_endpoint_count;
    const petrel_text* rest_endpoints; /* "https://host[:port]" */
    uint8_t completeness[16];          /* PETREL_COMPLETE ... by event kind, 0 = not offered */
    /* Weight of requests that the venue allows one address in a minute. The host spends at most
     * half of it, as others may share the address. 0 = not known: at most 600 are spent. */
    uint32_t rest_weight_per_minute;
    uint32_t reserved;
    /* Since 1.2. By event kind, for a feed that is PETREL_SAMPLED by a rule: it shows at most one
     * event of an instrument in so many milliseconds. 0: no rule is known. */
    uint16_t sample_interval_ms[16];
} petrel_exchange_info;

/* One thing the host wants: these kinds of this instrument. */
typedef struct petrel_subscription {
    uint32_t size;
    uint32_t instrument; /* handle */
    uint32_t channels;   /* bits of PETREL_KIND_BIT */
    uint32_t reserved;
    petrel_text native;
} petrel_subscription;

/* One stream that a connection will carry; the host holds it *pending* until data came. */
typedef struct petrel_stream {
    uint32_t size;
    uint32_t instrument;
    uint32_t kinds;
    uint32_t reserved;
    petrel_text topic; /* the venue's name of it */
} petrel_stream;

/* A field of a request's head. Arrays of them are stepped by headers[0].size. The host checks them:
 * at most 16, a name of letters, digits and dashes (64 bytes at most), a value of printable ASCII
 * (1024 at most). What belongs to the host (Host, Connection, Upgrade, Sec-WebSocket-*, User-Agent,
 * Content-Length, Transfer-Encoding and the like) is refused with a sentence. Since ABI 1.2. */
typedef struct petrel_head_field {
    uint32_t size;
    uint32_t reserved;
    petrel_text name;
    petrel_text value;
} petrel_head_field;

/* How the host signs a request, a handshake or a login with a key of the operator's, which it alone
 * holds. The texts are templates with {key} {passphrase} {timestamp_s} {timestamp_ms} {method}
 * {target} {path} {query} {body}, and all but `message` also {signature}; other braces stand for
 * themselves. Without a key in the exchange's section nothing that is to be signed is sent.
 * Since ABI 1.2. */
#define PETREL_SIGN_HMAC_SHA256 1u
#define PETREL_SIGN_HMAC_SHA512 2u
#define PETREL_CODING_PLAIN 0u
#define PETREL_CODING_HEX 1u
#define PETREL_CODING_BASE64 2u
typedef struct petrel_signing {
    uint32_t size;
    uint32_t hash;             /* PETREL_SIGN_... */
    uint32_t signature_coding; /* PETREL_CODING_HEX or _BASE64 */
    uint32_t secret_coding;    /* in which the venue gives the secret out */
    petrel_text message;       /* what is signed */
    const petrel_head_field* headers;
    uint32_t header_count;
    uint32_t reserved;
    petrel_text query; /* appended to the target; empty: none */
    petrel_text login; /* first message over a socket, signed as it opens; empty: none */
} petrel_signing;

/* What a connection is for: the operator bounds the number of each. Since ABI 1.2. */
#define PETREL_CONNECTION_MARKET_DATA 0u
#define PETREL_CONNECTION_USER_DATA 1u
#define PETREL_CONNECTION_TRADING 2u
#define PETREL_CONNECTION_SYSTEM 3u

/* Messages are worth compressing: the host offers permessage-deflate unless the operator forbids
 * it. Since ABI 1.2. */
#define PETREL_CONNECTION_COMPRESS 1u

/* One WebSocket connection that the subscriptions need. */
typedef struct petrel_connection_plan {
    uint32_t size;
    uint32_t frame_count;
    petrel_text name;          /* short, for people and metrics: "market-1" */
    petrel_text path;          /* appended to the end point: "/market/stream" */
    const petrel_text* frames; /* sent in order once it is open */
    uint32_t frame_gap_ms;     /* least time between two sent messages */
    uint32_t keepalive_ms;     /* send `keepalive` this often; 0 = WebSocket pings of the host */
    petrel_text keepalive;     /* text message; empty = a ping frame */
    uint32_t idle_ms_max;      /* no frame of any sort for so long means dead */
    uint32_t life_s_max;       /* the venue closes it after this; 0 = never */
    const petrel_stream* streams;
    uint32_t stream_count;
    uint32_t reserved;
    const petrel_head_field* headers; /* of the upgrade request; since ABI 1.2 */
    uint32_t header_count;
    uint32_t flags;                /* PETREL_CONNECTION_COMPRESS */
    const petrel_signing* signing; /* null: not signed */
    uint32_t purpose;              /* PETREL_CONNECTION_MARKET_DATA ... */
    uint32_t reserved2;
} petrel_connection_plan;

#define PETREL_REQUEST_DISCOVERY 1u
#define PETREL_REQUEST_POLL 2u
#define PETREL_REQUEST_BACKFILL 3u

/* One HTTP request for the host to make. */
typedef struct petrel_http_request {
    uint32_t size;
    uint32_t purpose;   /* PETREL_REQUEST_... */
    uint64_t tag;       /* the plugin's own; comes back with the reply */
    petrel_text method; /* "GET" */
    petrel_text target; /* path and query */
    petrel_text body;
    uint32_t weight;      /* cost against rest_weight_per_minute; the host paces by it */
    uint32_t interval_ms; /* POLL: ask again this often; DISCOVERY: 0 */
    uint32_t instrument;  /* POLL: what it is for, else PETREL_NO_INSTRUMENT */
    uint32_t reserved;
    const petrel_head_field* headers; /* "Content-Type" and others; since ABI 1.2 */
    uint32_t header_count;
    uint32_t reserved2;
    const petrel_signing* signing; /* null: not signed */
} petrel_http_request;

#define PETREL_NOTICE_ACK 1u            /* subscription accepted; `text` the topic or empty */
#define PETREL_NOTICE_SUBSCRIBE_FAIL 2u /* refused; `text` says which and why */
#define PETREL_NOTICE_PONG 3u
#define PETREL_NOTICE_VENUE_ERROR 4u /* the venue says something is wrong */
#define PETREL_NOTICE_RECONNECT 5u   /* the venue asks us to reconnect */
#define PETREL_NOTICE_GAP                                            \
    6u /* messages of this connection are missing, which is unknown; \
          since ABI 1.1 */

/* The venue does not take the key of this connection or request: it is set aside. `text` says why,
 * without the key. Since ABI 1.2. */
#define PETREL_NOTICE_KEY_REFUSED 7u

/* With a reply to a request for what fills a hole: its answers hold all that the venue knows of the
 * hole by now, from its beginning on, even where no event stands on either side of it, as where
 * events are rare. Not for a history of which the venue says that it lags. Since ABI 1.2. */
#define PETREL_NOTICE_HISTORY_WHOLE 8u

typedef struct petrel_notice {
    uint32_t size;
    uint32_t type;
    petrel_text text;
    uint64_t reference; /* the venue's request id, or 0 */
} petrel_notice;

/* Where a decoder puts what it found. The host owns all of it and sets every field. A decoder
 * writes into events[count++]; when count == capacity it calls flush, which empties the array.
 * Everything is copied before the call returns. */
typedef struct petrel_decode_out {
    uint32_t size;
    uint32_t capacity;
    uint32_t count;
    uint32_t stride;
    petrel_market_event* events;
    void* context;
    int32_t (*flush)(struct petrel_decode_out* out); /* [instance] */
    /* Registers an instrument and gives its handle, the same one for the same `native`. */
    uint32_t (*instrument)(struct petrel_decode_out* out, const petrel_instrument* instrument);
    void (*notice)(struct petrel_decode_out* out, const petrel_notice* notice);
    void (*request)(struct petrel_decode_out* out, const petrel_http_request* request);
    /* Sends a text message in answer, over the socket of the frame that is being read. It goes
     * before subscriptions that wait, at the pace of the plan (`frame_gap_ms`). At most 4 a frame
     * and 60 a minute, of 4096 bytes: PETREL_E_FULL or PETREL_E_INVALID beyond.
     * PETREL_E_UNSUPPORTED when no frame is being read. May be null. Since ABI 1.2. */
    int32_t (*send)(struct petrel_decode_out* out, petrel_text message);
} petrel_decode_out;

typedef struct petrel_frame {
    uint32_t size;
    /* The socket it came over. Where several carry one plan, each has a number of its own. Numbers
     * are as small as can be and used again after on_open. */
    uint32_t connection;
    const char* data; /* `length` bytes, then PETREL_FRAME_PADDING readable ones */
    uint64_t length;
    int64_t receive_ts_ns;
} petrel_frame;

typedef struct petrel_reply {
    uint32_t size;
    uint32_t http_status;
    uint64_t tag;
    uint32_t purpose;
    uint32_t instrument;
    const char* data; /* padded like a frame */
    uint64_t length;
    int64_t receive_ts_ns;
} petrel_reply;

/* A hole in what an instrument sent. Since ABI 1.1. */
typedef struct petrel_gap {
    uint32_t size;
    uint32_t instrument;
    uint32_t kind; /* PETREL_EVENT_TRADE or PETREL_EVENT_LIQUIDATION */
    uint32_t reserved;
    petrel_text native;
    uint64_t first_id; /* first and last that are missing; 0: unknown */
    uint64_t last_id;
    int64_t from_ns; /* exchange time of the last event before the hole and the first after it */
    int64_t to_ns;
} petrel_gap;

typedef struct petrel_plan_out {
    uint32_t size;
    uint32_t reserved;
    void* context;
    void (*connection)(struct petrel_plan_out* out, const petrel_connection_plan* plan);
    void (*poll)(struct petrel_plan_out* out, const petrel_http_request* request);
} petrel_plan_out;

typedef struct petrel_exchange {
    uint32_t size;
    uint32_t reserved;
    const petrel_exchange_info* (*info)(void); /* [any] */
    /* Makes an instance. `host` outlives it. [control] */
    int32_t (*create)(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error);
    void (*destroy)(void* instance); /* [control] */
    /* Asks (through out->request) for what lists the instruments. Replies go to on_reply, which
     * registers instruments and may ask for the next page. [instance] */
    int32_t (*discover)(void* instance, petrel_decode_out* out, petrel_error* error);
    /* Says which connections and polls the subscriptions need. [instance] */
    int32_t (*plan)(void* instance, const petrel_subscription* subscriptions, uint32_t count,
                    petrel_plan_out* out, petrel_error* error);
    /* Turns one frame into events and notices. PETREL_IGNORED for a frame with nothing for us;
     * PETREL_E_REJECTED with a reason for a bad one. Events written before a failure stand.
     * An instrument that was never announced is registered on the way. [instance] */
    int32_t (*on_frame)(void* instance, const petrel_frame* frame, petrel_decode_out* out,
                        petrel_error* error);
    int32_t (*on_reply)(void* instance, const petrel_reply* reply, petrel_decode_out* out,
                        petrel_error* error); /* [instance] */
    /* A socket was opened anew: forget what was learned over the old one of that number, and
     * nothing else; others may carry the same plan. [instance] */
    void (*on_open)(void* instance, uint32_t connection);
    /* Asks (through out->request, PETREL_REQUEST_BACKFILL) for what fills a hole. Replies go to
     * on_reply, which writes the events oldest first and may ask for the next page; the host marks
     * them late and drops what it has. PETREL_E_UNSUPPORTED when the venue cannot tell. Null:
     * never. Since ABI 1.1. [instance] */
    int32_t (*backfill)(void* instance, const petrel_gap* gap, petrel_decode_out* out,
                        petrel_error* error);
} petrel_exchange;

#endif
