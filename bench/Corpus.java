import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a tree of files like the volumes of a small shop: a database's pages, many small files, some that no codec can make smaller.
 *
 * <p>The bytes depend on the seed and the size alone, never on the machine or the Java version: random numbers come from
 * SplitMix64 below, and each file has a seed of its own, so that files can be written in any order.
 */
final class Corpus {
    private static final long SEED = 20240229;
    private static final int VERSION = 1;
    private static final String MARKER = ".corpus";

    private static final double DATABASE_SHARE = 0.47;
    private static final double SMALL_SHARE = 0.39;
    private static final int PAGE = 8192;
    private static final int MOST_PAGES = 4096;
    private static final int FILES_A_FOLDER = 25;
    private static final Instant FIRST_DAY = Instant.parse("2024-01-01T00:00:00Z");

    private Corpus() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 2) {
            throw die("usage: bench/corpus DIR [SIZE]");
        }
        Path directory = Path.of(args[0]);
        long size = bytes(args.length > 1 ? args[1] : "2G");
        String made = "corpus version " + VERSION + ", seed " + SEED + ", size " + size;
        Path marker = directory.resolve(MARKER);
        boolean ours = Files.isRegularFile(marker);
        if (ours && Files.readString(marker).equals(made + ", complete\n")) {
            System.out.println("already there: " + directory);
            return;
        }
        if (!ours && Files.isDirectory(directory) && !isEmpty(directory)) {
            throw die(directory + " is not empty and holds no corpus; name another directory, or empty it");
        }
        Files.createDirectories(directory);
        Files.writeString(marker, made + ", unfinished\n");
        for (String part : List.of("database", "files", "media")) {
            delete(directory.resolve(part));
        }
        List<Item> plan = plan(size);
        Set<Path> folders = new HashSet<>();
        for (Item item : plan) {
            Path folder = directory.resolve(item.path).getParent();
            if (folders.add(folder)) {
                Files.createDirectories(folder);
            }
        }
        plan.parallelStream().forEach(item -> item.write(directory));
        for (Path folder : folders) {
            Files.setLastModifiedTime(folder, FileTime.from(FIRST_DAY));
        }
        Files.writeString(marker, made + ", complete\n");
        System.out.printf(Locale.ROOT, "made %s: %,d files, %,d bytes%n", directory, plan.size(), size(plan));
    }

    private static List<Item> plan(long size) {
        List<Item> plan = new ArrayList<>();
        Random random = new Random(SEED);
        for (long left = (long) (size * DATABASE_SHARE); left > 0; ) {
            int pages = 1 + (int) (MOST_PAGES * random.fraction() * random.fraction() * random.fraction());
            int n = plan.size();
            String path = "database/base/" + (16384 + n % 7) + "/" + (24576 + 3 * n);
            plan.add(new Item(path, Kind.table(random), pages * PAGE, random.next()));
            left -= pages * PAGE;
        }
        int count = 0;
        for (long left = (long) (size * SMALL_SHARE); left > 0; count++) {
            Kind kind = Kind.small(random);
            int folder = count / FILES_A_FOLDER;
            double u = random.fraction();
            // Between 1 and 40 KiB, and more of the small ones: 15 KiB on average.
            int length = 1024 + (int) (39 * 1024 * (u * u * 0.8 + u * 0.2));
            String path = "files/part-" + folder / 100 + "/module-" + folder / 10 % 10 + "/section-" + folder % 10 + "/"
                    + kind.name().toLowerCase(Locale.ROOT) + "-" + count + kind.extension;
            plan.add(new Item(path, kind, length, random.next()));
            left -= length;
        }
        for (long left = size - size(plan); left > 0; ) {
            int length = (int) Math.min(left, 65536 + random.below(12 << 20));
            plan.add(new Item("media/" + plan.size() % 10 + "/" + plan.size() + ".bin", Kind.NOISE, length, random.next()));
            left -= length;
        }
        return plan;
    }

    private static long size(List<Item> plan) {
        return plan.stream().mapToLong(Item::length).sum();
    }

    private static long bytes(String text) {
        if (!text.matches("[0-9]{1,9}[KMG]?")) {
            throw die("not a size: " + text + " (such as 200M or 2G)");
        }
        int shift = "KMG".indexOf(text.charAt(text.length() - 1)) * 10 + 10;
        return Long.parseLong(text.replaceAll("[KMG]", "")) << shift;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Error die(String message) {
        System.err.println("corpus: " + message);
        System.exit(64);
        return new Error(message);
    }

    /** A file to be written. */
    private record Item(String path, Kind kind, int length, long seed) {
        void write(Path directory) {
            Random random = new Random(seed);
            Content content = new Content(length, random);
            switch (kind) {
                case ROWS, WIDE_ROWS, PADDED_ROWS, INDEX, TOAST -> new Table(kind, content, random).pages();
                case NOISE -> content.noise(length);
                default -> new Text(kind, content, random).fill();
            }
            try {
                Path file = directory.resolve(path);
                Files.write(file, content.bytes);
                Files.setLastModifiedTime(
                        file, FileTime.from(FIRST_DAY.plus((seed >>> 1) % 31_536_000_000_000L, ChronoUnit.MICROS)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private enum Kind {
        ROWS(""),
        WIDE_ROWS(""),
        PADDED_ROWS(""),
        INDEX(""),
        TOAST(""),
        JSON(".json"),
        SOURCE(".java"),
        LOG(".log"),
        PROSE(".md"),
        NOISE(".bin");

        private final String extension;

        Kind(String extension) {
            this.extension = extension;
        }

        static Kind table(Random random) {
            int n = random.below(100);
            return n < 32 ? ROWS : n < 50 ? WIDE_ROWS : n < 72 ? PADDED_ROWS : n < 99 ? INDEX : TOAST;
        }

        static Kind small(Random random) {
            return List.of(JSON, SOURCE, LOG, PROSE, SOURCE).get(random.below(5));
        }
    }

    /** SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static final class Random {
        private long state;

        Random(long seed) {
            state = seed;
        }

        long next() {
            long z = state += 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }

        int below(int bound) {
            return (int) (((next() >>> 32) * bound) >>> 32);
        }

        double fraction() {
            return (next() >>> 11) * 0x1p-53;
        }
    }

    /** The bytes of one file, filled from the front. */
    private static final class Content {
        /** Few words are common and many are rare, as in any language. */
        private static final byte[][] WORDS = vocabulary(2000);

        private final byte[] bytes;
        private final Random random;
        private int position;

        Content(int length, Random random) {
            this.bytes = new byte[length];
            this.random = random;
        }

        int left() {
            return bytes.length - position;
        }

        void at(int position) {
            this.position = position;
        }

        Content text(String text) {
            for (int i = 0; i < text.length() && position < bytes.length; i++) {
                bytes[position++] = (byte) text.charAt(i);
            }
            return this;
        }

        Content text(byte[] text) {
            int n = Math.min(text.length, left());
            System.arraycopy(text, 0, bytes, position, n);
            position += n;
            return this;
        }

        Content number(long number) {
            return text(Long.toString(number));
        }

        Content word() {
            double u = random.fraction();
            return text(WORDS[(int) (u * u * u * u * WORDS.length)]);
        }

        Content words(int count) {
            for (int i = 0; i < count; i++) {
                (i == 0 ? this : text(" ")).word();
            }
            return this;
        }

        Content hex(int digits) {
            for (int i = 0; i < digits; i++) {
                text("0123456789abcdef".substring(random.below(16)).substring(0, 1));
            }
            return this;
        }

        Content binary(long value, int count) {
            for (int i = 0; i < count && position < bytes.length; i++) {
                bytes[position++] = (byte) (value >>> (8 * i));
            }
            return this;
        }

        Content noise(int count) {
            for (int i = 0; i < count; i += 8) {
                binary(random.next(), Math.min(8, count - i));
            }
            return this;
        }

        private static byte[][] vocabulary(int count) {
            Random random = new Random(SEED);
            String[] starts = {"b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "st", "pr", "tr", "ch"};
            String[] middles = {"a", "e", "i", "o", "u", "ea", "io", "ou"};
            String[] ends = {"", "n", "r", "s", "t", "l", "d", "m", "ng", "ck"};
            byte[][] words = new byte[count][];
            for (int i = 0; i < count; i++) {
                StringBuilder word = new StringBuilder();
                for (int syllables = 1 + random.below(3); syllables > 0; syllables--) {
                    word.append(starts[random.below(starts.length)])
                            .append(middles[random.below(middles.length)])
                            .append(ends[random.below(ends.length)]);
                }
                words[i] = word.toString().getBytes(StandardCharsets.US_ASCII);
            }
            return words;
        }
    }

    /** Pages as PostgreSQL lays them out: a header, line pointers from the front, tuples from the back, a gap in between. */
    private static final class Table {
        private static final int HEADER = 24;
        private static final int LINE_POINTER = 4;
        private static final byte[] BLANKS = " ".repeat(84).getBytes(StandardCharsets.US_ASCII);
        private static final String[] STATES = {"open", "paid", "shipped", "returned", "cancelled"};

        private final Kind kind;
        private final Content content;
        private final Random random;
        private final int fill;
        private long id;
        private long time;
        private long transaction;

        Table(Kind kind, Content content, Random random) {
            this.kind = kind;
            this.content = content;
            this.random = random;
            this.fill = 70 + random.below(31);
            this.id = random.below(1 << 20);
            this.time = 700_000_000_000_000L + random.below(1 << 30) * 1000L;
            this.transaction = 1_000_000 + random.below(1 << 22);
        }

        void pages() {
            for (int page = 0; page < content.bytes.length; page += PAGE) {
                if (random.below(100) < 96) {
                    page(page);
                }
            }
        }

        private void page(int start) {
            int lower = HEADER;
            int upper = PAGE;
            int least = PAGE - (PAGE - HEADER) * fill / 100;
            Content tuple = new Content(2048, random);
            for (int number = 1; ; number++) {
                tuple.at(0);
                tuple(tuple, start / PAGE, number);
                int length = (tuple.position + 7) & ~7;
                if (upper - length < Math.max(least, lower + LINE_POINTER)) {
                    break;
                }
                upper -= length;
                System.arraycopy(tuple.bytes, 0, content.bytes, start + upper, tuple.position);
                content.at(start + lower);
                content.binary(upper | 1L << 15 | (long) tuple.position << 17, LINE_POINTER);
                lower += LINE_POINTER;
            }
            content.at(start);
            content.binary(0x1_0000_0000L + transaction * 96, 8).binary(random.next(), 2).binary(4, 2);
            content.binary(lower, 2).binary(upper, 2).binary(PAGE, 2).binary(PAGE | 4, 2).binary(0, 4);
        }

        private void tuple(Content out, int page, int number) {
            id++;
            if (kind == Kind.INDEX) {
                // A heap position and a key, in the key's order.
                out.binary(id / 60, 4).binary(id % 60 + 1, 2).binary(16, 2).binary(id * 7 + random.below(7), 8);
                return;
            }
            transaction += random.below(8) == 0 ? 1 : 0;
            time += random.below(90_000_000);
            out.binary(transaction, 4).binary(0, 8).binary(page, 4).binary(number, 2);
            out.binary(9, 2).binary(0x0902, 2).binary(24, 2);
            switch (kind) {
                case TOAST -> out.binary(id / 4, 4).binary(id % 4, 4).noise(1996 - 24);
                case ROWS -> {
                    out.binary(id, 8).binary(random.below(5000), 4).binary(time, 8).binary(random.below(990) * 50L, 4);
                    out.binary(1 + random.below(9), 4).text(STATES[random.below(STATES.length)]);
                }
                case PADDED_ROWS -> out.binary(id, 4).binary(1 + id / 100_000, 4).binary(random.below(20_000), 4).text(BLANKS);
                default -> {
                    out.binary(id, 8).binary(time, 8).words(2).text("@example.com").binary(0, 2);
                    out.words(4 + random.below(20));
                    if (random.below(8) == 0) {
                        out.noise(16);
                    }
                }
            }
        }
    }

    /** Text of the kinds that applications leave behind. */
    private static final class Text {
        private final Kind kind;
        private final Content out;
        private final Random random;
        private long time;
        private int id;

        Text(Kind kind, Content out, Random random) {
            this.kind = kind;
            this.out = out;
            this.random = random;
            this.time = FIRST_DAY.toEpochMilli() + random.below(1 << 30);
            this.id = random.below(100_000);
        }

        void fill() {
            while (out.left() > 0) {
                switch (kind) {
                    case JSON -> json();
                    case SOURCE -> source();
                    case LOG -> log();
                    default -> prose();
                }
            }
        }

        private void json() {
            out.text("  {\n    \"id\": ").number(id++).text(",\n    \"reference\": \"").hex(8);
            out.text("\",\n    \"createdAt\": \"").text(timestamp()).text("\",\n    \"customer\": {\"name\": \"").words(2);
            out.text("\", \"email\": \"").word().text("@example.com\", \"active\": ").text(random.below(9) > 0 ? "true" : "false");
            out.text("},\n    \"amount\": ").number(random.below(500)).text(".").number(10 + random.below(90));
            out.text(",\n    \"tags\": [\"").word().text("\", \"").word().text("\"],\n    \"note\": \"");
            out.words(random.below(12)).text("\"\n  },\n");
        }

        private void source() {
            out.text("    /** ").words(6).text(". */\n    public void ").word().text("(String ").word().text(") {\n");
            for (int lines = 2 + random.below(8); lines > 0; lines--) {
                switch (random.below(3)) {
                    case 0 -> out.text("        if (").word().text(" == null) {\n            return ").word().text(";\n        }\n");
                    case 1 -> out.text("        this.").word().text(" = ").word().text(".get(").number(random.below(20)).text(");\n");
                    default -> out.text("        logger.info(\"").words(3).text("\", ").word().text(");\n");
                }
            }
            out.text("    }\n\n");
        }

        private void log() {
            out.text(timestamp()).text(random.below(12) == 0 ? " WARN " : " INFO ").text("[worker-").number(random.below(8));
            out.text("] com.example.shop.").word().text(" - request 10.0.").number(random.below(4)).text(".");
            out.number(random.below(250)).text(" ").words(3).text(" took ").number(random.below(900)).text(" ms\n");
        }

        private void prose() {
            out.text("## ").words(3).text("\n\n");
            for (int sentences = 3 + random.below(6); sentences > 0; sentences--) {
                out.words(5 + random.below(12)).text(sentences % 3 == 0 ? ".\n" : ". ");
            }
            out.text("\n");
        }

        private String timestamp() {
            time += random.below(20_000);
            return Instant.ofEpochMilli(time).toString();
        }
    }
}
