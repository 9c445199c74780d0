package io.doksnap.apiserver.credentials;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.util.IPAddress;

/** The keys, certificates and tokens of one API server, kept in its directory and made where they are missing or worn out. */
public final class Credentials {
    private static final String AUTHORITY = "ca.pem";
    private static final String SERVER = "server.pem";
    private static final String CLIENT = "admin.pem";
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
    private static final Duration AUTHORITY_RENEWED_BEFORE_END = Duration.ofDays(400);
    private static final int TOKEN_BYTES = 32;

    private final SecretFiles files;
    private final Set<String> names;
    private final Clock clock;
    private final CertificateAuthority authority;
    private final Map<Access, String> tokens;
    private volatile KeyAndCertificate server;

    private Credentials(
            SecretFiles files,
            Set<String> names,
            Clock clock,
            CertificateAuthority authority,
            Map<Access, String> tokens,
            KeyAndCertificate server) {
        this.files = files;
        this.names = names;
        this.clock = clock;
        this.authority = authority;
        this.tokens = tokens;
        this.server = server;
    }

    /**
     * Reads what is there and makes the rest.
     *
     * @param names and addresses by which clients reach the server
     */
    public static Credentials open(Path directory, Collection<String> names, Clock clock) throws CredentialsException {
        SecretFiles files = new SecretFiles(directory);
        Set<String> all = new TreeSet<>(names);
        for (String name : all) {
            requireName(name);
        }
        CertificateAuthority authority = authority(files, clock);
        Map<Access, String> tokens = new EnumMap<>(Access.class);
        for (Access access : Access.values()) {
            tokens.put(access, token(files, access));
        }
        KeyAndCertificate server = server(files, authority, all, clock);
        client(files, authority, clock);
        return new Credentials(files, all, clock, authority, tokens, server);
    }

    /**
     * A kubeconfig from the files in a server's directory, which need not run.
     *
     * @throws CredentialsException where it has never been started
     */
    public static String kubeconfig(Path directory, Access access, URI server) throws CredentialsException {
        SecretFiles files = new SecretFiles(directory);
        Optional<KeyAndCertificate> authority = files.read(AUTHORITY).flatMap(KeyAndCertificate::parse);
        Optional<String> token = files.read(tokenFile(access));
        if (authority.isEmpty() || token.isEmpty()) {
            throw new CredentialsException(
                    "there are no credentials of an API in " + directory
                            + "; start the operator once (doksnap run), or name its data directory",
                    null);
        }
        return Kubeconfig.of(
                server,
                authority.get().certificatePem(),
                access.user(),
                token.get().strip());
    }

    private static void requireName(String name) throws CredentialsException {
        boolean plain = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127);
        if (!plain || name.contains("/") || (name.contains(":") && !IPAddress.isValid(name))) {
            throw new CredentialsException(
                    "'" + name
                            + "' is neither a host name nor an address that the API's certificate could be made for; correct api.sans",
                    null);
        }
    }

    private static CertificateAuthority authority(SecretFiles files, Clock clock) throws CredentialsException {
        Optional<KeyAndCertificate> kept = files.read(AUTHORITY).flatMap(KeyAndCertificate::parse);
        if (kept.isPresent() && lasts(kept.get(), AUTHORITY_RENEWED_BEFORE_END, clock)) {
            return new CertificateAuthority(kept.get());
        }
        CertificateAuthority fresh = CertificateAuthority.create(clock.instant());
        files.write(AUTHORITY, fresh.self().pem());
        return fresh;
    }

    private static KeyAndCertificate server(
            SecretFiles files, CertificateAuthority authority, Set<String> names, Clock clock)
            throws CredentialsException {
        Optional<KeyAndCertificate> kept = files.read(SERVER)
                .flatMap(KeyAndCertificate::parse)
                .filter(pair -> lasts(pair, RENEWED_BEFORE_END, clock))
                .filter(pair -> authority.signed(pair.certificate()))
                .filter(pair -> namesOf(pair.certificate()).equals(canonical(names)));
        if (kept.isPresent()) {
            return kept.get();
        }
        KeyAndCertificate fresh = authority.server(names, clock.instant());
        files.write(SERVER, fresh.pem());
        return fresh;
    }

    private static void client(SecretFiles files, CertificateAuthority authority, Clock clock)
            throws CredentialsException {
        Optional<KeyAndCertificate> kept = files.read(CLIENT)
                .flatMap(KeyAndCertificate::parse)
                .filter(pair -> lasts(pair, RENEWED_BEFORE_END, clock))
                .filter(pair -> authority.signed(pair.certificate()));
        if (kept.isEmpty()) {
            files.write(CLIENT, authority.client(Access.ADMIN, clock.instant()).pem());
        }
    }

    private static String token(SecretFiles files, Access access) throws CredentialsException {
        Optional<String> kept = files.read(tokenFile(access)).map(String::strip).filter(text -> !text.isEmpty());
        if (kept.isPresent()) {
            return kept.get();
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        files.write(tokenFile(access), token + "\n");
        return token;
    }

    private static String tokenFile(Access access) {
        return access.user() + ".token";
    }

    private static boolean lasts(KeyAndCertificate pair, Duration margin, Clock clock) {
        return clock.instant()
                .plus(margin)
                .isBefore(pair.certificate().getNotAfter().toInstant());
    }

    private static Set<String> namesOf(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                all.forEach(name -> names.add(name.get(1).toString()));
            }
        } catch (CertificateParsingException e) {
            return Set.of();
        }
        return canonical(names);
    }

    /** An address of the newer kind can be written in several ways. */
    private static Set<String> canonical(Collection<String> names) {
        Set<String> canonical = new HashSet<>();
        names.forEach(name -> canonical.add(Addresses.canonical(name)));
        return canonical;
    }

    /**
     * Renews what is about to expire; to be called now and then.
     *
     * @return whether the server's certificate is a new one
     */
    public boolean renew() throws CredentialsException {
        client(files, authority, clock);
        KeyAndCertificate current = server(files, authority, names, clock);
        boolean renewed = !current.certificate().equals(server.certificate());
        server = current;
        return renewed;
    }

    /** Whose token this is. Takes as long for a wrong one as for a right one. */
    public Optional<User> byToken(String token) {
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        Optional<User> found = Optional.empty();
        for (Map.Entry<Access, String> known : tokens.entrySet()) {
            if (MessageDigest.isEqual(given, known.getValue().getBytes(StandardCharsets.UTF_8))) {
                found = Optional.of(User.of(known.getKey()));
            }
        }
        return found;
    }

    /** Whose certificate this is, which TLS has already checked; empty where it is not meant for clients of ours. */
    public Optional<User> byCertificate(X509Certificate certificate) {
        if (!authority.signed(certificate)) {
            return Optional.empty();
        }
        for (Access access : Access.values()) {
            if (CertificateAuthority.hasOrganisation(certificate.getSubjectX500Principal(), access.group())) {
                return Optional.of(User.of(access));
            }
        }
        return Optional.empty();
    }

    /** A kubeconfig for the server at this address. */
    public String kubeconfig(Access access, URI address) throws CredentialsException {
        return kubeconfig(files.directory(), access, address);
    }

    /** What a kubeconfig says, for a client in this process. */
    public Login login(Access access, URI address) throws CredentialsException {
        return new Login(address, authority.self().certificatePem(), tokens.getOrDefault(access, ""));
    }

    /** The server's key and certificate; without a password. */
    public KeyStore serverKeys() throws CredentialsException {
        KeyAndCertificate current = server;
        try {
            KeyStore keys = emptyStore();
            keys.setKeyEntry("server", current.key(), new char[0], new Certificate[] {
                current.certificate(), authority.self().certificate()
            });
            return keys;
        } catch (GeneralSecurityException e) {
            throw new CredentialsException("this Java cannot use the API's certificate (" + e.getMessage() + ")", e);
        }
    }

    /** Whom the server trusts to name its clients: itself. */
    public KeyStore trustedAuthorities() throws CredentialsException {
        try {
            KeyStore trusted = emptyStore();
            trusted.setCertificateEntry("ca", authority.self().certificate());
            return trusted;
        } catch (GeneralSecurityException e) {
            throw new CredentialsException("this Java cannot use the API's certificate (" + e.getMessage() + ")", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, CredentialsException {
        try {
            // It is never written: any other kind would encrypt each key at great cost.
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new CredentialsException("this Java cannot make a key store (" + e.getMessage() + ")", e);
        }
    }
}
