package io.doksnap.app;

import io.doksnap.archive.index.IndexedFile;
import io.doksnap.archive.tar.TarEntry;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Files as lines for people; whatever bytes a name has, it stays on its line. */
final class FileLines {
    private static final String LETTERS = "rwxrwxrwx";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FileLines() {}

    /** Its path alone; a directory's with a slash behind it. */
    static String brief(IndexedFile file) {
        return file.path() + (file.type() == TarEntry.Type.DIRECTORY ? "/" : "");
    }

    /** As {@code ls -ln} has it, with times in UTC. */
    static String detailed(IndexedFile file) {
        String link = switch (file.type()) {
            case SYMBOLIC_LINK -> " -> " + file.link();
            case HARD_LINK -> " link to " + file.link();
            default -> "";
        };
        return String.format(
                Locale.ROOT,
                "%s %6d %6d %14d %s %s%s",
                mode(file),
                file.uid(),
                file.gid(),
                file.size(),
                TIME.format(file.modified()),
                brief(file),
                link);
    }

    private static String mode(IndexedFile file) {
        StringBuilder mode = new StringBuilder(10).append(letter(file.type()));
        for (int i = 0; i < 9; i++) {
            mode.append((file.mode() & (0400 >> i)) == 0 ? '-' : LETTERS.charAt(i));
        }
        special(mode, 3, (file.mode() & 04000) != 0, 's');
        special(mode, 6, (file.mode() & 02000) != 0, 's');
        special(mode, 9, (file.mode() & 01000) != 0, 't');
        return mode.toString();
    }

    /** Set-user-id, set-group-id and sticky share a letter with the right to execute. */
    private static void special(StringBuilder mode, int at, boolean set, char letter) {
        if (set) {
            mode.setCharAt(at, mode.charAt(at) == '-' ? Character.toUpperCase(letter) : letter);
        }
    }

    private static char letter(TarEntry.Type type) {
        return switch (type) {
            case DIRECTORY -> 'd';
            case SYMBOLIC_LINK -> 'l';
            case FILE, HARD_LINK -> '-';
            case FIFO -> 'p';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
        };
    }
}
