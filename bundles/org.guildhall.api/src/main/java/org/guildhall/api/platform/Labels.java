/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

/**
 * Words for people by key, in the languages that their author brings. A key that a language lacks is looked up in
 * English. Immutable; it holds no class and no stream of whoever brought them.
 */
public final class Labels {
    /** No words at all. */
    public static final Labels NONE = new Labels(Map.of());

    /** The words of the fields that every record has. */
    public static final Labels PLATFORM = read(
            language -> Labels.class.getResourceAsStream(
                    language.equals("en") ? "labels.properties" : "labels_" + language + ".properties"),
            "en",
            "zh");

    private final Map<String, Map<String, String>> byLanguage;

    private Labels(Map<String, Map<String, String>> byLanguage) {
        this.byLanguage = byLanguage;
    }

    /**
     * Reads property files in UTF-8.
     *
     * @param files opens the file of a language; null where there is none
     * @param languages ISO 639-1 codes
     */
    public static Labels read(Function<String, InputStream> files, String... languages) {
        Map<String, Map<String, String>> byLanguage = new HashMap<>();
        for (String language : languages) {
            InputStream file = files.apply(language);
            if (file != null) {
                Properties properties = new Properties();
                try (Reader reader = new InputStreamReader(file, StandardCharsets.UTF_8)) {
                    properties.load(reader);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                Map<String, String> words = new HashMap<>();
                properties.stringPropertyNames().forEach(key -> words.put(key, properties.getProperty(key)));
                byLanguage.put(language, Map.copyOf(words));
            }
        }
        return new Labels(Map.copyOf(byLanguage));
    }

    /** The words of a key. */
    public Optional<String> get(Locale locale, String key) {
        String words = byLanguage.getOrDefault(locale.getLanguage(), Map.of()).get(key);
        return Optional.ofNullable(
                words == null ? byLanguage.getOrDefault("en", Map.of()).get(key) : words);
    }
}
