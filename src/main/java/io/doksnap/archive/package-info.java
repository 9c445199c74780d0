/**
 * Tar, compression and encryption, and the reverse of each; the only importer of codecs and OpenPGP.
 *
 * <pre>
 *  directory ── tar ──&gt; [queue] ── zstd ──&gt; [queue] ── OpenPGP ──&gt; sink
 * </pre>
 */
@NullMarked
package io.doksnap.archive;

import org.jspecify.annotations.NullMarked;
