/** What the API answers when it does not do what was asked: a {@code Status}, in the words of a Kubernetes API server. */
@NullMarked
package io.doksnap.apiserver.failure;

import org.jspecify.annotations.NullMarked;
