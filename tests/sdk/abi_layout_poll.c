/* Layout of what a poll asks and brings, compiled as C11. */
#include "abi_layout.h"
#include "petrel/abi/notifier.h"

/* notifier.h */
SIZE(petrel_press, 48);
AT(petrel_press, token, 0);
AT(petrel_press, story_id, 16);
AT(petrel_press, who, 32);

SIZE(petrel_press_answer, 32);
AT(petrel_press_answer, token, 0);
AT(petrel_press_answer, words, 16);

SIZE(petrel_poll, 280);
AT(petrel_poll, size, 0);
AT(petrel_poll, result, 4);
AT(petrel_poll, wait_ms, 8);
AT(petrel_poll, presses, 16);
AT(petrel_poll, press_count, 24);
AT(petrel_poll, ignored, 28);
AT(petrel_poll, reason, 32);
