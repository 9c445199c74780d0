package io.doksnap.apiserver.credentials;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** Signs the server's and the clients' certificates. Elliptic curve keys (P-256), made in a moment and read by everybody. */
record CertificateAuthority(KeyAndCertificate self) {
    static final Duration LIFE = Duration.ofDays(20 * 365);
    static final Duration LIFE_OF_SIGNED = Duration.ofDays(365);

    /** Clocks of two machines differ. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final int SERIAL_BITS = 120;
    private static final SecureRandom RANDOM = new SecureRandom();

    static CertificateAuthority create(Instant now) throws CredentialsException {
        KeyPair keys = keyPair();
        X500Name name = name("DokSnapShotter API", "doksnap");
        try {
            X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), now, LIFE);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return new CertificateAuthority(new KeyAndCertificate(keys.getPrivate(), sign(builder, keys)));
        } catch (GeneralSecurityException | IOException e) {
            throw failed(e);
        }
    }

    /** For a server that is reached by these names and addresses. */
    KeyAndCertificate server(Collection<String> names, Instant now) throws CredentialsException {
        GeneralName[] all = names.stream()
                .map(name ->
                        new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return issue(name("doksnap-api", "doksnap"), KeyPurposeId.id_kp_serverAuth, new GeneralNames(all), now);
    }

    KeyAndCertificate client(Access access, Instant now) throws CredentialsException {
        GeneralName user = new GeneralName(GeneralName.dNSName, access.user());
        return issue(name(access.user(), access.group()), KeyPurposeId.id_kp_clientAuth, new GeneralNames(user), now);
    }

    private KeyAndCertificate issue(X500Name subject, KeyPurposeId purpose, GeneralNames names, Instant now)
            throws CredentialsException {
        KeyPair keys = keyPair();
        try {
            X500Name issuer = X500Name.getInstance(
                    self.certificate().getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = builder(issuer, subject, keys.getPublic(), now, LIFE_OF_SIGNED);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(self.certificate()));
            KeyPair signer = new KeyPair(self.certificate().getPublicKey(), self.key());
            return new KeyAndCertificate(keys.getPrivate(), sign(builder, signer));
        } catch (GeneralSecurityException | IOException e) {
            throw failed(e);
        }
    }

    /** Whether a certificate was signed by this authority. */
    boolean signed(X509Certificate certificate) {
        try {
            certificate.verify(self.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The access that a client's certificate of this authority stands for is its organisation. */
    static boolean hasOrganisation(X500Principal subject, String organisation) {
        for (var part : X500Name.getInstance(subject.getEncoded()).getRDNs(BCStyle.O)) {
            if (part.getFirst().getValue().toString().equals(organisation)) {
                return true;
            }
        }
        return false;
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(life)),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException, CredentialsException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (OperatorCreationException e) {
            throw failed(e);
        }
    }

    private static KeyPair keyPair() throws CredentialsException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    private static X500Name name(String common, String organisation) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, organisation)
                .addRDN(BCStyle.CN, common)
                .build();
    }

    private static CredentialsException failed(Exception e) {
        return new CredentialsException("this Java cannot make the API's certificates (" + e.getMessage() + ")", e);
    }
}
