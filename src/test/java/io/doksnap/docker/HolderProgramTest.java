package io.doksnap.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HolderProgramTest {

    @ParameterizedTest
    @CsvSource({"amd64, 62, 129", "arm64, 183, 152"})
    void isAnExecutableFileForItsProcessorAloneInATarArchive(String architecture, int machine, int size)
            throws IOException {
        byte[] tar = HolderProgram.of(architecture).orElseThrow().tar();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            TarArchiveEntry entry = in.getNextEntry();
            assertThat(entry.getName()).isEqualTo(".doksnap-holder");
            assertThat(entry.getMode()).isEqualTo(0755);
            ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(file.remaining()).isEqualTo(size);
            assertThat(file.getInt(0)).isEqualTo(0x464c457f);
            assertThat(file.getShort(18)).isEqualTo((short) machine);
            assertThat(file.getLong(24) - file.getLong(80)).isEqualTo(120);
            assertThat(in.getNextEntry()).isNull();
        }
    }

    @Test
    void thereIsNoneForOtherProcessors() {
        assertThat(HolderProgram.of("s390x")).isEmpty();
    }
}
