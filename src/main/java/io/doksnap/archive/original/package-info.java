/**
 * The {@code .enc} format of the original program, which is read and never written.
 */
@NullMarked
package io.doksnap.archive.original;

import org.jspecify.annotations.NullMarked;
