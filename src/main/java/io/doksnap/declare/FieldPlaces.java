package io.doksnap.declare;

import java.util.HashMap;
import java.util.Map;

/** Where each field of a resource came from, so that what is wrong with the resource is told at a line of the file. */
final class FieldPlaces {
    private final Map<String, Place> places = new HashMap<>();

    void put(String field, Place place) {
        places.put(field, place);
    }

    /** The place of the field, or of the nearest one around it that has one. */
    Place of(String field, Place otherwise) {
        String path = field;
        while (!path.isEmpty()) {
            Place place = places.get(path);
            if (place != null) {
                return place;
            }
            path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
        }
        return otherwise;
    }
}
