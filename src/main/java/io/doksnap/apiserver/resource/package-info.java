/** Which kinds are served: the core ones, and those of resource definitions. Does not change while the server runs. */
@NullMarked
package io.doksnap.apiserver.resource;

import org.jspecify.annotations.NullMarked;
