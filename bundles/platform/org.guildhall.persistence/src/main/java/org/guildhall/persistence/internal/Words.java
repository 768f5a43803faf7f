/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.guildhall.api.Values;

/** The words of records that quick find looks for, in a table of each type. */
final class Words {
    /** The most of one record; a text of more is found by its first. */
    private static final int MOST = 200;

    private static final int MOST_WANTED = 10;

    private static final Set<Character.UnicodeScript> WRITTEN_ON = EnumSet.of(
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI);

    private Words() {}

    /**
     * The words of a text in the form of sort keys: runs of letters and digits. Where words are written without blanks
     * between them, as in Chinese, a word begins at every character.
     */
    static Set<String> of(String text) {
        Set<String> words = new TreeSet<>();
        String key = SortKey.whole(text);
        int start = -1;
        for (int i = 0; i <= key.length(); ) {
            int character = i < key.length() ? key.codePointAt(i) : ' ';
            boolean inWord = Character.isLetterOrDigit(character);
            if (inWord && (start < 0 || isWrittenOn(character)) && words.size() < MOST) {
                words.add(cut(key, i));
            }
            start = inWord ? (start < 0 ? i : start) : -1;
            i += Character.charCount(character);
        }
        return words;
    }

    private static boolean isWrittenOn(int character) {
        return character > 0x7F && WRITTEN_ON.contains(Character.UnicodeScript.of(character));
    }

    /** The word that begins at a place. */
    private static String cut(String key, int from) {
        int end = from;
        while (end < key.length()) {
            int character = key.codePointAt(end);
            int next = end + Character.charCount(character);
            if (!Character.isLetterOrDigit(character) || next - from > TableModel.WORD_LENGTH) {
                break;
            }
            end = next;
        }
        return key.substring(from, end);
    }

    /** What a text that somebody looks for asks for: the longest words first, none that another begins with. */
    static List<String> wanted(String text) {
        List<String> all = of(text).stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        List<String> wanted = new ArrayList<>();
        for (String word : all) {
            if (wanted.size() < MOST_WANTED && wanted.stream().noneMatch(longer -> isImplied(word, longer))) {
                wanted.add(word);
            }
        }
        return wanted;
    }

    /** Whether who has a longer word has one that begins so, too. */
    private static boolean isImplied(String word, String longer) {
        return longer.startsWith(word) || (isWrittenOn(word.codePointAt(0)) && longer.contains(word));
    }

    /** A word and the field that it stands in. */
    record Word(String field, String word) {}

    /** The words of a record's searched fields and of those of its nested parts. */
    static Set<Word> of(Collection<String> searched, Values record) {
        Set<Word> words = new LinkedHashSet<>();
        for (String name : searched) {
            int dot = name.indexOf('.');
            if (dot < 0) {
                add(words, name, record.get(name));
            } else if (record.get(name.substring(0, dot)) instanceof List<?> parts) {
                parts.forEach(part -> add(words, name, ((Values) part).get(name.substring(dot + 1))));
            }
        }
        return words;
    }

    private static void add(Set<Word> words, String field, Object text) {
        if (text != null) {
            for (String word : of((String) text)) {
                if (words.size() < MOST) {
                    words.add(new Word(field, word));
                }
            }
        }
    }

    static void insert(Connection connection, String table, long id, Collection<Word> words) throws SQLException {
        if (words.isEmpty()) {
            return;
        }
        // One statement: a batch would be a round trip for each row on some databases.
        Sql insert = new Sql().add("insert into " + table + " (record_id, word, field_name) values ");
        String separator = "(";
        for (Word word : words) {
            insert.add(separator)
                    .bind(id)
                    .add(", ")
                    .bind(word.word())
                    .add(", ")
                    .bind(word.field())
                    .add(")");
            separator = ", (";
        }
        insert.update(connection);
    }

    /** Brings a record's words to what they are now. */
    static void replace(Connection connection, String table, long id, Set<Word> words) throws SQLException {
        Set<Word> had = new HashSet<>(new Sql()
                .add("select field_name, word from " + table + " where record_id = ")
                .bind(id)
                .rows(connection, 0, row -> new Word(row.getString(1), row.getString(2))));
        for (Word word : had) {
            if (!words.contains(word)) {
                new Sql()
                        .add("delete from " + table + " where record_id = ")
                        .bind(id)
                        .add(" and word = ")
                        .bind(word.word())
                        .add(" and field_name = ")
                        .bind(word.field())
                        .update(connection);
            }
        }
        insert(
                connection,
                table,
                id,
                words.stream().filter(word -> !had.contains(word)).toList());
    }

    static void delete(Connection connection, String table, long id) throws SQLException {
        new Sql().add("delete from " + table + " where record_id = ").bind(id).update(connection);
    }
}
