package io.doksnap;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house: which rooms there are, and which room may import which. The table is the one in docs/architecture.md. */
class RoomsTest {
    private static final String ROOT = "io.doksnap.";

    private static final String TABLE = """
            api       |
            schedule  |
            policy    | api, schedule
            docker    |
            archive   |
            store     |
            snapshot  | api, policy, archive, store
            run       | api, policy, docker, archive, store, snapshot
            declare   | api, policy, docker
            operator  | api, policy, schedule, docker, store, snapshot, run
            apiserver |
            status    | api, snapshot
            notify    | api
            app       | *
            """;

    /** Libraries that only one room may touch. */
    private static final Map<String, List<String>> ONLY_IMPORTER = Map.of(
            "docker", List.of("com.github.dockerjava.."),
            "archive",
                    List.of(
                            "org.bouncycastle.openpgp..",
                            "org.bouncycastle.bcpg..",
                            "com.github.luben..",
                            "com.exceptionfactory.jagged..",
                            "org.apache.commons.compress.."),
            "store", List.of("software.amazon.awssdk.."),
            "operator", List.of("io.javaoperatorsdk.."),
            "app", List.of("picocli..", "me.tongfei.progressbar.."));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.doksnap");

    @TestFactory
    Stream<DynamicTest> roomImportsOnlyWhatItsRowLists() {
        Map<String, Set<String>> table = table();
        return table.entrySet().stream()
                .filter(row -> !row.getValue().contains("*"))
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    String[] others = table.keySet().stream()
                            .filter(room -> !room.equals(row.getKey()))
                            .filter(room -> !row.getValue().contains(room))
                            .map(room -> ROOT + room + "..")
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(ROOT + row.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(others)
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }));
    }

    @TestFactory
    Stream<DynamicTest> libraryHasOneImporter() {
        return ONLY_IMPORTER.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> noClasses()
                                .that()
                                .resideOutsideOfPackage(ROOT + entry.getKey() + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(entry.getValue().toArray(String[]::new))
                                .check(CLASSES)));
    }

    @Test
    void everyClassLivesInARoomOfTheTable() {
        Set<String> rooms = table().keySet();
        Set<String> found = new TreeSet<>();
        CLASSES.forEach(type -> found.add(room(type)));
        assertThat(rooms).containsAll(found);
    }

    /** The rows of the document's table: room, what lives there, may import. */
    @Test
    void documentShowsTheSameTable() throws IOException {
        List<String> rows = rowsOfTheDocument().stream()
                .map(cells -> "%-9s |%s"
                        .formatted(cells.get(0), cells.get(2).isEmpty() ? "" : " " + cells.get(2))
                        .stripTrailing())
                .toList();
        assertThat(rows).containsExactlyElementsOf(TABLE.lines().toList());
    }

    @Test
    void documentMarksExactlyTheRoomsThatAreToCome() throws IOException {
        Set<String> built = new TreeSet<>();
        CLASSES.forEach(type -> built.add(room(type)));
        assertThat(rowsOfTheDocument())
                .allSatisfy(cells -> assertThat(cells.get(1).startsWith("*to come:*"))
                        .as("room %s is marked as to come", cells.get(0))
                        .isEqualTo(!built.contains(cells.get(0))));
    }

    private static List<List<String>> rowsOfTheDocument() throws IOException {
        return Files.readAllLines(Path.of("docs/architecture.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .filter(cells -> cells.size() == 3)
                .toList();
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyAppReadsTheWallClockPrintsOrExits() {
        noClasses()
                .that(DescribedPredicate.not(resideInAPackage(ROOT + "app..")))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    private static String room(JavaClass type) {
        String below = type.getPackageName().substring(ROOT.length());
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    private static Map<String, Set<String>> table() {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        for (String line : TABLE.lines().toList()) {
            String[] cells = line.split("\\|", 2);
            Set<String> imports = new TreeSet<>();
            Arrays.stream(cells[1].split(","))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .forEach(imports::add);
            rows.put(cells[0].strip(), imports);
        }
        return rows;
    }
}
