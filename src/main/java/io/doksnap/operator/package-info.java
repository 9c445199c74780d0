/**
 * Reconcilers, conditions and events: carries out what the resources of an API say, and writes back what became of it.
 *
 * <pre>
 *  policy ── PolicyReconciler: due? ──&gt; Backup ── BackupReconciler: claimed, and once ──┐
 *    ^                                  Restore ── RestoreReconciler: likewise ─────────┤
 *    │                                                                                  v
 *    └──────── conditions, Events ◄──── outcome of a job ◄──── run ◄──── Runs: a limit, and nothing twice at once
 *
 *  destination ── Looks: lists it ──&gt; Snapshot objects, and whether it is there at all
 * </pre>
 *
 * <p>Each reconciler observes, lets a pure class decide ({@code PolicyDecision}, {@code TaskDecision}), acts, and records. What takes
 * time is done by jobs, never on a thread that reconciles; docs/concurrency.md says which thread does what.
 */
@NullMarked
package io.doksnap.operator;

import org.jspecify.annotations.NullMarked;
