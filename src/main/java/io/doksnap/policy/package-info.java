/**
 * The typed, validated policy: what is left when a declaration made sense.
 *
 * <pre>
 *  BackupPolicy (as written) ── PolicyReader ──&gt; Policy, or every problem with its field path and remedy
 *                                    │ a reader for each part: TargetReader, SourceReader, ScheduleReader, HooksReader ...
 *                                    └ each given its Field, which knows its path and takes what is wrong there
 * </pre>
 *
 * <p>Pure: no I/O, no JSON, no clock. {@link io.doksnap.policy.AllowedPaths} looks at paths as text; whoever reads a
 * directory resolves its links first and asks again.
 */
@NullMarked
package io.doksnap.policy;

import org.jspecify.annotations.NullMarked;
