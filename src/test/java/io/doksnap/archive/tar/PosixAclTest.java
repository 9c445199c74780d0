package io.doksnap.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PosixAclTest {
    /** As setfacl made it for {@code u:7:rw,g:8:r} on a file of mode 0644. */
    private static final byte[] BINARY = HexFormat.of()
            .parseHex(
                    "0200000001000600ffffffff020006000700000004000400ffffffff080004000800000010000600ffffffff20000400ffffffff");

    private static final String TEXT = "user::rw-,user:7:rw-,group::r--,group:8:r--,mask::rw-,other::r--";

    @Test
    void kernelsFormBecomesTextWithNumbersAndBack() {
        assertThat(PosixAcl.toText(BINARY)).isEqualTo(TEXT);
        assertThat(binary(TEXT)).isEqualTo(BINARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user::rw-\nuser:7:rw-\ngroup::r--\ngroup:8:r--\nmask::rw-\nother::r--\n\n",
                "user::rw-,group::r--,other::r--,user:lp:rw-:7,group:mail:r--:8,mask::rw-",
                "# file: f\nu::rw-\nu:7:rw-\t#effective:r--\ng::r--\ng:8:r--\nm::rw\no::r",
                "user::rw-,user:7:rw-,group::r--,group:8:r--,mask:rw-,other:r--",
            })
    void textOfOthersIsUnderstoodWhereItHasTheNumbers(String text) {
        assertThat(binary(text)).isEqualTo(BINARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "user",
                "user::",
                "user:lp:rw-",
                "group:mail:r--",
                "user:-1:rw-",
                "user:4294967296:rw-",
                "user:7:rw-:lp",
                "nobody::rw-",
                "user::rws",
                "other",
                "\0\1\2\3"
            })
    void whatIsNoListIsNoneAndNothingWorse(String text) {
        if (text.startsWith("user::") && text.length() == 6) {
            assertThat(PosixAcl.toText(binary(text))).isEqualTo("user::---");
        } else {
            assertThat(PosixAcl.toBinary(text.getBytes(StandardCharsets.UTF_8))).isNull();
        }
    }

    @Test
    void everyListComesBackAsItWas() {
        Random random = new Random(8);
        for (int i = 0; i < 500; i++) {
            int users = random.nextInt(6);
            int groups = random.nextInt(6);
            ByteBuffer list = ByteBuffer.allocate(4 + 8 * (4 + users + groups)).order(ByteOrder.LITTLE_ENDIAN);
            list.putInt(2);
            put(list, 0x01, random, -1);
            for (int user = 0; user < users; user++) {
                put(list, 0x02, random, random.nextInt());
            }
            put(list, 0x04, random, -1);
            for (int group = 0; group < groups; group++) {
                put(list, 0x08, random, random.nextInt());
            }
            put(list, 0x10, random, -1);
            put(list, 0x20, random, -1);
            String text = String.valueOf(PosixAcl.toText(list.array()));
            assertThat(binary(text)).as(text).isEqualTo(list.array());
        }
    }

    @Test
    void randomBytesAreNoListAndNothingWorse() {
        Random random = new Random(9);
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            assertThat(PosixAcl.toText(bytes)).isNull();
            PosixAcl.toBinary(bytes);
        }
    }

    private static void put(ByteBuffer list, int tag, Random random, int id) {
        list.putShort((short) tag).putShort((short) random.nextInt(8)).putInt(id);
    }

    private static byte[] binary(String text) {
        byte[] binary = PosixAcl.toBinary(text.getBytes(StandardCharsets.UTF_8));
        assertThat(binary).as(text).isNotNull();
        return binary == null ? new byte[0] : binary;
    }
}
