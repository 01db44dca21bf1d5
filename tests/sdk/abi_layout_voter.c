/* Layout of the interface of voters, compiled as C11. */
#include "abi_layout.h"
#include "petrel/abi/voter.h"

/* voter.h */
SIZE(petrel_vote, 48);
AT(petrel_vote, size, 0);
AT(petrel_vote, abstains, 4);
AT(petrel_vote, vote, 8);
AT(petrel_vote, reason, 16);

SIZE(petrel_voter, 40);
AT(petrel_voter, size, 0);
AT(petrel_voter, reserved, 4);
AT(petrel_voter, create, 8);
AT(petrel_voter, destroy, 16);
AT(petrel_voter, inputs, 24);
AT(petrel_voter, vote, 32);

IS(PETREL_VOTER_INPUTS_MAX, 64);
IS(PETREL_VOTE_REASON_TEXT, 32);
