/**
 * All reading of {@code config.yaml} and the environment: in goes text, out come settings and BackupPolicy objects,
 * or every problem at once with its line.
 */
@NullMarked
package io.doksnap.declare;

import org.jspecify.annotations.NullMarked;
