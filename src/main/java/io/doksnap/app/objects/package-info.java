/**
 * The objects that {@code config.yaml} and labels stand for, and how they are kept as those say in whatever API there is.
 *
 * <pre>
 *  config.yaml ── ConfigWatch: changed? valid? ──&gt; ConfiguredObjects ──&gt; ConfigObjects ─┐
 *                                                                                        ├ Keeper ── apply, put back, delete, report ──&gt; ObjectsApi
 *  labels ─────── LabelWatch: changed? ───────────&gt; LabelledObjects ────&gt; LabelObjects ──┘
 * </pre>
 */
@NullMarked
package io.doksnap.app.objects;

import org.jspecify.annotations.NullMarked;
