package io.doksnap.declare;

/**
 * Where something was said, so that a message can point at it.
 *
 * @param file the file's name, or {@code environment}
 * @param line counted from 1; 0 where there is no line
 * @param column counted from 1; 0 where the line is enough
 * @param path the setting, such as {@code apps[0].schedule}, or the variable; empty for the file as a whole
 */
public record Place(String file, int line, int column, String path) {

    /** What the places of environment variables give as their file. */
    static final String ENVIRONMENT = "environment";

    static Place wholeFile(String file) {
        return new Place(file, 0, 0, "");
    }

    static Place variable(String name) {
        return new Place(ENVIRONMENT, 0, 0, name);
    }

    Place child(String key, int childLine) {
        return new Place(file, childLine, 0, path.isEmpty() ? key : path + "." + key);
    }

    Place item(int index, int itemLine) {
        return new Place(file, itemLine, 0, path + "[" + index + "]");
    }

    /** The place as it opens a message: {@code config.yaml:17: apps[0].schedule}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
        }
        if (column > 0) {
            text.append(':').append(column);
        }
        return path.isEmpty() ? text.toString() : text.append(": ").append(path).toString();
    }
}
