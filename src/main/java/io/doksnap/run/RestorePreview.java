package io.doksnap.run;

import java.util.Optional;

/**
 * What a restore would do, as far as that can be told without reading the archive.
 *
 * @param source which source; empty where it could not be chosen
 * @param target where its files would go; empty where that could not be told
 * @param files how many files, links and the like; directories are not counted
 * @param bytes of the tar stream, or of the files alone where not all of them are meant
 * @param obstacle why it would fail; empty where nothing speaks against it
 */
public record RestorePreview(
        String source, String target, long files, long bytes, Optional<RestoreOutcome.Failed> obstacle) {
    static final RestorePreview NOTHING_KNOWN = new RestorePreview("", "", 0, 0, Optional.empty());

    RestorePreview of(String chosen) {
        return new RestorePreview(chosen, target, files, bytes, obstacle);
    }

    RestorePreview holding(long fileCount, long byteCount) {
        return new RestorePreview(source, target, fileCount, byteCount, obstacle);
    }

    RestorePreview into(String place) {
        return new RestorePreview(source, place, files, bytes, obstacle);
    }

    RestorePreview failing(RestoreOutcome.Failed because) {
        return new RestorePreview(source, target, files, bytes, Optional.of(because));
    }
}
