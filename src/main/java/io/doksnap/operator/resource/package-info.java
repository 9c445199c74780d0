/**
 * The kinds of {@code io.doksnap.api} as a Kubernetes client takes them, their JSON, and the names of their labels and annotations.
 *
 * <pre>
 *  api record  &lt;── spec and status ──  CustomResource  &lt;── ResourceJson ──&gt;  JSON in the API
 * </pre>
 */
@NullMarked
package io.doksnap.operator.resource;

import org.jspecify.annotations.NullMarked;
