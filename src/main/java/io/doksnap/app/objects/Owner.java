package io.doksnap.app.objects;

import io.doksnap.api.BackupPolicySpec;
import io.doksnap.declare.KubernetesName;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The host for which declared objects are kept. Several hosts may work with one API: each keeps its own objects, which name it, and no others.
 *
 * @param host its name, which its objects bear in {@code spec.host}
 * @param home whether the API is the host's own: then what names no host is the host's, too, and its objects have the plain names
 * @param former what the host was called before, and no other is now: objects of these names are still its own. From memory
 * @param isFree whether no other host has such a name by now, as the API itself says: asked before anything of a former name is touched
 */
public record Owner(String host, boolean home, Supplier<Set<String>> former, Predicate<String> isFree) {

    /** The host whose own API it is. */
    public static Owner home(String host) {
        return new Owner(host, true, Set::of, name -> true);
    }

    /** A host that works with an API which is not its own. */
    public static Owner guest(String host) {
        return new Owner(host, false, Set::of, name -> true);
    }

    /** Whether an object that names this host, or none, is this one's. */
    public boolean owns(@Nullable String named) {
        if (named == null || named.isEmpty()) {
            return home;
        }
        return named.equals(host) || former.get().contains(named);
    }

    /**
     * The name of an object of this host, so that hosts may declare the same names. Names that a configuration or a label makes hold no dot, so no two hosts mean the
     * same.
     *
     * @param declared as {@link KubernetesName} makes it
     */
    public String objectName(String declared) {
        return home ? declared : declared + "." + suffix();
    }

    /** What is declared as it stands in this host's object: keys and commands go on with the name that was declared. */
    BackupPolicySpec claim(BackupPolicySpec declared, String name) {
        BackupPolicySpec claimed = declared.onHost(host);
        return home || claimed.displayName() != null ? claimed : claimed.shownAs(name);
    }

    /** Whether an object of this name can only have been declared by this host. */
    boolean hasNameOfThisHost(String objectName) {
        int dot = objectName.indexOf('.');
        return home ? dot < 0 : dot > 0 && objectName.substring(dot + 1).equals(suffix());
    }

    /** What this host calls what it called something else: under a name that it had before, or before names told whose they are. */
    String nameNow(String objectName) {
        return objectName(declaredName(objectName));
    }

    /** What was declared, of the name of any host's object. */
    static String declaredName(String objectName) {
        int dot = objectName.indexOf('.');
        return dot < 0 ? objectName : objectName.substring(0, dot);
    }

    private String suffix() {
        // Hosts may differ in nothing but their case, which a name of Kubernetes does not have: what is not allowed in
        // one makes the difference.
        boolean lower = host.equals(host.toLowerCase(Locale.ROOT));
        return KubernetesName.of(lower ? host : host + "_");
    }
}
