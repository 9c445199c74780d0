/**
 * What lies in a destination and what it means: keys, run records, manifests, and the catalogue of a bucket.
 */
@NullMarked
package io.doksnap.snapshot;

import org.jspecify.annotations.NullMarked;
