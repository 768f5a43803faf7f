/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.guildhall.api.Condition;
import org.guildhall.api.Query;
import org.guildhall.api.Query.Sort;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.itests.ModelAccess.Caller;
import org.guildhall.itests.ModelConditions.Seen;
import org.guildhall.itests.RandomTypes.Field;
import org.guildhall.itests.RandomTypes.Part;
import org.guildhall.itests.RandomTypes.Type;

/** Records in memory, and what they answer to questions: the plain form of what the server does with a database. */
final class ModelRecords {
    private static final int MAX_QUICK_FIND = 200;

    private final RandomTypes types;
    private final Comparator<String> texts;
    private final ModelAccess access;
    private final Map<String, Map<Long, Row>> rows = new HashMap<>();

    /** A record as it is stored. */
    static final class Row {
        private final Type type;
        private final long id;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Map<Long, Boolean> shares = new HashMap<>();
        private boolean binned;

        private Row(Type type, long id) {
            this.type = type;
            this.id = id;
            values.put("id", id);
        }

        Type type() {
            return type;
        }

        long id() {
            return id;
        }

        Object value(String name) {
            return values.get(name);
        }

        void put(String name, Object value) {
            values.put(name, value);
        }

        /** With whom it is shared, and whether for changing. */
        Map<Long, Boolean> shares() {
            return shares;
        }

        boolean isBinned() {
            return binned;
        }

        void bin(boolean yes) {
            binned = yes;
        }

        /** The words of quick find by the field that they stand in. */
        Map<String, Set<String>> words() {
            Map<String, Set<String>> words = new HashMap<>();
            for (String path : type.searched()) {
                int dot = path.indexOf('.');
                Set<String> found = words.computeIfAbsent(path, none -> new HashSet<>());
                if (dot < 0) {
                    add(found, value(path));
                } else if (value(path.substring(0, dot)) instanceof List<?> parts) {
                    parts.forEach(part -> add(found, ((Map<?, ?>) part).get(path.substring(dot + 1))));
                }
            }
            return words;
        }

        private static void add(Set<String> words, Object text) {
            if (text != null) {
                words.addAll(ModelText.words((String) text));
            }
        }

        @Override
        public String toString() {
            return type.plural() + " " + new TreeMap<>(values) + (binned ? " in the bin" : "")
                    + (shares.isEmpty() ? "" : " shared " + shares);
        }
    }

    /** What the server is to say instead of an answer; the findings in alphabetical order. */
    record Refusal(int status, String code, List<String> findings) {}

    /**
     * A page of records.
     *
     * @param place what its last record is ordered by; null for the last page
     * @param count of all pages
     */
    record Page(List<Row> rows, List<Object> place, int count) {}

    ModelRecords(RandomTypes types, Comparator<String> texts) {
        this.types = types;
        this.texts = texts;
        this.access = new ModelAccess(types, this);
    }

    ModelAccess access() {
        return access;
    }

    Row add(Type type, long id) {
        Row row = new Row(type, id);
        rows.computeIfAbsent(type.name(), none -> new TreeMap<>()).put(id, row);
        return row;
    }

    void remove(Row row) {
        rows.get(row.type().name()).remove(row.id());
    }

    Optional<Row> find(String type, long id) {
        return Optional.ofNullable(rows.getOrDefault(type, Map.of()).get(id));
    }

    Stream<Row> all(String type) {
        return rows.getOrDefault(type, Map.of()).values().stream();
    }

    /** The records of all types that questions are about. */
    Stream<Row> all() {
        return types.all().stream().flatMap(type -> all(type.name()));
    }

    /** Whether a record is live, and so is what it hangs on. */
    boolean isThere(Row row) {
        Optional<Ref> on = row.type().parent().map(field -> reference(field, row.value(field.name())));
        return !row.isBinned()
                && on.map(ref ->
                                find(ref.type(), ref.id()).filter(this::isThere).isPresent())
                        .orElse(true);
    }

    static Ref reference(Field field, Object value) {
        return value instanceof Long id ? new Ref(field.target(), id) : (Ref) value;
    }

    /** Whether a record is as a policy wants it, which looks at all fields and records. */
    boolean holds(Caller caller, Condition condition, Row row) {
        return new ModelConditions(caller.id(), Instant.EPOCH, texts, new ModelConditions.Through() {
                    @Override
                    public Optional<Seen> seen(String type) {
                        return types.find(type).map(found -> new Seen(found, Set.of()));
                    }

                    @Override
                    public Optional<Row> row(String type, long id) {
                        return find(type, id).filter(found -> !found.isBinned());
                    }
                })
                .holds(condition, row);
    }

    private ModelConditions conditions(Caller caller, Instant now) {
        return new ModelConditions(caller.id(), now, texts, new ModelConditions.Through() {
            @Override
            public Optional<Seen> seen(String type) {
                return types.find(type)
                        .filter(found -> access.allows(caller, type, ModelAccess.READ))
                        .map(found -> new Seen(found, access.hidden(caller, found)));
            }

            @Override
            public Optional<Row> row(String type, long id) {
                return find(type, id)
                        .filter(found -> !found.isBinned() && access.reaches(caller, found, ModelAccess.READ));
            }
        });
    }

    /** Why a question is not answered, if so. */
    Optional<Refusal> refusal(Caller caller, Type type, Query query) {
        String verb = query.binned() ? ModelAccess.RESTORE : ModelAccess.READ;
        if (!access.allows(caller, type.name(), verb)) {
            return Optional.of(new Refusal(403, "access.forbidden", List.of()));
        }
        Seen seen = new Seen(type, access.hidden(caller, type));
        List<String> findings = new ArrayList<>();
        if (query.filter() != null) {
            findings.addAll(conditions(caller, Instant.EPOCH).findings(seen, query.filter()));
        }
        for (Sort sort : query.sort()) {
            Optional<Field> field = seen.field(sort.field());
            if (field.isEmpty()) {
                findings.add(sort.field() + " field.unknown");
            } else if (!field.get().isSortable()) {
                findings.add(sort.field() + " query.sort");
            }
        }
        if (query.sort().stream().map(Sort::field).distinct().count()
                < query.sort().size()) {
            findings.add("sort request.parameter");
        }
        for (String name : query.fields() == null ? Set.<String>of() : query.fields()) {
            boolean part = type.part(name).isPresent() && !seen.hidden().contains(name);
            if (seen.field(name).isEmpty() && !part) {
                findings.add(name + " field.unknown");
            }
        }
        query.expand().stream()
                .filter(name -> seen.field(name).filter(Field::isReference).isEmpty())
                .forEach(name -> findings.add(name + " query.expand"));
        if (query.quickFind() != null) {
            if (searched(seen).isEmpty()) {
                findings.add("q query.no-quick-find");
            } else if (query.quickFind().length() > MAX_QUICK_FIND
                    || ModelText.words(query.quickFind()).isEmpty()) {
                findings.add("q request.parameter");
            }
        }
        return findings.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal(
                        422, "record.invalid", findings.stream().sorted().toList()));
    }

    private static List<String> searched(Seen seen) {
        return seen.type().searched().stream()
                .filter(path -> !seen.hidden().contains(path) && !seen.hidden().contains(path.replaceAll("\\..*", "")))
                .toList();
    }

    /** The records behind a place, or the first. */
    Page page(Caller caller, Type type, Query query, List<Object> after, Instant now) {
        Seen seen = new Seen(type, access.hidden(caller, type));
        List<String> searched = searched(seen);
        Set<String> wanted = query.quickFind() == null ? Set.of() : ModelText.words(query.quickFind());
        ModelConditions conditions = conditions(caller, now);
        String verb = query.binned() ? ModelAccess.RESTORE : ModelAccess.READ;
        List<Row> found = all(type.name())
                .filter(row -> row.isBinned() == query.binned())
                .filter(row -> query.filter() == null || conditions.holds(query.filter(), row))
                .filter(row -> hasWords(row, searched, wanted))
                .filter(row -> access.reaches(caller, row, verb))
                .toList();
        Comparator<List<Object>> order = order(conditions, query);
        Map<Row, List<Object>> places = new HashMap<>();
        found.forEach(row -> places.put(row, place(row, query, searched, wanted)));
        List<Row> behind = found.stream()
                .filter(row -> after == null || order.compare(places.get(row), after) > 0)
                .sorted(Comparator.comparing(places::get, order))
                .toList();
        List<Row> page = behind.subList(0, Math.min(query.limit(), behind.size()));
        return new Page(
                page, page.size() == behind.size() ? null : places.get(page.get(page.size() - 1)), found.size());
    }

    /** Each word is one of the record's or the beginning of one. */
    private static boolean hasWords(Row row, List<String> searched, Set<String> wanted) {
        if (wanted.isEmpty()) {
            return true;
        }
        Map<String, Set<String>> words = row.words();
        return wanted.stream().allMatch(word -> searched.stream()
                .flatMap(path -> words.get(path).stream())
                .anyMatch(one -> one.startsWith(word)));
    }

    private static boolean isByWord(Query query) {
        return query.quickFind() != null && query.sort().isEmpty();
    }

    /** What a record is ordered by: what is asked for, and its id. */
    private List<Object> place(Row row, Query query, List<String> searched, Set<String> wanted) {
        List<Object> place = new ArrayList<>();
        if (isByWord(query)) {
            String longest = wanted.stream()
                    .max(Comparator.comparingInt(String::length).thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            Map<String, Set<String>> words = row.words();
            place.add(searched.stream()
                    .flatMap(path -> words.get(path).stream())
                    .filter(word -> word.startsWith(longest))
                    .min(texts)
                    .orElseThrow());
        }
        for (Sort sort : query.sort()) {
            Field field = row.type().field(sort.field()).orElseThrow();
            place.add(ModelConditions.comparable(field, row.value(sort.field())));
        }
        place.add(row.id());
        return place;
    }

    /** Nothing comes last, up or down; equals come by their ids, in the direction of the last field. */
    private static Comparator<List<Object>> order(ModelConditions conditions, Query query) {
        List<Boolean> descending = new ArrayList<>();
        if (isByWord(query)) {
            descending.add(false);
        }
        query.sort().forEach(sort -> descending.add(sort.descending()));
        descending.add(!query.sort().isEmpty()
                && query.sort().get(query.sort().size() - 1).descending());
        return (first, second) -> {
            for (int i = 0; i < descending.size(); i++) {
                Object one = first.get(i);
                Object other = second.get(i);
                int order = one == null || other == null
                        ? Boolean.compare(one == null, other == null)
                        : descending.get(i) ? conditions.compare(other, one) : conditions.compare(one, other);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    /** A record of an answer, with what it refers to. */
    ObjectNode item(Caller caller, Query query, Row row) {
        Set<String> names = null;
        if (query.fields() != null) {
            names = new HashSet<>(query.fields());
            names.addAll(query.expand());
        }
        ObjectNode item = ModelJson.record(row, access.hidden(caller, row.type()), names);
        if (!query.expand().isEmpty()) {
            ObjectNode expanded = item.putObject("@expanded");
            for (String name : query.expand()) {
                Ref ref = reference(row.type().field(name).orElseThrow(), row.value(name));
                Optional<Row> target = ref == null
                        ? Optional.empty()
                        : find(ref.type(), ref.id())
                                .filter(found -> !found.isBinned() && access.reaches(caller, found, ModelAccess.READ));
                expanded.set(
                        name,
                        target.map(found -> ModelJson.record(found, access.hidden(caller, found.type()), null))
                                .orElse(null));
            }
        }
        return item;
    }

    /** The values that the records of a type have in a field. */
    Collection<Object> values(Type type, Field field) {
        return all(type.name())
                .map(row -> row.value(field.name()))
                .filter(value -> value != null)
                .toList();
    }

    /** What a part's texts are, for questions that find them. */
    Stream<Object> texts(Type type, Part part) {
        return all(type.name())
                .map(row -> row.value(part.name()))
                .filter(List.class::isInstance)
                .flatMap(items -> ((List<?>) items).stream())
                .flatMap(item -> part.fields().stream()
                        .filter(field -> field.kind() == FieldKind.TEXT)
                        .map(field -> (Object) ((Map<?, ?>) item).get(field.name())))
                .filter(text -> text != null);
    }
}
