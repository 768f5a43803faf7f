/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.guildhall.api.Condition;
import org.guildhall.api.platform.FieldKind;

/** The record types of a plugin that a seed stands for, and its sources. */
final class RandomTypes {
    /** What is shown with the permission {@code secret} alone. */
    static final String PERMISSION = "secret";

    static final String USER = "security.user";
    static final String TEAM = "security.team";

    /** Callers whose name begins so are narrowed by the policy. */
    static final String NARROWED = "narrow";

    /** Some that begin with others, hold others, and differ in case alone. */
    static final List<String> CHOICES = List.of("red", "rED", "reddish", "darkRed", "b", "blue");

    private static final List<String> ENTITIES = List.of("Apple", "Birch", "Cedar");

    private static final List<FieldKind> KINDS = List.of(
            FieldKind.TEXT,
            FieldKind.TEXT,
            FieldKind.EMAIL,
            FieldKind.INTEGER,
            FieldKind.INTEGER,
            FieldKind.DECIMAL,
            FieldKind.BOOLEAN,
            FieldKind.DATE,
            FieldKind.INSTANT,
            FieldKind.CHOICE,
            FieldKind.CHOICES,
            FieldKind.LANGUAGE,
            FieldKind.COUNTRY,
            FieldKind.MONEY,
            FieldKind.LOCAL_DATE_TIME,
            FieldKind.LONG_TEXT,
            FieldKind.REFERENCE,
            FieldKind.REFERENCE_TO_ANY);

    private static final List<Field> PLATFORM = List.of(
            new Field("id", FieldKind.REFERENCE, 0, 0, null, Set.of(Mark.PLATFORM)),
            new Field("version", FieldKind.INTEGER, 0, 0, null, Set.of(Mark.PLATFORM)),
            new Field("owner", FieldKind.REFERENCE, 0, 0, USER, Set.of(Mark.PLATFORM)),
            new Field("team", FieldKind.REFERENCE, 0, 0, TEAM, Set.of(Mark.PLATFORM)),
            new Field("createdAt", FieldKind.INSTANT, 0, 0, null, Set.of(Mark.PLATFORM)),
            new Field("createdBy", FieldKind.REFERENCE, 0, 0, USER, Set.of(Mark.PLATFORM)),
            new Field("changedAt", FieldKind.INSTANT, 0, 0, null, Set.of(Mark.PLATFORM)),
            new Field("changedBy", FieldKind.REFERENCE, 0, 0, USER, Set.of(Mark.PLATFORM)));

    private final Random random;
    private final String plugin;
    private final List<Type> types = new ArrayList<>();
    private Policy policy;

    /** What else is true of a field. */
    enum Mark {
        PLATFORM,
        SEARCHABLE,
        /** In a list index. */
        LISTED,
        REQUIRED,
        RESTRICTED,
        /** The record that it refers to is the one that the record hangs on. */
        PARENT
    }

    /**
     * A field.
     *
     * @param length the most characters, or the most digits
     * @param target the type that it refers to, or null
     */
    record Field(String name, FieldKind kind, int length, int scale, String target, Set<Mark> marks) {
        boolean is(Mark mark) {
            return marks.contains(mark);
        }

        Field with(Mark mark) {
            Set<Mark> more = EnumSet.of(mark);
            more.addAll(marks);
            return new Field(name, kind, length, scale, target, more);
        }

        /** Whether it compares without regard to case and accents. */
        boolean isKeyed() {
            return (kind == FieldKind.TEXT || kind == FieldKind.EMAIL) && (is(Mark.SEARCHABLE) || is(Mark.LISTED));
        }

        boolean isOrderedText() {
            return isKeyed() || kind == FieldKind.LANGUAGE || kind == FieldKind.COUNTRY;
        }

        boolean isOrdered() {
            return switch (kind) {
                case INTEGER, DECIMAL, MONEY, DATE, INSTANT, LOCAL_DATE_TIME -> true;
                default -> isOrderedText();
            };
        }

        boolean isSortable() {
            return switch (kind) {
                case INTEGER, DECIMAL, DATE, INSTANT, BOOLEAN, CHOICE, REFERENCE -> true;
                default -> isOrderedText();
            };
        }

        boolean isReference() {
            return kind == FieldKind.REFERENCE_TO_ANY || target != null;
        }
    }

    /** Parts that are nested in a record. */
    record Part(String name, String entity, List<Field> fields) {}

    /** A record type; its own fields come behind the platform's. */
    record Type(String name, String plural, List<Field> fields, List<Part> parts, List<String> listIndexes) {
        Optional<Field> field(String field) {
            return fields.stream().filter(one -> one.name().equals(field)).findFirst();
        }

        Optional<Part> part(String part) {
            return parts.stream().filter(one -> one.name().equals(part)).findFirst();
        }

        List<Field> own() {
            return fields.stream().filter(field -> !field.is(Mark.PLATFORM)).toList();
        }

        Optional<Field> parent() {
            return fields.stream().filter(field -> field.is(Mark.PARENT)).findFirst();
        }

        /** The fields that quick find looks into, those of parts as {@code part.field}. */
        List<String> searched() {
            return Stream.concat(
                            fields.stream()
                                    .filter(field -> field.is(Mark.SEARCHABLE))
                                    .map(Field::name),
                            parts.stream().flatMap(part -> part.fields().stream()
                                    .filter(field -> field.is(Mark.SEARCHABLE))
                                    .map(field -> part.name() + "." + field.name())))
                    .toList();
        }

        /** Everything that a role may hide. */
        List<String> paths() {
            List<String> paths = new ArrayList<>();
            fields.stream().map(Field::name).filter(name -> !isAlwaysSeen(name)).forEach(paths::add);
            for (Part part : parts) {
                paths.add(part.name());
                part.fields().forEach(field -> paths.add(part.name() + "." + field.name()));
            }
            return paths;
        }
    }

    /** What narrowed callers reach of a type. */
    record Policy(Type type, Condition condition) {}

    /** Users and teams as conditions see them: what else they have, no question asks for. */
    static final Type USERS = new Type(USER, "users", List.of(PLATFORM.get(0), named()), List.of(), List.of());

    static final Type TEAMS = new Type(TEAM, "teams", List.of(PLATFORM.get(0), named()), List.of(), List.of());

    RandomTypes(long seed) {
        this.random = new Random(seed);
        this.plugin = "random" + seed;
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            String entity = ENTITIES.get(i);
            boolean hanging = i > 0 && i == count - 1 && random.nextInt(3) > 0;
            types.add(type(entity, count, hanging, seed));
        }
        if (random.nextBoolean()) {
            policy = policy(types.get(0));
        }
    }

    static boolean isAlwaysSeen(String field) {
        return field.equals("id") || field.equals("version");
    }

    private static Field named() {
        return new Field("name", FieldKind.TEXT, 100, 0, null, Set.of(Mark.SEARCHABLE, Mark.REQUIRED));
    }

    String plugin() {
        return plugin;
    }

    List<Type> all() {
        return types;
    }

    Optional<Type> find(String name) {
        return Stream.concat(types.stream(), Stream.of(USERS, TEAMS))
                .filter(type -> type.name().equals(name))
                .findFirst();
    }

    Optional<Policy> policy() {
        return Optional.ofNullable(policy);
    }

    private Type type(String entity, int count, boolean hanging, long seed) {
        List<Field> fields = new ArrayList<>(PLATFORM);
        // At least these, so that each way of asking finds something.
        fields.add(field(FieldKind.TEXT, fields.size(), count).with(Mark.SEARCHABLE));
        fields.add(field(FieldKind.TEXT, fields.size(), count));
        fields.add(field(FieldKind.REFERENCE, fields.size(), count));
        int more = 5 + random.nextInt(5);
        for (int i = 0; i < more; i++) {
            fields.add(marked(field(KINDS.get(random.nextInt(KINDS.size())), fields.size(), count)));
        }
        if (hanging) {
            boolean any = random.nextInt(3) == 0;
            fields.add(new Field(
                    "hangsOn",
                    any ? FieldKind.REFERENCE_TO_ANY : FieldKind.REFERENCE,
                    0,
                    0,
                    any ? null : name(ENTITIES.get(0)),
                    Set.of(Mark.PARENT, Mark.REQUIRED)));
        }
        List<String> indexes = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            indexes.add(listIndex(fields));
        }
        List<Part> parts = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            Field text = field(FieldKind.TEXT, 1, count).with(Mark.SEARCHABLE);
            Field number = field(FieldKind.INTEGER, 2, count);
            parts.add(new Part(
                    "pieces",
                    entity + "Piece",
                    List.of(text, random.nextInt(4) == 0 ? number.with(Mark.RESTRICTED) : number)));
        }
        return new Type(
                name(entity), entity.toLowerCase(Locale.ROOT) + "s" + seed, List.copyOf(fields), parts, indexes);
    }

    private String name(String entity) {
        return plugin + "." + entity.toLowerCase(Locale.ROOT);
    }

    private Field field(FieldKind kind, int number, int count) {
        int length = 0;
        int scale = 0;
        if (kind == FieldKind.TEXT) {
            length = random.nextInt(4) == 0 ? 12 : 255;
        } else if (kind == FieldKind.LONG_TEXT) {
            length = 1_000;
        } else if (kind == FieldKind.EMAIL) {
            length = 254;
        } else if (kind == FieldKind.DECIMAL) {
            scale = List.of(0, 2, 6).get(random.nextInt(3));
            length = scale + List.of(3, 19, 25).get(random.nextInt(3));
        }
        return new Field(
                kind.outerName() + number,
                kind,
                length,
                scale,
                kind == FieldKind.REFERENCE ? name(ENTITIES.get(random.nextInt(count))) : null,
                Set.of());
    }

    private Field marked(Field field) {
        Field marked = field;
        boolean text = field.kind() == FieldKind.TEXT || field.kind() == FieldKind.EMAIL;
        marked = text && random.nextInt(3) == 0 ? marked.with(Mark.SEARCHABLE) : marked;
        marked = random.nextInt(6) == 0 && !field.isReference() ? marked.with(Mark.REQUIRED) : marked;
        return random.nextInt(8) == 0 ? marked.with(Mark.RESTRICTED) : marked;
    }

    /** An index over one or two fields, whose texts get a sort key. */
    private String listIndex(List<Field> fields) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            List<Integer> places = Stream.iterate(0, place -> place < fields.size(), place -> place + 1)
                    .filter(place -> !fields.get(place).is(Mark.PLATFORM))
                    .filter(place -> !names.contains(fields.get(place).name()))
                    .filter(place -> !names.contains("-" + fields.get(place).name()))
                    .filter(place -> fields.get(place).isSortable()
                            || fields.get(place).kind() == FieldKind.TEXT
                            || fields.get(place).kind() == FieldKind.EMAIL)
                    .toList();
            int place = places.get(random.nextInt(places.size()));
            fields.set(place, fields.get(place).with(Mark.LISTED));
            names.add((random.nextInt(3) == 0 ? "-" : "") + fields.get(place).name());
        }
        return names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
    }

    private Policy policy(Type type) {
        Field text = type.own().get(0);
        Field reference = type.own().get(2);
        Condition early = new Condition.Compare(text.name(), Condition.Operator.LESS, "m");
        Condition referring = Condition.not(Condition.isNull(reference.name() + ".id"));
        return new Policy(
                type,
                switch (random.nextInt(4)) {
                    case 0 -> Condition.not(early);
                    case 1 -> Condition.any(Condition.isNull(text.name()), referring);
                    case 2 -> Condition.any(early, referring);
                    default -> Condition.not(Condition.equal("owner", "@me"));
                });
    }

    /** The plugin's sources, to be built. */
    PluginJar sources() {
        PluginJar jar = PluginTests.plugin(plugin, 1);
        for (Type type : types) {
            String entity = entity(type.name());
            jar.source(
                    plugin + "/" + entity + ".java",
                    PluginTests.record(
                            plugin,
                            "(plural = \"" + type.plural() + "\")"
                                    + type.listIndexes().stream()
                                            .map(index -> " @ListIndex({" + index + "})")
                                            .collect(Collectors.joining()),
                            entity,
                            source(type.own())));
            for (Part part : type.parts()) {
                jar.source(
                        plugin + "/" + part.entity() + ".java",
                        PluginTests.record(
                                plugin,
                                "@PartOf(value = \"" + type.name() + "\", field = \"" + part.name() + "\")",
                                part.entity(),
                                source(part.fields())));
            }
        }
        if (policy != null) {
            jar.source(plugin + "/Narrowing.java", source(policy));
        }
        return jar.resource(
                "OSGI-INF/guildhall/choices.yaml",
                "shade:\n  choices:\n"
                        + CHOICES.stream()
                                .map(choice -> "    - name: " + choice + "\n")
                                .collect(Collectors.joining()));
    }

    private static String entity(String name) {
        String entity = name.substring(name.indexOf('.') + 1);
        return entity.substring(0, 1).toUpperCase(Locale.ROOT) + entity.substring(1);
    }

    private String source(List<Field> fields) {
        return fields.stream()
                .map(field -> marks(field) + " private " + declaration(field) + " " + field.name() + ";\n")
                .collect(Collectors.joining());
    }

    private static String marks(Field field) {
        return (field.is(Mark.SEARCHABLE) ? "@Searchable " : "")
                + (field.is(Mark.REQUIRED) ? "@javax.validation.constraints.NotNull " : "")
                + (field.is(Mark.RESTRICTED) ? "@Restricted(\"" + PERMISSION + "\") " : "")
                + (field.is(Mark.PARENT) ? "@OnRecord " : "");
    }

    private String declaration(Field field) {
        String shade = "@Choice(\"" + plugin + ".shade\") ";
        return switch (field.kind()) {
            case TEXT, LONG_TEXT -> "@Size(max = " + field.length() + ") String";
            case EMAIL, LANGUAGE, COUNTRY -> "@Format(TextFormat." + field.kind() + ") String";
            case INTEGER -> "Long";
            case DECIMAL ->
                "@javax.validation.constraints.Digits(integer = " + (field.length() - field.scale()) + ", fraction = "
                        + field.scale() + ") java.math.BigDecimal";
            case BOOLEAN -> "Boolean";
            case DATE -> "java.time.LocalDate";
            case INSTANT -> "java.time.Instant";
            case CHOICE -> shade + "String";
            case CHOICES -> shade + "Choices";
            case MONEY -> "Money";
            case LOCAL_DATE_TIME -> "LocalDateTimeInZone";
            case REFERENCE -> "@Refers(value = \"" + field.target() + "\", onDelete = OnDelete.KEEP) Long";
            case REFERENCE_TO_ANY -> "@Refers(onDelete = OnDelete.KEEP) Ref";
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private String source(Policy narrowing) {
        return "package " + plugin + ";\nimport org.guildhall.api.*;\n"
                + "@org.osgi.service.component.annotations.Component @ForRecord(\""
                + narrowing.type().name() + "\")\n"
                + "public class Narrowing implements AccessPolicy {\n"
                + "    public java.util.Optional<Condition> reachable(Caller caller, Verb verb) {\n"
                + "        return caller.name().startsWith(\"" + NARROWED + "\") ? java.util.Optional.of("
                + source(narrowing.condition()) + ") : java.util.Optional.empty();\n    }\n}\n";
    }

    private static String source(Condition condition) {
        if (condition instanceof Condition.Not not) {
            return "Condition.not(" + source(not.condition()) + ")";
        }
        if (condition instanceof Condition.Any any) {
            return "Condition.any("
                    + any.conditions().stream().map(RandomTypes::source).collect(Collectors.joining(", ")) + ")";
        }
        if (condition instanceof Condition.IsNull isNull) {
            return "Condition.isNull(\"" + isNull.field() + "\")";
        }
        Condition.Compare compare = (Condition.Compare) condition;
        return "new Condition.Compare(\"" + compare.field() + "\", Condition.Operator." + compare.operator() + ", \""
                + compare.value() + "\")";
    }

    @Override
    public String toString() {
        return types.stream()
                .map(type -> type.plural() + " "
                        + type.own().stream()
                                .map(field -> field.name() + field.marks())
                                .toList())
                .collect(Collectors.joining("\n"));
    }
}
