/** Reconcilers, conditions and events: carries out what the resources say, and writes back what became of it. */
@NullMarked
package io.doksnap.operator;

import org.jspecify.annotations.NullMarked;
