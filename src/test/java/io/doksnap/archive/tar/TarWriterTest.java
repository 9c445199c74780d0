package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class TarWriterTest {
    private static final int[] SIZES = {0, 1, 511, 512, 513, 1023, 1024, 1025, 10_239, 10_240, 65_537};

    @Test
    void everyEntryComesBackAsItWentIn() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            List<Tars.Read> entries = entries(new Random(seed), RandomEntries::anyBytes);
            List<Tars.Read> back = Tars.read(Tars.written(out -> write(entries, out)));
            assertThat(back).as("seed %d", seed).hasSameSizeAs(entries);
            for (int i = 0; i < entries.size(); i++) {
                assertThat(back.get(i).entry())
                        .as("seed %d", seed)
                        .isEqualTo(entries.get(i).entry());
                assertThat(back.get(i).content())
                        .as("seed %d", seed)
                        .isEqualTo(entries.get(i).content());
            }
        }
    }

    @Test
    void independentReaderReadsTheSame() throws IOException {
        for (long seed = 100; seed < 120; seed++) {
            List<Tars.Read> entries = entries(new Random(seed), RandomEntries::letters);
            byte[] tar = Tars.written(out -> write(entries, out));
            try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
                for (Tars.Read expected : entries) {
                    assertSame(in.getNextEntry(), expected.entry());
                    assertThat(in.readAllBytes()).as("seed %d", seed).isEqualTo(expected.content());
                }
                assertThat(in.getNextEntry()).isNull();
            }
        }
    }

    @Test
    void sizeBeyondEightGiBStandsInThePaxRecord() throws IOException {
        TarEntry huge = Tars.file("huge", (8L << 30) + 12_345);
        // Nobody writes eight gigabytes here: what is looked at ends after the headers.
        byte[] headers = Tars.written(out -> out.begin(huge));
        assertThat(headers).hasSize(3 * 512);
        assertThat(new TarReader(new ByteArrayInputStream(headers)).next()).isEqualTo(huge);
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(headers))) {
            assertThat(in.getNextEntry().getSize()).isEqualTo(huge.size());
        }
    }

    @Test
    void archiveThatEndsInTheMiddleOfAFileIsRefused() {
        assertThatThrownBy(() -> Tars.written(out -> {
                    out.begin(Tars.file("a", 3));
                    out.end();
                }))
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void timesBeforeTheEpochAreDecimalsAwayFromZero() {
        assertThat(TarWriter.decimal(Instant.ofEpochSecond(-1, 500_000_000))).isEqualTo("-0.5");
        assertThat(TarWriter.decimal(Instant.ofEpochSecond(-2))).isEqualTo("-2");
        assertThat(TarWriter.decimal(Instant.ofEpochSecond(-2, 999_999_999))).isEqualTo("-1.000000001");
        assertThat(TarWriter.decimal(Instant.ofEpochSecond(5, 120_000_000))).isEqualTo("5.12");
        assertThat(TarWriter.decimal(Instant.EPOCH)).isEqualTo("0");
    }

    @Test
    void contentThatDoesNotFitItsHeaderIsRefused() {
        assertThatThrownBy(() -> Tars.written(out -> {
                    out.begin(Tars.file("a", 3));
                    out.content(new byte[4], 0, 4);
                }))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tars.written(out -> {
                    out.begin(Tars.file("a", 3));
                    out.content(new byte[2], 0, 2);
                    out.begin(Tars.file("b", 0));
                }))
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    private static void write(List<Tars.Read> entries, TarWriter out) throws IOException {
        for (Tars.Read read : entries) {
            out.begin(read.entry());
            out.content(read.content(), 0, read.content().length);
        }
        out.end();
    }

    private static List<Tars.Read> entries(Random random, RandomEntries.Names names) {
        List<Tars.Read> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] content = new byte[SIZES[random.nextInt(SIZES.length)]];
            random.nextBytes(content);
            TarEntry entry = RandomEntries.entry(random, names, content.length);
            entries.add(new Tars.Read(entry, entry.size() == 0 ? new byte[0] : content));
        }
        return entries;
    }

    private static void assertSame(TarArchiveEntry theirs, TarEntry ours) {
        assertThat(theirs.getName()).isEqualTo(ours.name().toString());
        assertThat(theirs.getLinkName()).isEqualTo(ours.linkTarget().toString());
        assertThat(theirs.getLinkFlag()).isEqualTo((byte) ours.type().flag());
        assertThat(theirs.getMode()).isEqualTo(ours.mode());
        assertThat(theirs.getLongUserId()).isEqualTo(ours.uid());
        assertThat(theirs.getLongGroupId()).isEqualTo(ours.gid());
        assertThat(theirs.getSize()).isEqualTo(ours.size());
        assertThat(theirs.getDevMajor()).isEqualTo(ours.deviceMajor());
        assertThat(theirs.getDevMinor()).isEqualTo(ours.deviceMinor());
        assertThat(theirs.getLastModifiedTime().toInstant()).isEqualTo(ours.modified());
    }
}
