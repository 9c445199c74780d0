package io.doksnap.operator.resource;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.doksnap.api.Condition;
import io.doksnap.api.ConditionType;
import io.doksnap.api.Progress;
import io.doksnap.api.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the values inside our records are written and read. */
final class ApiModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    ApiModule() {
        super("doksnap-api");
        addSerializer(Instant.class, new Seconds());
        addDeserializer(Instant.class, new Rfc3339());
        addText(Reason.class);
        addText(ConditionType.class);
        addText(Condition.Status.class);
        addText(Progress.Phase.class);
        addDeserializer(Condition.class, new KnownConditions());
        addDeserializer(Progress.class, new KnownPhases());
        setDeserializerModifier(new TolerantReading());
    }

    private <E extends Enum<E>> void addText(Class<E> type) {
        addSerializer(type, new ToStringSerializer(type));
        addDeserializer(type, new Text<>(type));
    }

    private static <E extends Enum<E>> @Nullable E known(Class<E> type, @Nullable String text) {
        return Stream.of(type.getEnumConstants())
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElse(null);
    }

    /** Kubernetes' own times have no fractions. */
    private static final class Seconds extends JsonSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.truncatedTo(ChronoUnit.SECONDS).toString());
        }
    }

    private static final class Rfc3339 extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        Rfc3339() {
            super(Instant.class);
        }

        @Override
        public @Nullable Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (!json.currentToken().isScalarValue()) {
                return (Instant) context.handleUnexpectedToken(Instant.class, json);
            }
            try {
                return OffsetDateTime.parse(json.getText()).toInstant();
            } catch (DateTimeException e) {
                // The schema refuses it; one that came by another way must not hide all others.
                return null;
            }
        }
    }

    /** Reads an enum by its text; a value of a newer version is {@code null}. */
    private static final class Text<E extends Enum<E>> extends StdScalarDeserializer<E> {
        private static final long serialVersionUID = 1;

        private final Class<E> type;

        Text(Class<E> type) {
            super(type);
            this.type = type;
        }

        @Override
        public @Nullable E deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (!json.currentToken().isScalarValue()) {
                return type.cast(context.handleUnexpectedToken(type, json));
            }
            return known(type, json.getText());
        }
    }

    /** Passes over conditions that somebody else invented, so that a {@link Condition} never lacks a part. */
    private static final class KnownConditions extends JsonDeserializer<Condition> {
        @Override
        public @Nullable Condition deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode node = context.readTree(json);
            ConditionType type = known(ConditionType.class, node.path("type").asText());
            Condition.Status status =
                    known(Condition.Status.class, node.path("status").asText());
            Reason reason = known(Reason.class, node.path("reason").asText());
            if (type == null || status == null || reason == null) {
                return null;
            }
            JsonNode since = node.path("lastTransitionTime");
            return new Condition(
                    type,
                    status,
                    reason,
                    node.path("message").asText(""),
                    since.isTextual() ? context.readTreeAsValue(since, Instant.class) : null,
                    node.path("observedGeneration").asLong());
        }
    }

    private static final class KnownPhases extends JsonDeserializer<Progress> {
        @Override
        public @Nullable Progress deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode node = context.readTree(json);
            Progress.Phase phase =
                    known(Progress.Phase.class, node.path("phase").asText());
            JsonNode source = node.path("source");
            JsonNode updated = node.path("updateTime");
            return phase == null
                    ? null
                    : new Progress(
                            phase,
                            source.isTextual() ? source.asText() : null,
                            node.path("bytesRead").asLong(),
                            node.path("bytesStored").asLong(),
                            node.path("filesDone").asLong(),
                            updated.isTextual() ? context.readTreeAsValue(updated, Instant.class) : null);
        }
    }
}
