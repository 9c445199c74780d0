package io.doksnap.store;

/**
 * One object on its way into a store. Used by one thread. Either {@link #commit()} makes the whole object visible, or
 * closing without it leaves no trace; closing after a commit does nothing.
 */
public interface Upload extends AutoCloseable {

    /**
     * Takes the next bytes, blocking while the store is slower than the writer. The array may be reused afterwards.
     *
     * @throws StoreException when any part so far was refused; nothing more can be written then
     */
    void write(byte[] bytes, int offset, int length) throws StoreException;

    /**
     * Waits until every byte was acknowledged and makes the object visible.
     *
     * @return the object, with the size and SHA-256 of the bytes that were written
     * @throws StoreException when anything was refused or came out different; the object is not visible then, or is
     *     removed again, unless the store fell silent meanwhile
     */
    CommittedObject commit() throws StoreException;

    /** Discards what was written unless it was committed. Never throws: the failure that led here is the one to report. */
    @Override
    void close();
}
