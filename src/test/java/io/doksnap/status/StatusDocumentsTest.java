package io.doksnap.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fields of the original program, with their names and meaning, and what stands beside them. */
class StatusDocumentsTest {
    private final FixedSource source = FixedSource.twoApps();

    @Test
    void statusHasEachAppWithItsLastBackupAndItsSchedule() {
        JsonNode status = StatusDocuments.status(Apps.of(source), FixedSource.NOW);
        assertThat(fields(status)).contains("apps", "timestamp");
        assertThat(status.path("timestamp").asText()).isEqualTo("2026-11-22T12:00:00Z");
        JsonNode shop = status.path("apps").path(0);
        assertThat(shop.path("app_name").asText()).isEqualTo("Shop_1");
        assertThat(shop.path("running").asBoolean()).isFalse();
        assertThat(shop.path("last_backup").toString())
                .isEqualTo("{\"timestamp\":\"2026-11-22T02:01:30Z\",\"size_mb\":3.0,\"duration_seconds\":90.0}");
        assertThat(shop.path("next_schedule").asText()).isEqualTo("0 2 * * *");
        assertThat(shop.path("ready").asBoolean()).isTrue();
        assertThat(shop.path("reason").asText()).isEqualTo("Scheduled");
        assertThat(shop.path("message").asText()).isEqualTo("next in 14 hours");
        assertThat(shop.path("next_run_time").asText()).isEqualTo("2026-11-23T02:00:00Z");
        assertThat(shop.path("overdue").asBoolean()).isFalse();
        JsonNode site = status.path("apps").path(1);
        assertThat(site.path("app_name").asText()).isEqualTo("site");
        assertThat(site.path("last_backup").isNull()).isTrue();
        assertThat(site.path("overdue").asBoolean()).isTrue();
    }

    @Test
    void metricsCountRunsAndStoredSnapshotsOnce() {
        JsonNode shop = StatusDocuments.metrics(Apps.of(source), FixedSource.NOW)
                .path("apps")
                .path(0);
        assertThat(fields(shop))
                .startsWith(
                        "app_name",
                        "total_backups",
                        "total_size_bytes",
                        "total_size_mb",
                        "successful_backups",
                        "failed_backups",
                        "success_rate",
                        "avg_duration_seconds",
                        "currently_running",
                        "last_backup_time");
        assertThat(shop.path("total_backups").asInt()).isEqualTo(2);
        assertThat(shop.path("total_size_bytes").asLong()).isEqualTo(4 << 20);
        assertThat(shop.path("total_size_mb").asDouble()).isEqualTo(4.0);
        assertThat(shop.path("successful_backups").asInt()).isEqualTo(1);
        assertThat(shop.path("failed_backups").asInt()).isEqualTo(1);
        assertThat(shop.path("success_rate").asDouble()).isEqualTo(50.0);
        assertThat(shop.path("avg_duration_seconds").asDouble()).isEqualTo(90.0);
        assertThat(shop.path("last_backup_time").asText()).isEqualTo("2026-11-22T02:01:30Z");
        JsonNode site = StatusDocuments.metrics(Apps.of(source), FixedSource.NOW)
                .path("apps")
                .path(1);
        assertThat(site.path("success_rate").asDouble()).isZero();
        assertThat(site.path("last_backup_time").isNull()).isTrue();
    }

    @Test
    void historyIsNewestFirstAndSaysHowEachRunEnded() {
        Apps apps = Apps.of(source);
        JsonNode one = StatusDocuments.history(apps.find("Shop_1").orElseThrow());
        assertThat(one.path("app").asText()).isEqualTo("Shop_1");
        JsonNode newest = one.path("history").path(0);
        assertThat(fields(newest))
                .startsWith(
                        "job_id", "app_name", "started_at", "completed_at", "status", "size_mb", "duration_seconds");
        assertThat(newest.path("job_id").asText()).isEqualTo("shop-202611220200");
        assertThat(newest.path("status").asText()).isEqualTo("completed");
        assertThat(newest.path("duration_seconds").asDouble()).isEqualTo(90.0);
        JsonNode failed = one.path("history").path(1);
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("size_mb").isNull()).isTrue();
        assertThat(failed.path("reason").asText()).isEqualTo("UploadFailed");
        JsonNode all = StatusDocuments.history(apps);
        assertThat(fields(all.path("history"))).containsExactly("Shop_1", "site");
        assertThat(all.path("history").path("site")).isEmpty();
    }

    @Test
    void backupsAreTheSnapshotsInEachDestination() {
        JsonNode backups =
                StatusDocuments.backups(Apps.of(source).find("Shop_1").orElseThrow());
        assertThat(backups.isArray()).isTrue();
        assertThat(backups).hasSize(3);
        JsonNode newest = backups.path(0);
        assertThat(fields(newest)).startsWith("key", "size", "size_mb", "last_modified");
        assertThat(newest.path("key").asText()).isEqualTo("backups/Shop_1/host1/20261122_020000_aaaaaaaa/");
        assertThat(newest.path("size").asLong()).isEqualTo(3 << 20);
        assertThat(newest.path("last_modified").asText()).isEqualTo("2026-11-22T02:01:00Z");
        assertThat(newest.path("verified_level").asText()).isEqualTo("checksum");
    }

    @Test
    void runThatNobodyTookUpIsQueued() {
        source.queued("site");
        JsonNode site = StatusDocuments.history(Apps.of(source).find("site").orElseThrow());
        assertThat(site.path("history").path(0).path("status").asText()).isEqualTo("queued");
        assertThat(site.path("history").path(0).path("started_at").isNull()).isTrue();
    }

    @Test
    void lastBackupIsKnownAlsoWhereNoRunIsKept() {
        source.backups.clear();
        JsonNode remembered = StatusDocuments.status(Apps.of(source), FixedSource.NOW)
                .path("apps")
                .path(0);
        assertThat(remembered.path("last_backup").path("timestamp").asText()).isEqualTo("2026-11-22T02:00:00Z");
        source.policies.clear();
        source.policy("shop", "Shop_1", null);
        JsonNode found = StatusDocuments.status(Apps.of(source), FixedSource.NOW)
                .path("apps")
                .path(0);
        assertThat(found.path("last_backup").path("timestamp").asText()).isEqualTo("2026-11-22T02:01:00Z");
        assertThat(found.path("last_backup").path("size_mb").asDouble()).isEqualTo(3.0);
    }

    @Test
    void appWhosePolicyIsGoneHasItsSnapshotsAndNoStatus() {
        source.policies.remove(0);
        Apps apps = Apps.of(source);
        assertThat(apps.declared()).extracting(App::name).containsExactly("site");
        assertThat(StatusDocuments.backups(apps.find("Shop_1").orElseThrow())).hasSize(3);
    }

    @Test
    void failuresAreCountedOnceEachAlsoWhenTheirObjectsAreGone() {
        FailureCounts counts = new FailureCounts();
        assertThat(counts.count(Apps.of(source).declared())).containsEntry("default/Shop_1", 1L);
        assertThat(counts.count(Apps.of(source).declared())).containsEntry("default/Shop_1", 1L);
        source.backup("shop", "2026-11-22T08:00:00Z", "2026-11-22T08:00:10Z", ConditionType.FAILED, Reason.TIMED_OUT);
        source.backups.remove(1);
        assertThat(counts.count(Apps.of(source).declared()))
                .containsEntry("default/Shop_1", 2L)
                .containsEntry("default/site", 0L);
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
