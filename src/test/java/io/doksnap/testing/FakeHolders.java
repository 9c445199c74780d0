package io.doksnap.testing;

import io.doksnap.docker.DockerException;
import io.doksnap.docker.DockerException.Kind;
import io.doksnap.docker.Holders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Holders that are no more than what they hold. */
public final class FakeHolders implements Holders {
    private final Map<Holder, String> held = new LinkedHashMap<>();
    private Runnable whenHeld = () -> {};
    private boolean stuck;
    private int ids;

    /** What is held now, by the id of what it is held for: image and volumes. */
    public Map<String, String> held() {
        Map<String, String> all = new TreeMap<>();
        held.forEach((holder, what) -> all.put(holder.of(), what));
        return all;
    }

    /** Something happens right after each is made. */
    public void whenHeld(Runnable happens) {
        this.whenHeld = happens;
    }

    /** Whether none can be removed. */
    public void setStuck(boolean stuck) {
        this.stuck = stuck;
    }

    @Override
    public void hold(String of, String owner, String image, List<String> volumes) throws DockerException {
        release(of);
        held.put(new Holder("holder" + ++ids, of, owner), image + " " + volumes);
        whenHeld.run();
    }

    @Override
    public void release(String of) throws DockerException {
        for (Holder holder : all()) {
            if (holder.of().equals(of)) {
                remove(holder);
            }
        }
    }

    @Override
    public List<Holder> all() {
        return new ArrayList<>(held.keySet());
    }

    @Override
    public void remove(Holder holder) throws DockerException {
        if (stuck && held.containsKey(holder)) {
            throw new DockerException(Kind.UNAVAILABLE, "made to be stuck: " + holder.of() + ".", null);
        }
        held.remove(holder);
    }
}
