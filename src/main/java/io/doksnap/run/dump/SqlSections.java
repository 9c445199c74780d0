package io.doksnap.run.dump;

/** Dumps of SQL are cut by lines that nothing else in them can be. */
final class SqlSections {
    private SqlSections() {}

    /** How each of these lines begins. */
    static String mark(String nonce) {
        return "-- doksnap " + nonce;
    }
}
