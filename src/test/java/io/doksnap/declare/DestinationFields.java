package io.doksnap.declare;

import io.doksnap.crd.Keywords;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a schema can say of the fields of a bucket: the same as {@code config.yaml} asks of one. */
public final class DestinationFields {
    private DestinationFields() {}

    /** The keywords of each field that has any, by its path. */
    public static Map<String, Map<String, Object>> s3(String path) {
        Map<String, Map<String, Object>> fields = new LinkedHashMap<>();
        fields.put(path, Keywords.needs("bucket"));
        fields.put(path + ".endpoint", Keywords.holding("^[^@\\s]*$"));
        fields.put(path + ".bucket", Keywords.required(DestinationReader.BUCKET));
        fields.put(path + ".region", Keywords.text(DestinationReader.REGION));
        fields.put(path + ".storageClass", Keywords.text(S3OptionsReader.STORAGE_CLASS));
        fields.put(path + ".serverSideEncryption", Keywords.words(List.of("AES256", "aws:kms", "none")));
        fields.put(path + ".partLimit", Keywords.range(S3OptionsReader.FEWEST_PARTS, S3OptionsReader.MOST_PARTS));
        return fields;
    }
}
