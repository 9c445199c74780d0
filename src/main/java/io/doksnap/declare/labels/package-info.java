/**
 * Labels of containers and Swarm services, read into policies. Pure: whoever watches the engine says who carries which labels.
 */
@NullMarked
package io.doksnap.declare.labels;

import org.jspecify.annotations.NullMarked;
