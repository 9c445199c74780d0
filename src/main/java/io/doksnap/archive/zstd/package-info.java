/**
 * Zstandard (RFC 8878) as a stage between two pipes.
 */
@NullMarked
package io.doksnap.archive.zstd;

import org.jspecify.annotations.NullMarked;
