/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.time.LocalDate;
import java.util.SplittableRandom;

/** Made-up people. The same seed gives the same people. */
final class Contacts {
    private static final String[] FIRST_NAMES = {
        "Maria", "Jörg", "Wei", "Fatima", "Olivia", "Noah", "Zoë", "Łukasz", "Priya", "Diego", "Aiko", "Samuel"
    };
    private static final String[] LAST_NAMES = {
        "Schneider", "Okafor", "García", "Nowak", "Johnson", "Tanaka", "O'Brien", "Müller", "Rossi", "Chen", "Silva"
    };
    private static final String[] STREETS = {
        "Maple Avenue", "High Street", "Lindenstraße", "Mill Lane", "Rue de la Paix", "Sunset Boulevard", "Oak Drive"
    };
    private static final String[] CITIES = {
        "Springfield", "München", "Portland", "Lyon", "Bristol", "Kraków", "São Paulo", "Galway", "Leipzig"
    };
    private static final String[] STATES = {"Illinois", "Bavaria", "Oregon", "Rhône", "Avon", "Saxony", "Connacht"};
    private static final String[] COUNTRIES = {"US", "DE", "FR", "GB", "PL", "BR", "IE"};

    private final SplittableRandom random;

    Contacts(SplittableRandom random) {
        this.random = random;
    }

    String next() {
        return ("{\"firstName\":\"%s\",\"lastName\":\"%s\",\"email\":\"contact.%d@example.com\","
                        + "\"phone\":\"+1 555 %07d\",\"birthDate\":\"%s\",\"street\":\"%s %d\",\"city\":\"%s\","
                        + "\"state\":\"%s\",\"postalCode\":\"%05d\",\"country\":\"%s\"}")
                .formatted(
                        any(FIRST_NAMES),
                        any(LAST_NAMES),
                        random.nextInt(1_000_000_000),
                        random.nextInt(10_000_000),
                        LocalDate.of(1940, 1, 1).plusDays(random.nextInt(25_000)),
                        any(STREETS),
                        1 + random.nextInt(300),
                        any(CITIES),
                        any(STATES),
                        random.nextInt(100_000),
                        any(COUNTRIES));
    }

    private String any(String[] values) {
        return values[random.nextInt(values.length)];
    }
}
