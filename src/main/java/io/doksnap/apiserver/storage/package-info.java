/**
 * Where the API's objects are kept: all of them in memory, each write first on the disk.
 *
 * <pre>
 *  write ── version still the one that was read? ── SQLite transaction, synced ── memory ── listeners (history, collector)
 *  read  ── memory
 *  start ── SQLite ── memory
 * </pre>
 */
@NullMarked
package io.doksnap.apiserver.storage;

import org.jspecify.annotations.NullMarked;
