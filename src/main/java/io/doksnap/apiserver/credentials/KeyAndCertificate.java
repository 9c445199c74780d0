package io.doksnap.apiserver.credentials;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.jspecify.annotations.Nullable;

/** A private key with the certificate for it; together in one file, so that they cannot come apart. */
record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {
    /** Both as PEM. */
    String pem() throws CredentialsException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(new JcaPKCS8Generator(key, null));
            writer.writeObject(certificate);
        } catch (IOException e) {
            throw new CredentialsException("cannot encode a key of the API's certificates", e);
        }
        return text.toString();
    }

    String certificatePem() throws CredentialsException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(certificate);
        } catch (IOException e) {
            throw new CredentialsException("cannot encode a certificate of the API", e);
        }
        return text.toString();
    }

    /** Reads what {@link #pem} gave; empty where it is something else, so that a damaged file is made anew. */
    static Optional<KeyAndCertificate> parse(String pem) {
        @Nullable PrivateKey key = null;
        @Nullable X509Certificate certificate = null;
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo info) {
                    key = new JcaPEMKeyConverter().getPrivateKey(info);
                } else if (part instanceof X509CertificateHolder holder) {
                    certificate = new JcaX509CertificateConverter().getCertificate(holder);
                }
            }
        } catch (PEMException e) {
            return Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
        return key == null || certificate == null
                ? Optional.empty()
                : Optional.of(new KeyAndCertificate(key, certificate));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return certificate.getSubjectX500Principal() + " until "
                + certificate.getNotAfter().toInstant();
    }
}
