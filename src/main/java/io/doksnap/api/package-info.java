/**
 * The resource types of group {@code doksnap.io/v1} as a person declares them, and the reasons of every outcome.
 *
 * <p>Nothing here decides anything: what a declaration means, and whether it makes sense, is said in
 * {@code io.doksnap.policy}.
 */
@NullMarked
package io.doksnap.api;

import org.jspecify.annotations.NullMarked;
