/**
 * Tar, compression and encryption, and the reverse of each; the only importer of codecs, OpenPGP and age.
 *
 * <pre>
 *  directory ── tar ──&gt; [queue] ── zstd or gzip ──&gt; [queue] ── OpenPGP or age ──&gt; sink       ArchiveWriter(Codec, Encryption)
 *  directory, digest or list &lt;── tar ── [queue] &lt;── ... ── [queue] &lt;── ... ── stored bytes   ArchiveReader(Codec, Decryption)
 * </pre>
 */
@NullMarked
package io.doksnap.archive;

import org.jspecify.annotations.NullMarked;
