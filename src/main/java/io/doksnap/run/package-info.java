/**
 * One backup, restore or prune from start to end, whatever happens in between.
 *
 * <pre>
 *  claim ── run.json ── each source: read, tar, compress, encrypt, upload, commit ── file lists ── check ── manifest.json (the commit)
 *
 *  journal entry ── stop ── ... reads ... ── start ── entry removed: around the reads, and at the next start after a crash
 * </pre>
 */
@NullMarked
package io.doksnap.run;

import org.jspecify.annotations.NullMarked;
