/** How the API server reads and writes JSON. */
@NullMarked
package io.doksnap.apiserver.json;

import org.jspecify.annotations.NullMarked;
