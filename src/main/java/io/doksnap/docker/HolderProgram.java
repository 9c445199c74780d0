package io.doksnap.docker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A program that waits for ever: an ELF file of a few machine instructions, as images need not have any program that does so. It is put into the container of a
 * holder, not into its image.
 */
final class HolderProgram {
    /** Where it lies in the container. */
    static final String PATH = "/.doksnap-holder";

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final long ADDRESS = 0x400000;
    private static final int TAR_BLOCK = 512;
    private static final int CHECKSUM_AT = 148;

    /** {@code pause()}, again and again. */
    private static final byte[] AMD64 = {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7};

    /** {@code ppoll(NULL, 0, NULL, NULL, 0)}, again and again: there is no {@code pause} on this one. */
    private static final int[] ARM64 = {
        0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800004, 0xd4000001, 0x17fffff9
    };

    private static final short MACHINE_AMD64 = 62;
    private static final short MACHINE_ARM64 = 183;

    /** What the kernel starts. */
    private final byte[] file;

    private HolderProgram(byte[] file) {
        this.file = file;
    }

    /** For a processor as images name it; empty where there is none for it. */
    static Optional<HolderProgram> of(String architecture) {
        return switch (architecture) {
            case "amd64" -> Optional.of(elf(MACHINE_AMD64, AMD64));
            case "arm64" -> {
                ByteBuffer code =
                        ByteBuffer.allocate(ARM64.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                for (int instruction : ARM64) {
                    code.putInt(instruction);
                }
                yield Optional.of(elf(MACHINE_ARM64, code.array()));
            }
            default -> Optional.empty();
        };
    }

    /** One loadable segment, which is the whole file: System V ABI, ELF-64 object file format. */
    private static HolderProgram elf(short machine, byte[] code) {
        int size = ELF_HEADER + PROGRAM_HEADER + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 2).putShort(machine).putInt(1);
        file.putLong(ADDRESS + ELF_HEADER + PROGRAM_HEADER)
                .putLong(ELF_HEADER)
                .putLong(0)
                .putInt(0);
        file.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        file.position(ELF_HEADER);
        file.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS);
        file.putLong(size).putLong(size).putLong(0x1000).put(code);
        return new HolderProgram(file.array());
    }

    /** A tar archive of it alone, to be unpacked at the root: POSIX ustar. */
    byte[] tar() {
        ByteBuffer tar = ByteBuffer.allocate(TAR_BLOCK * 4);
        put(tar, 0, PATH.substring(1));
        put(tar, 100, "0000755\0" + "0000000\0" + "0000000\0");
        put(tar, 124, String.format("%011o", file.length) + "\0" + "00000000000\0" + "        " + "0");
        put(tar, 257, "ustar\0" + "00");
        int sum = 0;
        for (int i = 0; i < TAR_BLOCK; i++) {
            sum += tar.get(i) & 0xff;
        }
        put(tar, CHECKSUM_AT, String.format("%06o", sum) + "\0 ");
        tar.position(TAR_BLOCK).put(file);
        return tar.array();
    }

    private static void put(ByteBuffer tar, int at, String text) {
        tar.position(at).put(text.getBytes(StandardCharsets.US_ASCII));
    }
}
