/**
 * All reading of {@code config.yaml} and the environment: in goes text, out come settings and BackupPolicy objects,
 * or every problem at once with its line.
 *
 * <pre>
 *  file ── YamlReader ──&gt; tree with lines ──┬─ SettingsReader ──&gt; Settings      (secrets by place, read at use)
 *  environment ───────────────────────────┘└─ AppReader ──&gt; BackupPolicy ── policy.PolicyReader ──&gt; Policy
 *                                                 ^                                  │
 *                                                 └── problems: field path back to line ┘
 * </pre>
 *
 * <p>A hook that was written as a line of text is split by {@link io.doksnap.declare.ShellWords}; docker's own commands among
 * them become actions on containers ({@link io.doksnap.declare.DockerCommand}), and no shell is ever started for any.
 */
@NullMarked
package io.doksnap.declare;

import org.jspecify.annotations.NullMarked;
