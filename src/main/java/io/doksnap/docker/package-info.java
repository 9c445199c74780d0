/**
 * The Docker Engine, and the only importer of docker-java. Every call has a deadline of our own, since the
 * transport ignores its own on unix sockets.
 */
@NullMarked
package io.doksnap.docker;

import org.jspecify.annotations.NullMarked;
