/**
 * The resource types of group {@code doksnap.io/v1}, and the reasons of every outcome.
 *
 * <pre>
 *  BackupPolicy ── says what to protect ──&gt; BackupDestination ── says where to
 *      │ when due                                  │ holds
 *      v                                           v
 *    Backup: one run ── when it succeeds ──&gt;  Snapshot &lt;── Restore: brings one back
 * </pre>
 *
 * <p>A spec is what a person writes, exactly as it was written; a status is what the operator found, with a
 * {@link io.doksnap.api.Condition} for each thing that is known. Nothing here decides anything: what a declaration means, and
 * whether it makes sense, is said in {@code io.doksnap.policy}. No library is needed to use these types.
 */
@NullMarked
package io.doksnap.api;

import org.jspecify.annotations.NullMarked;
