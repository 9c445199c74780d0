package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;

/** One keyword of a schema that judges a value; values of another type than the keyword is about pass. */
@FunctionalInterface
interface Rule {
    void check(JsonNode value, String path, Problems problems);
}
