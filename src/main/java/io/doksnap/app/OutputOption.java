package io.doksnap.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says whether a command prints its result for people or for programs. */
final class OutputOption {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = Reader.class,
            description = "how the result is printed: text, or json, which is one document and nothing else on the"
                    + " standard output; default: text")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    /** The forms that there are. */
    enum Format {
        TEXT,
        JSON
    }

    static final class Reader implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return switch (text) {
                case "text" -> Format.TEXT;
                case "json" -> Format.JSON;
                default -> throw new TypeConversionException("'" + text + "' is no format; there are text and json");
            };
        }
    }

    boolean isJson() {
        return format == Format.JSON;
    }

    /** What the command works with: where programs read, nothing for people goes to the standard output. */
    Cli quieting(Cli cli) {
        if (!isJson()) {
            return cli;
        }
        Console console = cli.console();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Cli(new Console(nowhere, console.err(), console.interactive()), cli.clock(), cli.environment());
    }

    /** Prints the document, where it is wanted. */
    void print(JsonNode document, Cli cli) {
        if (isJson()) {
            byte[] bytes = bytes(document);
            cli.console().out().write(bytes, 0, bytes.length);
            cli.console().out().flush();
        }
    }

    private static byte[] bytes(JsonNode document) {
        try {
            return (JSON.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
