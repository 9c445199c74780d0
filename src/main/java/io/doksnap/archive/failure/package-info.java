/**
 * What can be wrong with an archive or its key, by kind; and how damaged bytes are told from a stream that broke.
 */
@NullMarked
package io.doksnap.archive.failure;

import org.jspecify.annotations.NullMarked;
