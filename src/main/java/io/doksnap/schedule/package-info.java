/**
 * When something is due: cron expressions in a time zone, and what becomes of runs that are late. Time always comes in as an
 * argument.
 *
 * <pre>
 *  '0 2 * * *' ── CronSchedule ──&gt; nominal times ── Schedule: delay, catch-up, deadline ──&gt; Due: now, or later
 * </pre>
 */
@NullMarked
package io.doksnap.schedule;

import org.jspecify.annotations.NullMarked;
