/* Status codes and the error buffer.
 *
 * A function that can fail returns one of these codes. Zero is success, negative is failure,
 * positive is success with a remark. The sentence for people goes into a buffer that the caller
 * owns; the callee writes a zero-terminated text of at most PETREL_ERROR_TEXT - 1 bytes.
 */
#ifndef PETREL_ABI_STATUS_H
#define PETREL_ABI_STATUS_H

#include "version.h"

#define PETREL_OK 0
#define PETREL_IGNORED 1          /* understood, and nothing for us in it */
#define PETREL_E_INVALID (-1)     /* argument or configuration value is not allowed */
#define PETREL_E_REJECTED (-2)    /* the frame or reply is malformed or out of bounds */
#define PETREL_E_UNSUPPORTED (-3) /* this plugin or host does not offer that */
#define PETREL_E_EXCEPTION (-4)   /* the plugin threw; the wrapper caught it */
#define PETREL_E_IO (-5)          /* writing or reading outside the process failed; may pass */
#define PETREL_E_FULL (-6)        /* a bounded buffer is full */

#define PETREL_ERROR_TEXT 248

typedef struct petrel_error {
    uint32_t size;
    int32_t code;
    char text[PETREL_ERROR_TEXT];
} petrel_error;

#endif
