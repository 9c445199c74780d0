package io.doksnap.schedule;

import java.time.ZoneId;

/**
 * A cron expression in a time zone.
 *
 * @param expression the expression as written
 * @param zone the zone in which its fields are read
 */
public record CronSchedule(String expression, ZoneId zone) {}
