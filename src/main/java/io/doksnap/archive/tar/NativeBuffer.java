package io.doksnap.archive.tar;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** Memory that system calls write into, by its address. */
final class NativeBuffer {
    private final ByteBuffer buffer;
    private final long address;

    NativeBuffer(int size) {
        buffer = ByteBuffer.allocateDirect(size);
        address = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }

    long address() {
        return address;
    }

    int size() {
        return buffer.capacity();
    }

    /** From the beginning of the memory; position and limit are the caller's. */
    ByteBuffer bytes() {
        return buffer.clear();
    }

    byte[] copy(int from, int to) {
        byte[] copy = new byte[to - from];
        buffer.clear().get(from, copy);
        return copy;
    }
}
