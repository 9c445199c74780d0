package io.doksnap.apiserver.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a write left.
 *
 * @param created whether it was not there before
 */
public record Written(ObjectNode object, boolean created) {}
