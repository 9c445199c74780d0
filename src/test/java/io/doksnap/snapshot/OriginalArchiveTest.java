package io.doksnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.store.StoredObject;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalArchiveTest {
    @ParameterizedTest
    @CsvSource({
        "myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc, ENC, 2024-01-01T02:00:05Z, 20240101_020005Z",
        "myapp/20240102_020006Z_myapp_20240102_020000.tar.gz.gpg, GPG, 2024-01-02T02:00:06Z, 20240102_020006Z",
        "myapp/20231101_020005_myapp_20231101_020000.tar.gz.enc, ENC, 2023-11-01T02:00:05Z, 20231101_020005",
        "my_app-2/20240229_235959Z_my_app-2_20240229_235900Z.tar.gz.gpg, GPG, 2024-02-29T23:59:59Z, 20240229_235959Z",
        "_/20240101_020005Z___20240101_020000.tar.gz.enc, ENC, 2024-01-01T02:00:05Z, 20240101_020005Z"
    })
    void keyTellsAppMethodAndTime(String key, OriginalArchive.Method method, Instant uploaded, String id) {
        OriginalArchive archive = of("backups/" + key).orElseThrow();

        assertThat(archive)
                .isEqualTo(
                        new OriginalArchive("backups/" + key, key.substring(0, key.indexOf('/')), uploaded, method, 7));
        assertThat(archive.policy()).isEqualTo(archive.app());
        assertThat(archive.id()).isEqualTo(id);
        assertThat(archive.name()).isEqualTo(key.substring(key.indexOf('/') + 1));
        assertThat(archive.madeBy()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Another app's, not directly below its folder, or not below backups.
                "backups/myapp/20240101_020005Z_other_20240101_020000.tar.gz.enc",
                "backups/my/20240101_020005Z_myapp_20240101_020000.tar.gz.enc",
                "backups/myapp/host/20240101_020005Z_myapp_20240101_020000.tar.gz.enc",
                "backups/20240101_020005Z_myapp_20240101_020000.tar.gz.enc",
                "old/backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc",
                "myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc",
                // No such time.
                "backups/myapp/20230229_020005Z_myapp_20240101_020000.tar.gz.enc",
                "backups/myapp/20240101_240005Z_myapp_20240101_020000.tar.gz.enc",
                "backups/myapp/20240101_0200Z_myapp_20240101_020000.tar.gz.enc",
                "backups/myapp/20240101_020005z_myapp_20240101_020000.tar.gz.enc",
                "backups/myapp/٢٠٢٤٠١٠١_020005Z_myapp_20240101_020000.tar.gz.enc",
                // No such name.
                "backups/myapp/20240101_020005Z_myapp.tar.gz.enc",
                "backups/myapp/20240101_020005Z_myapp_1.tar.gz.enc",
                "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz",
                "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.enc.bak",
                "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.zst.gpg",
                "backups/myapp/20240101_020005Z_myapp_20240101_020000.tar.gz.gpg.001",
                "backups/myapp/20240101_020005Z_myapp_20240101_020000xtar.gz.gpg",
                "backups/my.app/20240101_020005Z_my.app_20240101_020000.tar.gz.gpg",
                "backups/my app/20240101_020005Z_my app_20240101_020000.tar.gz.gpg"
            })
    void anyOtherKeyIsForeign(String key) {
        assertThat(of(key)).isEmpty();
    }

    @Test
    void ourOwnKeysAreNoneOfTheOriginal() {
        SnapshotFolder folder = new SnapshotFolder("myapp", "host1", "20240101_020005_0a1b2c3d");

        assertThat(of(folder.manifestKey())).isEmpty();
        assertThat(of(folder.key("myapp.tar.gz.gpg"))).isEmpty();
    }

    private static Optional<OriginalArchive> of(String key) {
        return OriginalArchive.of(new StoredObject(key, 7, Instant.EPOCH));
    }
}
