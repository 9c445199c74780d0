/**
 * The objects that {@code config.yaml} stands for, and how they are kept as it says in whatever API there is.
 *
 * <pre>
 *  config.yaml ── ConfigWatch: changed? valid? ──&gt; ConfiguredObjects ──&gt; ConfigObjects ── apply, put back, delete, report ──&gt; ObjectsApi
 * </pre>
 */
@NullMarked
package io.doksnap.app.objects;

import org.jspecify.annotations.NullMarked;
