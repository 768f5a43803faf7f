/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Query;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.itests.ModelAccess.Caller;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Mark;
import org.guildhall.itests.RandomTypes.Part;
import org.guildhall.itests.RandomTypes.Type;

/** Questions that find something more often than not, and now and then ask for what there isn't or what is hidden. */
final class RandomQuestions {
    private static final List<Integer> LIMITS = List.of(1, 2, 3, 5, 7, 10, 19, 50, 100, 199, 200);
    private static final List<String> NO_FIELDS = List.of("nothing", "pieces.nothing", "owner.nothing", "bin");
    private static final List<String> NO_WORDS = List.of("!?", " ", "\u0301", "😀", "x".repeat(201));
    private static final Operator[] OPERATORS = Operator.values();

    private final Random random;
    private final RandomTypes types;
    private final ModelRecords records;
    private final RandomValues values;

    RandomQuestions(Random random, RandomTypes types, ModelRecords records, RandomValues values) {
        this.random = random;
        this.types = types;
        this.records = records;
        this.values = values;
    }

    Question next(Caller caller) {
        Type type = values.pick(types.all());
        for (int tries = 0; tries < 3 && !records.access().allows(caller, type.name(), ModelAccess.READ); tries++) {
            type = values.pick(types.all());
        }
        Set<String> hidden = once(15) ? Set.of() : records.access().hidden(caller, type);
        Asking asking = new Asking(caller, type, hidden);
        Query query = Query.ALL.limit(values.pick(LIMITS));
        query = once(5) ? query : query.filter(asking.condition(random.nextInt(4)));
        query = once(4) ? query.quickFind(asking.words()) : query;
        query = once(3) ? query : query.sortedBy(asking.sort());
        query = once(3) ? query.counted() : query;
        query = once(8) ? query.inTheBin() : query;
        query = once(4) ? query.only(asking.names()) : query;
        query = once(6) ? query.expanding(asking.references()) : query;
        return new Question(type, query, values.pick(List.of(Question.Form.values())));
    }

    private boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    /** What one caller asks of one type. */
    private final class Asking {
        private final Caller caller;
        private final Type type;
        private final Set<String> hidden;

        Asking(Caller caller, Type type, Set<String> hidden) {
            this.caller = caller;
            this.type = type;
            this.hidden = hidden;
        }

        private List<Field> seen() {
            return type.fields().stream()
                    .filter(field -> !hidden.contains(field.name()))
                    .toList();
        }

        /** Often a field of the plugin, as there are so many of the platform. */
        private Field field() {
            List<Field> own =
                    seen().stream().filter(field -> !field.is(Mark.PLATFORM)).toList();
            return own.isEmpty() || once(4) ? values.pick(seen()) : values.pick(own);
        }

        Condition condition(int depth) {
            int shape = depth == 0 ? 0 : random.nextInt(6);
            return switch (shape) {
                case 1, 2 -> new Condition.All(conditions(depth - 1));
                case 3, 4 -> new Condition.Any(conditions(depth - 1));
                case 5 -> new Condition.Not(condition(depth - 1));
                default -> leaf();
            };
        }

        private List<Condition> conditions(int depth) {
            List<Condition> conditions = new ArrayList<>();
            for (int i = once(12) ? 0 : 1 + random.nextInt(3); i > 0; i--) {
                conditions.add(condition(depth));
            }
            return conditions;
        }

        private Condition leaf() {
            if (once(60)) {
                return Condition.equal(values.pick(NO_FIELDS), "x");
            }
            List<Field> references = seen().stream()
                    .filter(field -> field.target() != null)
                    .filter(field -> field.target().equals(RandomTypes.TEAM) == once(10))
                    .toList();
            if (!references.isEmpty() && once(4)) {
                Field reference = values.pick(references);
                Type target = types.find(reference.target()).orElseThrow();
                Set<String> hiddenBehind =
                        once(12) ? Set.of() : records.access().hidden(caller, target);
                Field behind = new Asking(caller, target, hiddenBehind).field();
                return leaf(reference.name() + "." + behind.name(), target, behind);
            }
            Field field = field();
            return leaf(field.name(), type, field);
        }

        private Condition leaf(String name, Type owner, Field field) {
            boolean any = once(30);
            int shape = random.nextInt(10);
            if (shape == 0 || field.kind() == FieldKind.LONG_TEXT && !any) {
                return new Condition.IsNull(name);
            }
            if (shape < 3) {
                List<Object> several = new ArrayList<>();
                for (int i = once(10) ? 0 : 1 + random.nextInt(4); i > 0; i--) {
                    several.add(values.given(owner, field));
                }
                return new Condition.In(name, several);
            }
            if (shape < 5 && (field.isOrderedText() || any)) {
                return new Condition.Prefix(
                        name, values.beginning(values.given(owner, field).toString()));
            }
            boolean ordered = shape < 8 && (field.isOrdered() || any);
            return new Condition.Compare(
                    name, ordered ? OPERATORS[1 + random.nextInt(4)] : Operator.EQUAL, values.given(owner, field));
        }

        /** One or two words of records, or their beginnings. */
        String words() {
            if (once(20)) {
                return values.pick(NO_WORDS);
            }
            String words = word();
            return once(2) ? words : words + values.pick(List.of(" ", "  ", ", ")) + word();
        }

        private String word() {
            List<Object> texts = Stream.concat(
                            type.fields().stream()
                                    .filter(field -> field.is(Mark.SEARCHABLE))
                                    .flatMap(field -> records.values(type, field).stream()),
                            type.parts().stream().flatMap(part -> records.texts(type, part)))
                    .toList();
            String text = texts.isEmpty() || once(6) ? values.word() : (String) values.pick(texts);
            List<String> words = List.copyOf(ModelText.words(text));
            if (words.isEmpty()) {
                return values.word();
            }
            String word = values.pick(words);
            int first = Character.charCount(word.codePointAt(0));
            return values.varied(once(2) ? word : word.substring(0, first) + values.beginning(word.substring(first)));
        }

        String[] sort() {
            Set<String> names = new LinkedHashSet<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                Field field = field();
                for (int tries = 0; tries < 9 && !field.isSortable() && !once(100); tries++) {
                    field = field();
                }
                String name = field.name();
                boolean again =
                        names.stream().anyMatch(one -> one.replace("-", "").equals(name));
                if (!again || once(40)) {
                    names.add((once(2) ? "-" : "") + (once(150) ? "nothing" : name));
                }
            }
            return names.toArray(String[]::new);
        }

        Set<String> names() {
            Set<String> names = new HashSet<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                names.add(once(80) ? "nothing" : field().name());
            }
            type.parts().stream()
                    .map(Part::name)
                    .filter(part -> !hidden.contains(part) && once(2))
                    .forEach(names::add);
            return names;
        }

        /** References to records of the plugin; now and then another field. */
        Set<String> references() {
            Set<String> names = new HashSet<>();
            seen().stream()
                    .filter(field -> !field.is(Mark.PLATFORM) && field.isReference() && once(2))
                    .forEach(field -> names.add(field.name()));
            if (names.isEmpty() && once(20)) {
                names.add("version");
            }
            return names;
        }
    }
}
