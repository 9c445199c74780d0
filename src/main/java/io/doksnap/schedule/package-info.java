/**
 * When something is due: cron expressions in a time zone. Time always comes in as an argument or a {@code Clock}.
 */
@NullMarked
package io.doksnap.schedule;

import org.jspecify.annotations.NullMarked;
