/**
 * Who manages which field ({@code metadata.managedFields}), and server-side apply, which is built on it.
 *
 * <pre>
 *  ServerSideApply   what an applier wants, merged into what is there; conflicts with the other managers
 *   ├ Merging        granular maps and lists with keys are merged, everything else is replaced
 *   ├ Removal        what the applier gave up, and nobody else has, goes: a list's item before what is inside of it
 *   └ ManagedFields  the managers with their FieldSets, as they stand in an object
 *  Ownership         the same book-keeping for create, update and the other patches
 *   └ Comparison     which fields an update added, changed and removed
 *  Parts             how a value is made up of others: the one place that knows list keys and atomic values
 * </pre>
 *
 * <p>The rules are those of Kubernetes (<a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side
 * apply</a>), with one version for each kind. Pure: time comes in as an argument.
 */
@NullMarked
package io.doksnap.apiserver.apply;

import org.jspecify.annotations.NullMarked;
