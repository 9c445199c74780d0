package io.doksnap.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS that trusts the authorities of a PEM file beside those that the JDK trusts. */
final class S3Tls {
    private S3Tls() {}

    /**
     * Makes sockets that trust both.
     *
     * @throws IOException with a message for a person, when the file cannot be read or holds no certificate
     */
    static SSLSocketFactory trusting(Path authorities) throws IOException {
        Collection<? extends Certificate> certificates = certificates(authorities);
        try {
            KeyStore both = KeyStore.getInstance(KeyStore.getDefaultType());
            both.load(null, null);
            int number = 0;
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager jdk) {
                    for (X509Certificate certificate : jdk.getAcceptedIssuers()) {
                        both.setCertificateEntry("jdk-" + number++, certificate);
                    }
                }
            }
            for (Certificate certificate : certificates) {
                both.setCertificateEntry("file-" + number++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(both), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate authorities in " + authorities + " cannot be used: " + e, e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file + "; correct ca_file, or put the authority there", e);
        } catch (CertificateException e) {
            throw new IOException(file + " holds no certificate in PEM; correct ca_file (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read (" + e + "); correct ca_file, or its mode", e);
        }
        throw new IOException(file + " holds no certificate; correct ca_file, or put the authority there");
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
