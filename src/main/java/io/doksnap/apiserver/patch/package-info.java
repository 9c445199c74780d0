/**
 * The three kinds of patches that are not server-side apply: merge (RFC 7396), JSON (RFC 6902) and, for core kinds,
 * strategic merge. Each leaves what it is given as it is, and fails with nothing but a
 * {@link io.doksnap.apiserver.patch.PatchException}.
 */
@NullMarked
package io.doksnap.apiserver.patch;

import org.jspecify.annotations.NullMarked;
