/**
 * The file list of an archive: what {@code ls} shows and a choice of files is made from, without reading the archive.
 *
 * <p>JSON Lines, zstd-compressed, one object a line: first {@code {"formatVersion":1}}, then a line for each entry in the archive's order,
 * last {@code {"entries":N}}, so that a list that ends early is not taken for a whole one. {@code zstd -d | jq} reads it.
 */
@NullMarked
package io.doksnap.archive.index;

import org.jspecify.annotations.NullMarked;
