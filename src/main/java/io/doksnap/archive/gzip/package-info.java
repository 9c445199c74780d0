/**
 * gzip (RFC 1952) as a stage between two pipes.
 */
@NullMarked
package io.doksnap.archive.gzip;

import org.jspecify.annotations.NullMarked;
