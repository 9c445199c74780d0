/**
 * One backup, restore or prune from start to end, whatever happens in between.
 *
 * <pre>
 *  claim ── run.json ── each source: read, tar, compress, encrypt, upload, commit ── check ── manifest.json (the commit)
 * </pre>
 */
@NullMarked
package io.doksnap.run;

import org.jspecify.annotations.NullMarked;
