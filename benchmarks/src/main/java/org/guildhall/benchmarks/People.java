/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Made-up people, named and housed as unevenly as real ones: some names and cities are many people's, most are few
 * people's. The same random numbers give the same people.
 */
final class People {
    private static final Skewed FIRST_NAMES = new Skewed(8, lines("first-names.txt"));
    private static final Skewed LAST_NAMES = new Skewed(20, lines("last-names.txt"));
    /** City, state, country. */
    private static final Skewed CITIES = new Skewed(4, lines("cities.txt"));

    private static final Skewed DOMAINS = new Skewed(
            1,
            List.of(
                    "gmail.com",
                    "outlook.com",
                    "yahoo.com",
                    "icloud.com",
                    "gmx.de",
                    "web.de",
                    "orange.fr",
                    "wp.pl",
                    "example.com",
                    "example.org"));
    private static final List<String> STREETS = List.of(
            "Maple Avenue",
            "High Street",
            "Lindenstraße",
            "Mill Lane",
            "Rue de la Paix",
            "Sunset Boulevard",
            "Oak Drive");

    /** What rare names and towns are put together from. */
    private static final List<String> STEMS = List.of(
            "Schn", "Hart", "Brad", "Kow", "Lind", "Mont", "Bell", "Ros", "Fern", "Wald", "Stein", "Win", "Ash", "Ber",
            "Cast", "Dom", "Eber", "Fal", "Gran", "Hol", "Jan", "Kel", "Lam", "Mar", "Nor", "Os", "Pal", "Quin", "Rad",
            "Sal", "Tor", "Ul", "Val", "Wes", "Yar", "Zel", "Alb", "Bran", "Chal", "Der");

    private static final List<String> NAME_ENDINGS = List.of(
            "abel", "acker", "ado", "aert", "alski", "ano", "ard", "ari", "auer", "berg", "bert", "czyk", "dahl", "eau",
            "eck", "eira", "elli", "emann", "enko", "er", "escu", "ett", "feld", "gren", "holm", "iak", "ic", "ides",
            "ieri", "ini", "inska", "ka", "kin", "ley", "loff", "mann", "mont", "nagel", "ner", "oglu", "ong",
            "opoulos", "os", "ov", "quist", "rich", "son", "stra", "ton", "wald", "well", "wood", "yan", "zek",
            "zuela");
    private static final List<String> TOWN_ENDINGS = List.of(
            "ach", "au", "beck", "bridge", "bourg", "burg", "by", "dorf", "ford", "furt", "ham", "hausen", "heim",
            "ingen", "kirchen", "leben", "low", "mouth", "ow", "port", "stadt", "stead", "thal", "ville", "wick");
    /** State and country. */
    private static final List<String> TOWN_PLACES = List.of(
            "Bavaria;DE",
            "Saxony;DE",
            "Ohio;US",
            "Oregon;US",
            "Kent;GB",
            "Devon;GB",
            "Normandie;FR",
            "Bretagne;FR",
            "Mazowieckie;PL",
            "Veneto;IT");

    private final SplittableRandom random;

    /** A city or town. */
    record Place(String city, String state, String country) {
        private static Place of(String line) {
            String[] parts = line.split(";");
            return new Place(parts[0], parts[1], parts[2]);
        }
    }

    /** The values of a contact; null for empty. */
    record Person(
            String firstName,
            String lastName,
            String email,
            String phone,
            LocalDate birthDate,
            String street,
            Place place,
            String postalCode) {
        String json() {
            StringBuilder json = new StringBuilder(300).append('{');
            member(json, "firstName", firstName);
            member(json, "lastName", lastName);
            member(json, "email", email);
            member(json, "phone", phone);
            member(json, "birthDate", birthDate.toString());
            member(json, "street", street);
            member(json, "city", place.city());
            member(json, "state", place.state());
            member(json, "postalCode", postalCode);
            member(json, "country", place.country());
            return json.append('}').toString();
        }

        private static void member(StringBuilder json, String name, String value) {
            if (value != null) {
                json.append(json.length() > 1 ? ",\"" : "\"")
                        .append(name)
                        .append("\":\"")
                        .append(value)
                        .append('"');
            }
        }
    }

    /** Values of which the one at place n comes up as 1 / (n + flatness). */
    private static final class Skewed {
        private final List<String> values;
        private final double[] upTo;

        Skewed(int flatness, List<String> values) {
            this.values = values;
            this.upTo = new double[values.size()];
            double sum = 0;
            for (int i = 0; i < upTo.length; i++) {
                sum += 1.0 / (i + 1 + flatness);
                upTo[i] = sum;
            }
        }

        String any(SplittableRandom random) {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
            return values.get(found < 0 ? -found - 1 : found);
        }
    }

    People(SplittableRandom random) {
        this.random = random;
    }

    private static List<String> lines(String file) {
        try (InputStream in = People.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Person next() {
        String firstName = chance(1) ? null : firstName();
        String lastName = chance(1) ? null : lastName();
        return new Person(
                firstName,
                lastName,
                chance(20) ? null : email(firstName, lastName),
                "+1 555 " + digits(7),
                LocalDate.of(1940, 1, 1).plusDays(random.nextInt(25_000)),
                any(STREETS) + " " + (1 + random.nextInt(300)),
                chance(30) ? town() : city(),
                digits(5));
    }

    String firstName() {
        return chance(10) ? any(STEMS) + any(NAME_ENDINGS) : FIRST_NAMES.any(random);
    }

    String lastName() {
        return chance(35) ? any(STEMS) + any(NAME_ENDINGS) : LAST_NAMES.any(random);
    }

    /** One of sixty that each are home to between 0.3 and 4 of a hundred people. */
    Place city() {
        return Place.of(CITIES.any(random));
    }

    /** One of a thousand that three of ten people live in. */
    Place town() {
        int stem = random.nextInt(STEMS.size());
        int ending = random.nextInt(TOWN_ENDINGS.size());
        // A town is always in the same country.
        return Place.of(STEMS.get(stem) + TOWN_ENDINGS.get(ending) + ";"
                + TOWN_PLACES.get((stem * 7 + ending) % TOWN_PLACES.size()));
    }

    private String email(String firstName, String lastName) {
        String name = letters(firstName) + (firstName == null || lastName == null ? "" : ".") + letters(lastName);
        return (name.isEmpty() ? "office" : name)
                + (chance(50) ? Integer.toString(1 + random.nextInt(999)) : "")
                + "@"
                + DOMAINS.any(random);
    }

    private static String letters(String name) {
        return name == null ? "" : Keys.of(name).replaceAll("[^a-z]", "");
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String digits(int count) {
        return IntStream.range(0, count)
                .collect(StringBuilder::new, (text, i) -> text.append(random.nextInt(10)), StringBuilder::append)
                .toString();
    }
}
