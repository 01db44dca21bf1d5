/* Voter: gets the figures that it asked for, as the rules have them, and says how sure it is that
 * this is worth a signal. Since ABI 1.3.
 *
 * A voter is a pure function of the values it is given: no clock, no randomness, no I/O, no memory
 * of earlier calls. A replay and a rule that is run beside the live one call it again and must get
 * the same vote. What it was trained to comes in as parameters; those of the type
 * PETREL_PARAMETER_FILE hold a whole model. One instance serves all symbols of a shard.
 */
#ifndef PETREL_ABI_VOTER_H
#define PETREL_ABI_VOTER_H

#include "plugin.h"

#define PETREL_VOTER_INTERFACE "petrel.voter/1"

#define PETREL_VOTER_INPUTS_MAX 64u
#define PETREL_VOTE_REASON_TEXT 32

/* What a voter answers. */
typedef struct petrel_vote {
    uint32_t size;
    uint32_t abstains; /* 1: it has no opinion, `vote` is not looked at */
    double vote;       /* 0 (surely not) to 1 (surely); anything else counts as a fault */
    char reason[PETREL_VOTE_REASON_TEXT]; /* a word or two, zero-terminated; may be empty */
} petrel_vote;

typedef struct petrel_voter {
    uint32_t size;
    uint32_t reserved;
    int32_t (*create)(const petrel_host* host, const petrel_config* config, void** instance,
                      petrel_error* error); /* [control] */
    void (*destroy)(void* instance);        /* [control] */
    /* The figures it wants, by the names under which a signal records its inputs
     * ("market.return_pct", "finding.volume_usd", "storm.age_s"), at most PETREL_VOTER_INPUTS_MAX;
     * returns how many. Asked once after `create`; a name that the host does not know refuses the
     * instance. The texts live as long as the instance. [control] */
    uint32_t (*inputs)(void* instance, const petrel_text** names);
    /* The figures in the order of `inputs`; NaN: not known, or not there (no storm is active). A
     * failure, and a vote that is none, is counted and abstains. [instance] */
    int32_t (*vote)(void* instance, const double* values, uint32_t count, petrel_vote* out,
                    petrel_error* error);
} petrel_voter;

#endif
