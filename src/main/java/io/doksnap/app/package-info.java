/** The command line, and the wiring by hand of all rooms. */
@NullMarked
package io.doksnap.app;

import org.jspecify.annotations.NullMarked;
