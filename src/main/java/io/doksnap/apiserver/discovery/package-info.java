/** Tells clients which groups, versions and kinds there are. */
@NullMarked
package io.doksnap.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
