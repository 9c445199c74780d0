/**
 * Label and field selectors, parsed once and asked of every object: {@code tier in (a, b),!old} and {@code metadata.name=x}.
 *
 * <p>Pure. What cannot be parsed is a {@link io.doksnap.apiserver.selector.SelectorException} in the words of Kubernetes.
 */
@NullMarked
package io.doksnap.apiserver.selector;

import org.jspecify.annotations.NullMarked;
