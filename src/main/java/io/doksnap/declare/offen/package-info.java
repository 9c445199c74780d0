/**
 * Reads an installation of offen/docker-volume-backup, and says it in our words: a configuration, the same as labels, and every setting that
 * has no counterpart. Pure but for the files of the installation that are read; secrets are compared, and never printed.
 *
 * <pre>
 *  env file, conf.d, compose file, container ──&gt; OffenInstallation ──&gt; Migration ──┬─&gt; ConfigText   config.yaml
 *                                                                                 ├─&gt; LabelText    the same as labels
 *                                                                                 └─&gt; Finding      what is lost, or worth a look
 * </pre>
 */
@NullMarked
package io.doksnap.declare.offen;

import org.jspecify.annotations.NullMarked;
