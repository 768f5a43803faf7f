/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says whether a jar is signed, whole and as it is, by somebody whose certificate a trust store has. */
final class SignedJar {
    private static final Logger LOG = LoggerFactory.getLogger(SignedJar.class);
    private static final String CONFIGURATION = "etc/org.guildhall.plugins.cfg";
    private static final String SIGNATURE = "META-INF/(MANIFEST\\.MF|SIG-[^/]*|[^/]*\\.(SF|RSA|DSA|EC))";

    private final Path store;
    private final Set<X509Certificate> trusted = new HashSet<>();
    private String unreadable;

    private SignedJar(Path store) {
        this.store = store;
    }

    /** Where the store can't be read, nobody is trusted. */
    static SignedJar trusting(Path store, String password) {
        SignedJar signed = new SignedJar(store);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            for (String alias : Collections.list(keys.aliases())) {
                if (keys.getCertificate(alias) instanceof X509Certificate certificate) {
                    signed.trusted.add(certificate);
                }
            }
            if (signed.trusted.isEmpty()) {
                throw new IOException("it has no certificate");
            }
        } catch (IOException | GeneralSecurityException e) {
            signed.unreadable = "The trust store " + store + " of " + CONFIGURATION + " can't be read (" + e
                    + "), so that no plugin is trusted: mend the store or the setting.";
            LOG.error(signed.unreadable);
        }
        return signed;
    }

    /** What is wrong with a plugin that is a file without code. */
    String ofFile() {
        return "A plugin file can't be signed, and " + CONFIGURATION
                + " has only signed plugins served: build a jar of it, and sign that.";
    }

    /** Why the jar is not trusted, in a sentence; empty where it is. */
    String mistake(Path file) throws IOException {
        if (unreadable != null) {
            return unreadable;
        }
        String unsigned = null;
        boolean signed = false;
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            Set<String> missing = jar.getManifest() == null
                    ? new HashSet<>()
                    : new HashSet<>(jar.getManifest().getEntries().keySet());
            for (JarEntry entry : Collections.list(jar.entries())) {
                try (InputStream in = jar.getInputStream(entry)) {
                    // The signers are known once it is read.
                    in.transferTo(OutputStream.nullOutputStream());
                }
                missing.remove(entry.getName());
                if (entry.isDirectory()
                        || entry.getName().toUpperCase(Locale.ROOT).matches(SIGNATURE)) {
                    continue;
                }
                if (entry.getCodeSigners() == null) {
                    unsigned = entry.getName();
                } else {
                    signed = true;
                    Optional<String> stranger = stranger(List.of(entry.getCodeSigners()));
                    if (stranger.isPresent()) {
                        return "The jar is signed by " + stranger.get() + ", and the trust store " + store
                                + " does not say that he is trusted: have it signed by one whose certificate is there, or"
                                + " import his with keytool -importcert, and drop the jar again.";
                    }
                }
            }
            if (signed && unsigned == null && !missing.isEmpty()) {
                unsigned = missing.iterator().next();
            }
        } catch (SecurityException e) {
            return changed(e.getMessage());
        }
        if (!signed) {
            return "The jar is not signed, and " + CONFIGURATION
                    + " has only signed plugins served: sign it with jarsigner, with a key whose certificate is in the"
                    + " trust store " + store + ", and drop it again.";
        }
        return unsigned == null ? "" : changed("the signature does not cover " + unsigned);
    }

    private static String changed(String how) {
        return "The jar was changed after it was signed (" + how
                + "): get it anew from whoever signed it, or have it signed again, and drop it again.";
    }

    /** Who signed, where none of the signers is trusted. */
    private Optional<String> stranger(List<CodeSigner> signers) {
        StringBuilder names = new StringBuilder();
        for (CodeSigner signer : signers) {
            List<? extends Certificate> chain = signer.getSignerCertPath().getCertificates();
            String failure = failure(chain);
            if (failure == null) {
                return Optional.empty();
            }
            X509Certificate own = (X509Certificate) chain.get(0);
            names.append(names.length() == 0 ? "" : ", ")
                    .append(own.getSubjectX500Principal())
                    .append(failure);
        }
        return Optional.of(names.toString());
    }

    /** Why a chain of certificates does not lead to a trusted one; null where it does. */
    private String failure(List<? extends Certificate> chain) {
        // Who is in the store himself is trusted until he is taken out.
        if (trusted.contains(chain.get(0))) {
            return null;
        }
        try {
            List<? extends Certificate> below =
                    chain.stream().takeWhile(one -> !trusted.contains(one)).toList();
            PKIXParameters parameters = new PKIXParameters(
                    trusted.stream().map(one -> new TrustAnchor(one, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
            return null;
        } catch (GeneralSecurityException e) {
            return " (" + e.getMessage() + ")";
        }
    }
}
