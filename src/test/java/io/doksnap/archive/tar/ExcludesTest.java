package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doksnap.testing.TreeListing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcludesTest {
    private static final Path ROOT = Path.of("/volume");

    @TempDir
    Path temp;

    @ParameterizedTest(name = "{0} leaves {1} out: {2}")
    @CsvSource({
        "*.log,            a.log,             true",
        "*.log,            deep/er/a.log,     true",
        "*.log,            a.log.txt,         false",
        "*.log,            .log,              true",
        "cache/**,         cache,             false",
        "cache/**,         cache/a,           true",
        "cache/**,         cache/a/b,         true",
        "cache/**,         deep/cache/a,      false",
        "cache,            cache,             true",
        "cache,            deep/cache,        true",
        "/cache,           cache,             true",
        "/cache,           deep/cache,        false",
        "cache/,           cache,             true",
        "cache/,           deep/cache,        true",
        "/deep/cache/,     deep/cache,        true",
        "**/node_modules,  node_modules,      true",
        "**/node_modules,  a/b/node_modules,  true",
        "**/node_modules,  a/my_node_modules, false",
        "a/**/b,           a/b,               true",
        "a/**/b,           a/x/y/b,           true",
        "a/**/b,           a/xb,              false",
        "**/a/**/b,        a/b,               true",
        "**/a/**/b,        x/a/y/b,           true",
        "x**/b,            xy/b,              true",
        "x**/b,            b,                 false",
        "'{a,b}/*.tmp',    b/c.tmp,           true",
        "'{a,b}/*.tmp',    c/c.tmp,           false",
        "**,               anything/at/all,   true",
        "Cache,            cache,             false",
    })
    void patternLeavesOutWhatItSays(String pattern, String path, boolean expected) {
        assertThat(Excludes.of(List.of(pattern)).matches(ROOT, ROOT.resolve(path)))
                .isEqualTo(expected);
    }

    @Test
    void directoryThatIsLeftOutIsLeftOutWithAllBelowIt() throws IOException {
        Files.createDirectories(temp.resolve("keep/cache/deep"));
        Files.writeString(temp.resolve("keep/cache/deep/file"), "x");
        Files.writeString(temp.resolve("keep/file"), "x");
        byte[] tar = Tars.archived(temp, Excludes.of(List.of("cache")), new TreeStats.Collector());
        assertThat(Tars.read(tar))
                .extracting(r -> r.entry().name().toString())
                .containsExactly("./", "./keep/", "./keep/file");
    }

    @Test
    void nameThatIsNoTextIsStillMatched() throws IOException {
        byte[] name = "caf?.log".getBytes(StandardCharsets.US_ASCII);
        name[3] = (byte) 0xE9;
        Files.createFile(TreeListing.path(temp, name));
        byte[] tar = Tars.archived(temp, Excludes.of(List.of("*.log")), new TreeStats.Collector());
        assertThat(Tars.read(tar)).hasSize(1);
    }

    @Test
    void firstNameOfAHardLinkLeftOutLeavesTheContentToTheSecond() throws IOException {
        Files.writeString(temp.resolve("a.log"), "content");
        Files.createLink(temp.resolve("b.txt"), temp.resolve("a.log"));
        byte[] tar = Tars.archived(temp, Excludes.of(List.of("*.log")), new TreeStats.Collector());
        assertThat(Tars.read(tar).get(1).content())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("content");
    }

    @Test
    void patternThatIsNoGlobIsRefusedAtOnce() {
        assertThatThrownBy(() -> Excludes.of(List.of("[a"))).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void patternOfManyStarsFromAStrangersLabelStaysBounded() {
        Excludes excludes = Excludes.of(List.of("**/".repeat(500) + "x"));
        assertThat(excludes.matches(ROOT, ROOT.resolve("a/b/c/y"))).isFalse();
    }
}
