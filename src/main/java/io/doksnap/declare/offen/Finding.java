package io.doksnap.declare.offen;

/**
 * What a person should know about something that was moved, or was not.
 *
 * @param lost whether a setting was not carried over
 * @param setting what it is about: variables, a label, or a schedule by its name
 * @param message why, and what to do; holds no secret
 */
public record Finding(boolean lost, String setting, String message) {

    static Finding lost(String setting, String message) {
        return new Finding(true, setting, message);
    }

    static Finding note(String setting, String message) {
        return new Finding(false, setting, message);
    }

    @Override
    public String toString() {
        return setting + ": " + message;
    }
}
