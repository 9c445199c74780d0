package io.doksnap.apiserver.protobuf;

import static io.doksnap.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProtobufTest {
    /** Writes protobuf by hand: what kubectl would. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.bytes.toByteArray());
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                bytes.write((int) ((left & 0x7f) | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
        }

        byte[] inEnvelope(String apiVersion, String kind) {
            Message envelope = new Message()
                    .message(1, new Message().text(1, apiVersion).text(2, kind))
                    .message(2, this)
                    .text(3, "")
                    .text(4, "");
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes("k8s\0".getBytes(StandardCharsets.US_ASCII));
            whole.writeBytes(envelope.bytes.toByteArray());
            return whole.toByteArray();
        }
    }

    private static Message meta(String name) {
        return new Message()
                .text(1, name)
                .text(2, "")
                .text(3, "default")
                .number(7, 0)
                .message(8, new Message())
                .message(11, new Message().text(1, "app").text(2, "shöp"))
                .text(14, "a/b");
    }

    private static byte[] secret() {
        return new Message()
                .message(1, meta("keys"))
                .message(2, new Message().text(1, "k").bytes(2, new byte[] {0, (byte) 0xff}))
                .text(3, "Opaque")
                .number(5, 0)
                .number(99, 7)
                .inEnvelope("v1", "Secret");
    }

    @Test
    void secretIsTheJsonThatAClientCouldHaveSent() throws ProtobufException {
        assertThat(Protobuf.decode(secret())).isEqualTo(json("""
                {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'keys', namespace: 'default', labels: {app: 'shöp'}, finalizers: ['a/b']},
                 data: {k: 'AP8='}, type: 'Opaque', immutable: false}"""));
    }

    @Test
    void timesAndManagedFieldsAreRead() throws ProtobufException {
        Message entry = new Message()
                .text(1, "me")
                .message(4, new Message().number(1, 1_700_000_000L).number(2, 5))
                .message(7, new Message().text(1, "{\"f:data\":{}}"));
        Message event = new Message()
                .message(1, new Message().text(1, "e").message(17, entry))
                .message(2, new Message().text(1, "BackupPolicy"))
                .number(8, 3)
                .message(10, new Message().number(1, 1_700_000_000L).number(2, 123_456_000));
        assertThat(Protobuf.decode(event.inEnvelope("v1", "Event"))).isEqualTo(json("""
                {apiVersion: 'v1', kind: 'Event',
                 metadata: {name: 'e', managedFields: [{manager: 'me', time: '2023-11-14T22:13:20Z', fieldsV1: {'f:data': {}}}]},
                 involvedObject: {kind: 'BackupPolicy'}, count: 3, eventTime: '2023-11-14T22:13:20.123456Z'}"""));
    }

    @Test
    void eventsOfTheNewerGroupAreReadByTheirOwnNumbers() throws ProtobufException {
        Message event = new Message()
                .message(1, meta("e"))
                .message(2, new Message().number(1, 1_700_000_000L))
                .message(3, new Message().number(1, 2))
                .text(4, "example.io/controller")
                .text(7, "Tested")
                .message(8, new Message().text(1, "ConfigMap").text(3, "a"))
                .text(10, "well")
                .message(12, new Message());
        assertThat(Protobuf.decode(event.inEnvelope("events.k8s.io/v1", "Event")))
                .isEqualTo(json("""
                {apiVersion: 'events.k8s.io/v1', kind: 'Event',
                 metadata: {name: 'e', namespace: 'default', labels: {app: 'shöp'}, finalizers: ['a/b']},
                 eventTime: '2023-11-14T22:13:20.000000Z', series: {count: 2}, reportingController: 'example.io/controller',
                 reason: 'Tested', regarding: {kind: 'ConfigMap', name: 'a'}, note: 'well'}"""));
    }

    @Test
    void deleteOptionsKeepTheirZeros() throws ProtobufException {
        byte[] options = new Message()
                .number(1, 0)
                .message(2, new Message().text(1, "uid"))
                .text(4, "Background")
                .text(5, "All")
                .inEnvelope("v1", "DeleteOptions");
        assertThat(Protobuf.decode(options)).isEqualTo(json("""
                {apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: {uid: 'uid'}, propagationPolicy: 'Background', dryRun: ['All']}"""));
    }

    @Test
    void whatIsNoneIsSaidToBeNone() {
        assertThatThrownBy(() -> Protobuf.decode("{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("does not begin like");
        assertThatThrownBy(() -> Protobuf.decode(new Message().inEnvelope("v1", "Pod")))
                .hasMessage("Objects of kind \"Pod\" are not taken as protobuf: send JSON.");
        assertThatThrownBy(() -> Protobuf.decode(new Message()
                        .number(12, 1)
                        .message(1, new Message().bytes(1, new byte[] {(byte) 0xc0}))
                        .inEnvelope("v1", "Secret")))
                .hasMessageContaining("not UTF-8");
    }

    @Test
    @Timeout(60)
    void anyBytesAreAnObjectOrTheException() {
        Random random = new Random(6);
        byte[] good = secret();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int n = random.nextInt(4); n > 0 && bytes.length > 4; n--) {
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            try {
                assertThat(Protobuf.decode(bytes).isObject()).isTrue();
            } catch (ProtobufException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            Message wild = new Message().bytes(1 + random.nextInt(5), bytes);
            try {
                Protobuf.decode(wild.inEnvelope("v1", i % 2 == 0 ? "Event" : "Namespace"));
            } catch (ProtobufException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void manyTinyValuesAreRefusedBeforeTheyFillTheMemory() {
        Message conditions = new Message();
        for (int i = 0; i < 100_000; i++) {
            conditions.bytes(2, new byte[0]);
        }
        byte[] namespace = new Message().message(3, conditions).inEnvelope("v1", "Namespace");
        assertThatThrownBy(() -> Protobuf.decode(namespace)).hasMessageContaining("more than 50000 values");
    }
}
