/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Slow hashes of passwords: PBKDF2 with HMAC-SHA-512 and 210,000 rounds, as the OWASP Password Storage Cheat Sheet
 * recommends.
 */
final class Passwords {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ROUNDS = 210_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private Passwords() {}

    /** A password of 120 random bits, in letters and digits. */
    static String random() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bytes(15))
                .replace('-', 'x')
                .replace('_', 'y');
    }

    /** The text that is stored: the rounds, the salt and the hash. */
    static String hash(String password) {
        return hash(password, ROUNDS);
    }

    static String hash(String password, int rounds) {
        byte[] salt = bytes(SALT_BYTES);
        return stored(rounds, salt, derive(password, salt, rounds));
    }

    /** What no password matches, and every one is as slow to be held against as against a hash. */
    static String none() {
        return stored(ROUNDS, bytes(SALT_BYTES), bytes(HASH_BITS / Byte.SIZE));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String stored(int rounds, byte[] salt, byte[] hash) {
        return rounds + ":" + base64(salt) + ":" + base64(hash);
    }

    static boolean matches(String password, String stored) {
        String[] parts = stored.split(":");
        byte[] expected = Base64.getDecoder().decode(parts[2]);
        byte[] actual = derive(password, Base64.getDecoder().decode(parts[1]), Integer.parseInt(parts[0]));
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] derive(String password, byte[] salt, int rounds) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
