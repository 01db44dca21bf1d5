/* Notifier channel: turns an alert into a request, and a reply into an outcome. The host sends.
 *
 * A channel that is no HTTP (console, file) delivers by itself instead, on a worker thread of the
 * host that may block.
 */
#ifndef PETREL_ABI_NOTIFIER_H
#define PETREL_ABI_NOTIFIER_H

#include "plugin.h"

#define PETREL_NOTIFIER_INTERFACE "petrel.notifier/1"

typedef struct petrel_alert_field {
    petrel_text name;
    petrel_text value;
} petrel_alert_field;

#define PETREL_SEVERITY_INFO 1u
#define PETREL_SEVERITY_WARNING 2u
#define PETREL_SEVERITY_CRITICAL 3u

/* Where in its story an alert stands. Since ABI 1.3; absent means new. */
#define PETREL_ALERT_NEW 1u
#define PETREL_ALERT_UPDATE 2u       /* the same story, told with newer figures */
#define PETREL_ALERT_END 3u          /* the story is over: resolve it where that exists */
#define PETREL_ALERT_DIGEST 4u       /* many alerts in one */
#define PETREL_ALERT_TEST 5u         /* asked for by a person or a fire drill; means nothing */
#define PETREL_ALERT_ACKNOWLEDGED 6u /* somebody has taken it on */
/* `image` for the message that provider_id names: the rest is what that message shows, its buttons
 * included, and stays. No message is sent for it: where that one is gone it is refused. The
 * provider's id that comes of it is the message's from then on. Since ABI 1.5. */
#define PETREL_ALERT_IMAGE 7u

/* One alert, already written for people: the channel adds its markup and nothing else. All text is
 * plain UTF-8 without control characters; escaping for the medium is the channel's duty. */
typedef struct petrel_alert {
    uint32_t size;
    uint32_t severity;
    petrel_text id;                   /* idempotency key */
    petrel_text type;                 /* "LIQ_STORM", ..., "SYSTEM" */
    petrel_text symbol;               /* may be empty */
    petrel_text headline;             /* enough alone on a lock screen, at most 90 characters */
    const petrel_alert_field* fields; /* one a line, in order */
    uint32_t field_count;
    uint32_t side;      /* PETREL_SIDE_... */
    petrel_text footer; /* time and id */
    petrel_text json;   /* the whole alert as one JSON object */
    int64_t at_ns;
    double score; /* 0 when it has none */
    /* Since ABI 1.3. */
    petrel_text story_id;    /* the same for all alerts of one story */
    petrel_text provider_id; /* of the message that shows this story, or empty */
    petrel_text link;        /* URL of the story, or empty */
    const uint8_t* image;    /* PNG, or null */
    uint64_t image_bytes;
    petrel_text image_alt; /* what the image shows, in words */
    int64_t sent_at_ns;    /* wall clock of this attempt */
    uint64_t late_ms;      /* how much too late this attempt is; 0 = on time */
    uint32_t phase;        /* PETREL_ALERT_... */
    uint32_t attempt;      /* 1 for the first */
    uint32_t silent;       /* 1: without a sound */
    /* 1: it may have been sent before, and nobody knows. Never to a channel that honours a key.
     * Since ABI 1.5; 0 from older hosts. */
    uint32_t may_repeat;
    /* Of PETREL_ALERT_IMAGE: PETREL_ALERT_NEW, _UPDATE or _END, as the message that shows it. Else
     * 0. Since ABI 1.5. */
    uint32_t shown_phase;
    /* 1: when this was written somebody had taken it on. Since ABI 1.5; 0 from older hosts. */
    uint32_t acknowledged;
} petrel_alert;

/* What a channel is able to do. Since ABI 1.3. */
#define PETREL_CAN_EDIT 1u    /* an update replaces the message named by provider_id */
#define PETREL_CAN_THREAD 2u  /* an update is shown beneath the first message */
#define PETREL_CAN_IMAGE 4u   /* sends `image` */
#define PETREL_CAN_RESOLVE 8u /* an end closes the story at the receiver */
/* The receiver takes one alert of an `id` or a story once. Such a channel whose limits allow more
 * than 100 alerts a second has several under way: build comes again before read_reply of one that
 * was built before. Else the next one is built when what came of the one before is on record. */
#define PETREL_HONOURS_KEY 16u
/* Shows, or passes on, that somebody has taken a story on: gets PETREL_ALERT_ACKNOWLEDGED for each
 * message that it has delivered of it. Since ABI 1.4. */
#define PETREL_CAN_ACKNOWLEDGE 32u
/* With PETREL_CAN_IMAGE: adds `image` to a message that is shown already. Then no alert waits for
 * its image to be drawn: it goes without, and PETREL_ALERT_IMAGE follows. Since ABI 1.5. */
#define PETREL_CAN_ADD_IMAGE 64u

/* Pace the channel must keep, per target. 0 = no such limit. */
typedef struct petrel_notifier_limits {
    uint32_t size;
    uint32_t text_chars_max;
    double per_second;
    double per_minute;
    uint32_t burst;
    uint32_t timeout_ms;
    uint32_t abilities; /* Since ABI 1.3. PETREL_CAN_..., PETREL_HONOURS_KEY */
    uint32_t reserved;
} petrel_notifier_limits;

typedef struct petrel_header {
    petrel_text name;
    petrel_text value;
} petrel_header;

/* A request as the plugin builds it; with an image, body and content type are the plugin's own
 * multipart. Pointers live until the next call on the same instance. */
typedef struct petrel_notifier_request {
    uint32_t size;
    uint32_t header_count;
    petrel_text method;
    petrel_text url; /* secret: never logged */
    petrel_text body;
    const petrel_header* headers;
    uint32_t timeout_ms; /* Since ABI 1.4: of this request; 0: that of the channel's limits */
    uint32_t reserved;
} petrel_notifier_request;

typedef struct petrel_notifier_reply {
    uint32_t size;
    uint32_t http_status;
    uint32_t header_count;
    uint32_t reserved;
    const petrel_header* headers; /* names in lower case */
    petrel_text body;
} petrel_notifier_reply;

#define PETREL_DELIVERED 1u /* retry_after_ms: nothing more to this channel before that */
#define PETREL_RETRY 2u     /* again after retry_after_ms, as all of the channel; 0: by back-off */
#define PETREL_REFUSED 3u   /* this alert will never be taken; the channel still works */
#define PETREL_BROKEN 4u    /* the channel itself is refused (bad token, gone): stop it */

typedef struct petrel_outcome {
    uint32_t size;
    uint32_t result;
    uint64_t retry_after_ms;
    petrel_text provider_id; /* message id of the provider, or empty; lives until the next call */
    char reason[PETREL_ERROR_TEXT]; /* zero-terminated; never holds a secret */
} petrel_outcome;

/* Somebody in the channel wants to acknowledge a story. Since ABI 1.4. */
typedef struct petrel_press {
    petrel_text token;    /* names the press to the plugin */
    petrel_text story_id; /* of the alert */
    petrel_text who;      /* for the record, in words */
} petrel_press;

/* What became of a press, in words for whoever pressed. Since ABI 1.4. */
typedef struct petrel_press_answer {
    petrel_text token;
    petrel_text words; /* "Acknowledged", ... */
} petrel_press_answer;

/* What a poll brought. Since ABI 1.4. */
typedef struct petrel_poll {
    uint32_t size;
    uint32_t result;  /* PETREL_DELIVERED; PETREL_RETRY; PETREL_BROKEN: never ask again */
    uint64_t wait_ms; /* before the next; with PETREL_RETRY 0 means the host's back-off */
    const petrel_press* presses; /* live until the next call on the instance */
    uint32_t press_count;
    uint32_t ignored;               /* presses of those who may not */
    char reason[PETREL_ERROR_TEXT]; /* zero-terminated; never holds a secret */
} petrel_poll;

typedef struct petrel_notifier {
    uint32_t size;
    uint32_t reserved;
    int32_t (*create)(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error);                         /* [control] */
    void (*destroy)(void* instance);                                /* [control] */
    void (*limits)(void* instance, petrel_notifier_limits* limits); /* [instance] */
    /* HTTP channels: both of these. Null for channels that deliver by themselves. [instance] */
    int32_t (*build)(void* instance, const petrel_alert* alert, petrel_notifier_request* request,
                     petrel_error* error);
    int32_t (*read_reply)(void* instance, const petrel_notifier_reply* reply,
                          petrel_outcome* outcome, petrel_error* error);
    /* Other channels: this one; may block. Null for HTTP channels. [instance] */
    int32_t (*deliver)(void* instance, const petrel_alert* alert, petrel_outcome* outcome,
                       petrel_error* error);
    /* Since ABI 1.4. HTTP channels in which people can answer: both of these, or null. The host
     * asks over and over, on a connection of its own, so that a long poll delays no alert; the
     * calls may come between build and read_reply. `answers` are to presses that read_poll gave; a
     * request without a URL says that there is nothing to ask, now or ever. [instance] */
    int32_t (*build_poll)(void* instance, const petrel_press_answer* answers, uint32_t answer_count,
                          petrel_notifier_request* request, petrel_error* error);
    int32_t (*read_poll)(void* instance, const petrel_notifier_reply* reply, petrel_poll* poll,
                         petrel_error* error);
} petrel_notifier;

#endif
