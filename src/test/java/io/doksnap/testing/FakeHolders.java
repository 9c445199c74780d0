package io.doksnap.testing;

import io.doksnap.docker.Holders;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Holders that are no more than what they hold. */
public final class FakeHolders implements Holders {
    private final Map<String, String> held = new TreeMap<>();

    /** What is held now, by the id of what it is held for: image and volumes. */
    public Map<String, String> held() {
        return Map.copyOf(held);
    }

    @Override
    public void hold(String of, String image, List<String> volumes) {
        held.put(of, image + " " + volumes);
    }

    @Override
    public void release(String of) {
        held.remove(of);
    }
}
