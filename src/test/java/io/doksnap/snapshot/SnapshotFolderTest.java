package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFolderTest {
    private static final SnapshotFolder FOLDER = SnapshotFolder.create(
            new Identity("host-1.example", "default", "my_shop-2"),
            Instant.parse("2026-03-01T04:05:06.999Z"),
            "00c0ffee");

    @Test
    void keysAreWhatTheFormatSays() {
        assertThat(FOLDER.id()).isEqualTo("20260301_040506_00c0ffee");
        assertThat(FOLDER.prefix()).isEqualTo("backups/my_shop-2/host-1.example/20260301_040506_00c0ffee/");
        assertThat(FOLDER.key("data.tar")).isEqualTo(FOLDER.prefix() + "data.tar");
        assertThat(FOLDER.runRecordKey()).isEqualTo(FOLDER.prefix() + "run.json");
        assertThat(FOLDER.manifestKey()).isEqualTo(FOLDER.prefix() + "manifest.json");
    }

    @Test
    void folderIsFoundByItsManifestAlone() {
        assertThat(SnapshotFolder.ofManifest(FOLDER.manifestKey())).hasValue(FOLDER);
        assertThat(SnapshotFolder.ofManifest(FOLDER.runRecordKey())).isEmpty();
        assertThat(SnapshotFolder.ofManifest(FOLDER.key("data.tar"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "manifest.json",
                "backups/shop/manifest.json",
                "backups/shop/host/20260301_040506/manifest.json",
                "backups/shop/host/20260301_040506_/manifest.json",
                "backups/shop/host/20260301_040506_ABC/manifest.json",
                "backups/shop/host/2026_04_abc/manifest.json",
                "backups/shop/ho st/20260301_040506_abc/manifest.json",
                "backups/shop//20260301_040506_abc/manifest.json",
                "x/backups/shop/host/20260301_040506_abc/manifest.json",
                "backups/shop/host/20260301_040506_abc/manifest.json/x",
                "backups/shop/host/20260301_040506_abc/manifest.json\n"
            })
    void otherKeysAreNoManifests(String key) {
        assertThat(SnapshotFolder.ofManifest(key)).isEmpty();
    }

    @Test
    void idsAreInTheOrderOfTime() {
        Identity identity = new Identity("h", "n", "p");
        String before = SnapshotFolder.create(identity, Instant.parse("2026-09-30T23:59:59Z"), "ffffffff")
                .id();
        String after = SnapshotFolder.create(identity, Instant.parse("2026-10-01T00:00:00Z"), "00000000")
                .id();
        assertThat(before).isLessThan(after);
    }
}
