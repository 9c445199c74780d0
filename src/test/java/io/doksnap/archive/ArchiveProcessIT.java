package io.doksnap.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Command;
import io.doksnap.testing.HardTree;
import io.doksnap.testing.Needs;
import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only shows in a process of its own: the locale, the rights, the memory. */
class ArchiveProcessIT {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    Path temp;

    @AfterEach
    void clear() {
        HardTree.clear(temp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void everythingHardToKeepComesBackIdenticalInAnyLocale(String locale) throws IOException {
        Path tree = HardTree.make(temp.resolve("tree"));
        Path target = Files.createDirectory(temp.resolve("target"));
        Path archive = temp.resolve("archive");
        Command.java(ArchiveProcess.class)
                .with("write", tree.toString(), archive.toString())
                .env("LC_ALL", locale)
                .output();
        Command.java(ArchiveProcess.class)
                .with("extract", archive.toString(), target.toString(), String.valueOf(ROOT))
                .env("LC_ALL", locale)
                .output();
        assertThat(TreeListing.of(target, ROOT)).isEqualTo(TreeListing.of(tree, ROOT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "directory"})
    void whatMayNotBeReadFailsTheArchiveByName(String kind) throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.writeString(tree.resolve("readable"), "content");
        Path hidden = kind.equals("file")
                ? Files.writeString(tree.resolve("hidden"), "content")
                : Files.createDirectory(tree.resolve("hidden"));
        Command.of("chmod", "0000", hidden.toString()).output();

        Command.Result result = Command.java(ArchiveProcess.class)
                .with("write", tree.toString(), temp.resolve("archive").toString())
                .withoutOverride()
                .run();

        assertThat(result.text())
                .startsWith("TreeReadException: permission denied: " + hidden + "; run as a user who may");
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void unprivilegedRestoreSetsModesThatItsOwnerCouldNotReadWith() throws IOException {
        Needs.root();
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Command.sh("""
                echo a > f0000; echo b > f0200; mkdir d0300 d0555; echo c > d0555/x; chmod 0555 d0555; mkfifo p0000
                ln f0000 link; chmod 0300 d0300; chmod 0000 f0000 p0000; chmod 0200 f0200
                touch -d '1969-12-31 23:59:58.5 UTC' f0000 f0200 d0300 d0555 p0000
                """).in(tree).output();
        Path target = Files.createDirectory(temp.resolve("target"));
        Path archive = temp.resolve("archive");
        Command.java(ArchiveProcess.class)
                .with("write", tree.toString(), archive.toString())
                .output();
        Command.java(ArchiveProcess.class)
                .with("extract", archive.toString(), target.toString(), "false")
                .withoutOverride()
                .output();
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(tree));
    }

    @Test
    void withoutPrivilegeWhatMayBeSetIsRestoredAndTheRestIsSaidOnce() throws IOException {
        Needs.root();
        Needs.command("setfattr");
        Needs.command("setfacl");
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Path plain = Files.createDirectory(temp.resolve("plain"));
        String ordinary = """
                for f in a b c; do echo $f > $f; setfattr -n user.note -v "of $f" $f; setfacl -m u:70001:rw $f; touch -d @0 $f; done
                mkdir d; setfacl -d -m u:70001:rwx d; chmod 0444 b; touch -d @0 d .
                """;
        String privileged = """
                for f in a b c d; do setfattr -n trusted.note -v x $f; done
                setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 a
                """;
        Command.sh(ordinary).in(plain).output();
        Command.sh(ordinary + privileged).in(tree).output();
        Path target = Files.createDirectory(temp.resolve("target"));
        Path archive = temp.resolve("archive");
        Command.java(ArchiveProcess.class)
                .with("write", tree.toString(), archive.toString())
                .output();
        Command.Result result = Command.java(ArchiveProcess.class)
                .with("extract", archive.toString(), target.toString(), "false")
                .withoutCapabilities()
                .run();
        assertThat(result.text())
                .matches("5 extended attributes and ACLs could not be restored, the first \\S+ of \\S+"
                        + " \\(Operation not permitted\\); trusted\\.\\* and security\\.\\* need root, .*\\ndone\\n");
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(plain));
    }

    @Test
    void hundredsOfMegabytesPassThroughASmallHeap() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (OutputStream out = Files.newOutputStream(tree.resolve("noise"))) {
            for (int i = 0; i < 100; i++) {
                out.write(noise);
                noise[i]++;
            }
        }
        Command.of("truncate", "-s", "300M", tree.resolve("sparse").toString()).output();
        for (int i = 0; i < 3000; i++) {
            Files.writeString(tree.resolve("small" + i), "small file " + i);
        }
        Path target = Files.createDirectory(temp.resolve("target"));
        Path archive = temp.resolve("archive");
        String[] small = {"-Xmx64m", "-XX:MaxDirectMemorySize=16m", "-XX:+UseSerialGC"};
        Command.java(ArchiveProcess.class, small)
                .with("write", tree.toString(), archive.toString())
                .output();
        Command.java(ArchiveProcess.class, small)
                .with("extract", archive.toString(), target.toString(), "false")
                .output();
        assertThat(TreeListing.of(target, false)).isEqualTo(TreeListing.of(tree, false));
    }

    /** Direct buffers go with the garbage collector alone: forty runs need ten times what there may be at once. */
    @Test
    void runsInARowStayWithinTheirDirectMemory() throws IOException {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        byte[] noise = new byte[4 << 20];
        new Random(1).nextBytes(noise);
        Files.write(tree.resolve("noise"), noise);
        Command.java(ArchiveProcess.class, "-Xmx256m", "-XX:MaxDirectMemorySize=12m")
                .with("write-again", tree.toString(), "40")
                .output();
    }
}
