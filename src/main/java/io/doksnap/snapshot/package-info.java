/**
 * What lies in a destination and what it means: keys, run records, manifests, and the catalogue of a bucket.
 *
 * <pre>
 * ObjectStore ─> Catalogue ─> CatalogueEntry          every snapshot, for people
 *             ─> Inventory ─> RetentionPlan           those of one identity: which stay, which go, and why
 * </pre>
 */
@NullMarked
package io.doksnap.snapshot;

import org.jspecify.annotations.NullMarked;
