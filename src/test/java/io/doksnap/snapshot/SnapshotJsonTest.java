package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.api.Reason;
import io.doksnap.policy.VerifyLevel;
import io.doksnap.snapshot.Manifest.EncryptionEntry;
import io.doksnap.snapshot.Manifest.SourceEntry;
import io.doksnap.snapshot.Manifest.StoredPart;
import io.doksnap.snapshot.Verification.Check;
import io.doksnap.snapshot.Verification.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in a bucket are a contract: what is written today is read by every later version, so the golden files never change. */
class SnapshotJsonTest {
    private static final Identity IDENTITY = new Identity("host1", "default", "shop");
    private static final String ID = "20261122_020000_0a1b2c3d";

    static final Manifest MANIFEST = new Manifest(
            1,
            "doksnap 1.0",
            IDENTITY,
            ID,
            Instant.parse("2026-11-22T02:00:00.123456789Z"),
            Instant.parse("2026-11-22T02:00:09Z"),
            List.of(
                    new SourceEntry(
                            "data",
                            List.of(
                                    new StoredPart("data.tar.zst.gpg", 83_886_080_000L, "ab".repeat(32)),
                                    new StoredPart("data.tar.zst.gpg.001", 17, "cd".repeat(32))),
                            123_456_789_012L,
                            4711,
                            42,
                            "zstd",
                            new EncryptionEntry("gpg", List.of("0123456789ABCDEF0123456789ABCDEF01234567")),
                            List.of("was deleted while the tree was read: /srv/Grüße"),
                            List.of(new StoredPart("data.index.zst.gpg", 4096, "01".repeat(32)))),
                    new SourceEntry(
                            "conf",
                            List.of(new StoredPart("conf.tar", 10_240, "ef".repeat(32))),
                            10_240,
                            1,
                            1,
                            "none",
                            new EncryptionEntry("none", List.of()),
                            List.of(),
                            List.of())),
            List.of(new StoredPart("details.json.gpg", 2048, "23".repeat(32))));

    private static final RunRecord RECORD = new RunRecord(
            1, IDENTITY, ID, Instant.parse("2026-11-22T02:00:00Z"), Instant.parse("2026-11-22T14:00:00Z"));

    private static final Verification VERIFICATION = Verification.none(new SnapshotFolder("shop", "host1", ID))
            .with(List.of(
                    new Check(
                            "data",
                            VerifyLevel.CHECKSUM,
                            Instant.parse("2026-11-23T02:00:00Z"),
                            "doksnap 1.0",
                            Reason.MISMATCH,
                            List.of(new Finding("data.tar.zst.gpg.001", "17 bytes", "no object"))),
                    new Check(
                            "conf",
                            VerifyLevel.FULL,
                            Instant.parse("2026-11-24T02:00:00Z"),
                            "doksnap 1.0",
                            Reason.VERIFIED,
                            List.of())));

    @Test
    void manifestIsWrittenAndReadAsTheGoldenFileSays() throws IOException {
        String golden = golden("manifest.json");
        assertThat(new String(SnapshotJson.write(MANIFEST), StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(golden.stripTrailing());
        assertThat(SnapshotJson.readManifest(golden.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(MANIFEST);
    }

    @Test
    void manifestOfAnOlderVersionHasNoListOfItsFiles() throws IOException {
        Manifest older = SnapshotJson.readManifest(
                golden("manifest-without-file-list.json").getBytes(StandardCharsets.UTF_8));
        assertThat(older.sources()).allSatisfy(source -> {
            assertThat(source.index()).isEmpty();
            assertThat(source.allObjects()).isEqualTo(source.objects());
        });
        assertThat(older.sources().get(0).objects())
                .isEqualTo(MANIFEST.sources().get(0).objects());
    }

    @Test
    void manifestOfAnOlderVersionHasNoDetails() throws IOException {
        Manifest older = SnapshotJson.readManifest(
                golden("manifest-without-details.json").getBytes(StandardCharsets.UTF_8));
        assertThat(older.details()).isEmpty();
        assertThat(older.sources()).isEqualTo(MANIFEST.sources());
    }

    @Test
    void runRecordIsWrittenAndReadAsTheGoldenFileSays() throws IOException {
        String golden = golden("run.json");
        assertThat(new String(SnapshotJson.write(RECORD), StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(golden.stripTrailing());
        assertThat(SnapshotJson.readRunRecord(golden.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(RECORD);
    }

    @Test
    void verificationIsWrittenAndReadAsTheGoldenFileSays() throws IOException {
        String golden = golden("verified.json");
        assertThat(new String(SnapshotJson.write(VERIFICATION), StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(golden.stripTrailing());
        assertThat(SnapshotJson.readVerification(golden.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(VERIFICATION);
    }

    @Test
    void fieldsOfALaterVersionArePassedOver() throws IOException {
        String later = golden("manifest.json").replaceFirst("\\{", "{ \"verified\": {\"when\": [1, 2]},");
        assertThat(SnapshotJson.readManifest(later.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(MANIFEST);
    }

    @Test
    void newerFormatIsRefusedByNameWhateverElseItHolds() {
        assertThatThrownBy(() -> read("{\"formatVersion\": 2, \"program\": \"doksnap 9.9\\u001b[2J\", \"parts\": 7}"))
                .isInstanceOf(IOException.class)
                .hasMessage("it is of the newer format 2, written by doksnap 9.9?[2J; upgrade to read it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "7",
                "\"text\"",
                "{\"formatVersion\": 1}",
                "{\"formatVersion\": 0}",
                "{\"formatVersion\": -1}",
                "{\"formatVersion\": null}",
                "<html>not what you asked for</html>",
                "\u0000\u0001\u0002"
            })
    void whatIsNoManifestIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class).hasMessage("it is no complete manifest");
    }

    @Test
    void cutOffAnywhereItIsNoManifest() throws IOException {
        String golden = golden("manifest.json").strip();
        for (int length = 0; length < golden.length(); length++) {
            String cut = golden.substring(0, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class).hasMessageNotContaining("\n");
        }
    }

    @Test
    void withoutAnyOneOfItsFieldsItIsNoManifest() throws IOException {
        for (String line : golden("manifest.json").lines().toList()) {
            if (line.contains("\" : ")
                    && !line.strip().endsWith("{")
                    && !line.strip().endsWith("[ {")) {
                String without = golden("manifest.json").replace(line, "    \"x\" : 1,");
                assertThatThrownBy(() -> read(without)).as(line).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void rubbishAfterTheEndIsNotPassedOver() throws IOException {
        String golden = golden("manifest.json");
        assertThatThrownBy(() -> read(golden + "{}")).isInstanceOf(IOException.class);
    }

    private static Manifest read(String json) throws IOException {
        return SnapshotJson.readManifest(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = SnapshotJsonTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
