/**
 * What is told to those who watch.
 *
 * <pre>
 *  storage ── change ──> history: a ring of each resource's last changes
 *                           │  since version V, and all that follow
 *                           v
 *                         feed: a bounded queue ──> watch: selects, adds initial objects and bookmarks ──> whoever sends it
 * </pre>
 *
 * Nothing here knows of HTTP; see docs/concurrency.md for the threads.
 */
@NullMarked
package io.doksnap.apiserver.watch;

import org.jspecify.annotations.NullMarked;
