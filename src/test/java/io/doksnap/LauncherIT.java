package io.doksnap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.doksnap.testing.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a tiny checkout of its own: its Maven only notes that it was called and leaves a jar, and its JDKs are
 * scripts that print how they were called.
 */
@Timeout(60)
class LauncherIT {
    private static final String BUILDING = "Building DokSnapShotter (";

    @TempDir
    private Path directory;

    private TinyCheckout checkout;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new TinyCheckout(directory);
    }

    @Test
    void firstUseBuildsSaysSoAndRuns() throws Exception {
        TinyCheckout.Result result = checkout.doksnap("list", "two words", "");
        assertThat(result.err())
                .matches(
                        "(?s)Building DokSnapShotter \\(first time: fetches libraries, about a minute\\) \\.\\.\\. done in \\d+ s\\.\n");
        assertThat(result.out()).contains("[-jar][" + checkout.root + "/target/doksnap.jar][list][two words][]");
        assertThat(result.code()).isZero();
        assertThat(checkout.builds()).containsExactly(directory + "/jdk -q -B -ntp -Dquick -DskipTests package");
    }

    @Test
    void secondUseOnlyRuns() throws Exception {
        checkout.doksnap();
        assertThat(checkout.doksnap().err()).isEmpty();
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void changedNewAndRemovedSourcesAreBuiltAgain() throws Exception {
        checkout.doksnap();
        checkout.age();
        checkout.write("src/main/java/Main.java", "class Main { }");
        assertThat(checkout.doksnap().err()).startsWith(BUILDING + "sources changed)");
        checkout.age();
        checkout.write("src/main/java/Other.java", "class Other {}");
        assertThat(checkout.doksnap().err()).startsWith(BUILDING);
        checkout.age();
        Files.delete(checkout.root.resolve("src/main/java/Other.java"));
        assertThat(checkout.doksnap().err()).startsWith(BUILDING);
        checkout.age();
        checkout.write("pom.xml", "<project />");
        assertThat(checkout.doksnap().err()).startsWith(BUILDING);
        checkout.age();
        assertThat(checkout.doksnap().err()).isEmpty();
        assertThat(checkout.builds()).hasSize(5);
    }

    @Test
    void sourceThatChangesDuringTheBuildIsBuiltAgain() throws Exception {
        checkout.maven("sleep 0.1; touch src/main/java/Main.java; mkdir -p target/lib; echo jar >target/doksnap.jar");
        checkout.doksnap();
        assertThat(checkout.doksnap().err()).startsWith(BUILDING);
    }

    @Test
    void missingJarIsBuiltAgain() throws Exception {
        checkout.doksnap();
        Files.delete(checkout.root.resolve("target/doksnap.jar"));
        assertThat(checkout.doksnap().err()).startsWith(BUILDING);
    }

    @Test
    void failedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        checkout.maven(
                "echo '[INFO] much talk'; echo '[ERROR] Main.java:[1,1] no such thing'; echo '[ERROR] [Help 1] http://x'; exit 1");
        TinyCheckout.Result failed = checkout.doksnap();
        assertThat(failed.code()).isEqualTo(70);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err())
                .contains("failed after")
                .contains("[ERROR] Main.java:[1,1] no such thing")
                .contains("the whole log is " + checkout.root + "/target/build.log")
                .doesNotContain("much talk")
                .doesNotContain("Help 1")
                .doesNotContain("network");
        assertThat(checkout.doksnap().code()).isEqualTo(70);
    }

    @Test
    void failureOfTheNetworkIsNamed() throws Exception {
        checkout.maven("echo '[ERROR] Could not transfer artifact a:b:jar:1 from/to central: Unknown host'; exit 1");
        assertThat(checkout.doksnap().err()).contains("this looks like the network");
    }

    @Test
    void exitCodeAndOutputOfTheProgramPassThrough() throws Exception {
        checkout.doksnap();
        TinyCheckout.script(directory.resolve("jdk/bin/java"), "echo out; echo err >&2; exit 3");
        assertThat(checkout.doksnap()).isEqualTo(new TinyCheckout.Result(3, "out\n", "err\n"));
    }

    @Test
    void signalReachesTheProgramItself() throws Exception {
        checkout.doksnap();
        TinyCheckout.script(directory.resolve("jdk/bin/java"), "echo $$; exec sleep 50");
        Process process = checkout.start();
        String pid = process.inputReader(UTF_8).readLine();
        assertThat(pid).isEqualTo(String.valueOf(process.pid()));
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void linkFromAnywhereLeadsHome() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("some bin"));
        Path relative = Files.createSymbolicLink(bin.resolve("relative"), Path.of("../a check out/doksnap"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), relative);
        assertThat(checkout.run(bin, "./relative").out()).contains(checkout.root + "/target/doksnap.jar");
        assertThat(checkout.run(Path.of("/"), second.toString()).out()).contains(checkout.root + "/target/doksnap.jar");
        checkout.addToPath(bin);
        assertThat(checkout.run(Path.of("/"), "sh", "-c", "relative").out())
                .contains(checkout.root + "/target/doksnap.jar");
        assertThat(checkout.run(checkout.root, "sh", "doksnap").out()).contains(checkout.root + "/target/doksnap.jar");
    }

    @Test
    void withoutJavaItSaysWhatItFoundAndWhatToInstall() throws Exception {
        checkout.environment.put("JAVA_HOME", checkout.jdk("old", "11.0.2").toString());
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(
                bin.resolve("java"), checkout.jdk("older", "1.8.0_292").resolve("bin/java"));
        checkout.addToPath(bin);
        TinyCheckout.Result result = checkout.doksnap();
        assertThat(result.code()).isEqualTo(69);
        assertThat(result.err())
                .contains("needs a JDK (with javac) of version 17 or newer, and found none")
                .contains("JAVA_HOME: Java 11 in " + directory + "/old")
                .contains("java on PATH: Java 8 in " + directory + "/older")
                .contains("apt install openjdk-17-jdk-headless")
                .contains("dnf install")
                .contains("apk add openjdk17-jdk");
        assertThat(checkout.root.resolve("target")).doesNotExist();
    }

    @Test
    void runtimeAloneRunsWhatIsBuiltButCannotBuild() throws Exception {
        checkout.doksnap();
        checkout.environment.put("JAVA_HOME", checkout.runtime("runtime", "21").toString());
        assertThat(checkout.doksnap().out()).contains("runtime");
        checkout.age();
        checkout.write("pom.xml", "<project />");
        TinyCheckout.Result result = checkout.doksnap();
        assertThat(result.code()).isEqualTo(69);
        assertThat(result.err())
                .contains("JAVA_HOME: Java 21 in " + directory + "/runtime, only a runtime, without javac");
    }

    @Test
    void withoutAGoodJavaHomeTheNewestInstalledOneIsTaken() throws Exception {
        checkout.environment.remove("JAVA_HOME");
        Path jdks = Files.createDirectories(directory.resolve("all jdks"));
        checkout.jdk("all jdks/b", "25.0.1");
        checkout.jdk("all jdks/a", "17.0.9");
        checkout.jdk("all jdks/c", "9.0.4");
        checkout.environment.put("DOKSNAP_JDKS", jdks + "/*");
        assertThat(checkout.doksnap().out()).contains("all jdks/b");
    }

    @Test
    void javaOnPathComesBeforeTheNewestInstalledOne() throws Exception {
        checkout.environment.remove("JAVA_HOME");
        checkout.addToPath(directory.resolve("jdk/bin"));
        checkout.jdk("jdks/b", "25.0.1");
        checkout.environment.put("DOKSNAP_JDKS", directory + "/jdks/*");
        assertThat(checkout.doksnap().out()).contains(directory + "/jdk/");
    }

    @Test
    void newerJavaGetsTheFlagsThatItWarnsWithout() throws Exception {
        assertThat(checkout.doksnap().out())
                .contains("[-Xmx144m]")
                .contains("[-XX:+UseSerialGC]")
                .contains("MALLOC_ARENA_MAX=1")
                .doesNotContain("native-access");
        checkout.environment.put("JAVA_HOME", checkout.jdk("new", "25").toString());
        assertThat(checkout.doksnap().out())
                .contains("[--enable-native-access=ALL-UNNAMED][--sun-misc-unsafe-memory-access=allow]");
    }

    @Test
    void archivesAreMadeAnewWhereTheJdkWasReplacedByAnother() throws Exception {
        checkout.doksnap();
        checkout.environment.put("DOKSNAP_DATA_DIR", "/nowhere/near");
        Path updated = checkout.archivingJdk("updated", "17.0.10");
        checkout.environment.put("JAVA_HOME", updated.toString());
        Files.delete(directory.resolve("jdk/bin/java"));

        TinyCheckout.Result first = checkout.doksnap("list");

        assertThat(first.err()).matches("Preparing DokSnapShotter for this Java, .* \\.\\.\\. done in \\d+ s\\.\n");
        assertThat(first.out()).contains("[-XX:SharedArchiveFile=" + checkout.root + "/target/doksnap.jsa]");
        assertThat(checkout.doksnap("run").out()).contains("/target/doksnap-run.jsa]");
        assertThat(checkout.root.resolve("target/sample")).doesNotExist();
        assertThat(directory.resolve("trained"))
                .content()
                .contains("DOKSNAP_DATA_DIR=" + checkout.root + "/target/sample/")
                .doesNotContain("/nowhere/near");
        assertThat(checkout.doksnap().err()).isEmpty();
        Files.writeString(updated.resolve("lib/modules"), "another of the same name");
        assertThat(checkout.doksnap().err()).startsWith("Preparing ");
        assertThat(checkout.doksnap().err()).isEmpty();
    }

    @Test
    void twoUsersWithTwoJdksTakeTurnsOnceADayAtMost() throws Exception {
        checkout.doksnap();
        checkout.environment.put(
                "JAVA_HOME", checkout.archivingJdk("other", "21").toString());
        TinyCheckout.Result without = checkout.doksnap();
        assertThat(without.err()).isEmpty();
        assertThat(without.out()).contains("other").doesNotContain("SharedArchiveFile");
        Files.setLastModifiedTime(
                checkout.root.resolve("target/doksnap.jdk"),
                FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        assertThat(checkout.doksnap().err()).startsWith("Preparing ");
        assertThat(checkout.doksnap().out()).contains("SharedArchiveFile");
    }

    @Test
    void releaseMakesItsArchivesWithTheFirstOperator() throws Exception {
        Path release = checkout.release(checkout.archivingJdk("jdk", "17.0.9"));
        String program = release.resolve("doksnap").toString();
        assertThat(checkout.run(directory, program, "list").err()).isEmpty();
        TinyCheckout.Result first = checkout.run(directory, program, "run");
        assertThat(first.err()).startsWith("Preparing ");
        assertThat(first.out()).contains("[-XX:SharedArchiveFile=" + release + "/doksnap-run.jsa]");
        TinyCheckout.Result list = checkout.run(directory, program, "list");
        assertThat(list.err()).isEmpty();
        assertThat(list.out()).contains("[-XX:SharedArchiveFile=" + release + "/doksnap.jsa]");
        Files.writeString(release.resolve("doksnap.jar"), "the next release");
        assertThat(checkout.run(directory, program, "config.yaml").err()).startsWith("Preparing ");
        assertThat(checkout.run(directory, program, "run").err()).isEmpty();
    }

    @Test
    void releaseOfAnotherUserRunsAsItIs() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        Path release = checkout.release(checkout.archivingJdk("jdk", "17.0.9"));
        TinyCheckout.makeExecutable(directory);
        TinyCheckout.Result result = checkout.run(
                Path.of("/"),
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                release.resolve("doksnap").toString(),
                "run");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("[run]").doesNotContain("SharedArchiveFile");
    }

    @Test
    void optionsOfThePersonComeAfterOurs() throws Exception {
        checkout.environment.put("DOKSNAP_JAVA_OPTS", "-Xmx1g -Dpattern=*");
        assertThat(checkout.doksnap().out()).matches("(?s).*\\[-Xmx144m].*\\[-Xmx1g]\\[-Dpattern=\\*]\\[-jar].*");
    }

    @Test
    void fileNamesAreUtf8InAnyLocale() throws Exception {
        checkout.maven("test \"$LC_ALL\" = C.UTF-8 && mkdir -p target/lib && echo jar >target/doksnap.jar");
        checkout.environment.put("LC_ALL", "C");
        assertThat(checkout.doksnap().out()).contains("LC_ALL=C.UTF-8");
        checkout.environment.put("LC_ALL", "C.UTF-8");
        assertThat(checkout.doksnap().out()).contains("LC_ALL=C.UTF-8");
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        slowBuildByTwo("another doksnap is building");
    }

    @Test
    void twoAtOnceBuildOnceWithoutFlock() throws Exception {
        Files.delete(checkout.tools.resolve("flock"));
        // What a killed one left behind does not hold anybody up.
        Files.createDirectories(checkout.root.resolve("target"));
        Files.createSymbolicLink(checkout.root.resolve("target/doksnap.lock.pid"), Path.of("99999999"));
        slowBuildByTwo("another doksnap is building (process ");
        assertThat(checkout.root.resolve("target/doksnap.lock.pid")).doesNotExist();
    }

    private void slowBuildByTwo(String message) throws Exception {
        Path go = checkout.root.resolve("go");
        checkout.maven(
                "echo once >>builds; until [ -e go ]; do sleep 0.05; done; mkdir -p target/lib; echo jar >target/doksnap.jar");
        Process first = checkout.start();
        while (!Files.exists(checkout.root.resolve("builds"))) {
            assertThat(first.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        }
        Process second = checkout.start();
        assertThat(second.errorReader(UTF_8).readLine()).contains(message);
        Files.createFile(go);
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(checkout.builds()).hasSize(1);
    }

    @Test
    void checkoutOfAnotherUserRunsAsItIs() throws Exception {
        Needs.root();
        Needs.command("setpriv");
        checkout.doksnap();
        checkout.age();
        checkout.write("pom.xml", "<project />");
        TinyCheckout.makeExecutable(directory);
        TinyCheckout.Result result = checkout.run(
                Path.of("/"),
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                checkout.root.resolve("doksnap").toString());
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains(checkout.root + "/target/doksnap.jar");
        assertThat(checkout.builds()).hasSize(1);
    }
}
