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
 */
@NullMarked
package io.doksnap.declare;

import org.jspecify.annotations.NullMarked;
