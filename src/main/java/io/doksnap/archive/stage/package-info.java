/**
 * Threads that hand pooled buffers to each other, so that reading, compressing and encrypting go on at the same time in
 * constant memory.
 */
@NullMarked
package io.doksnap.archive.stage;

import org.jspecify.annotations.NullMarked;
