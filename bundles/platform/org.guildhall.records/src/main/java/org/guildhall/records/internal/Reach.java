/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.guildhall.api.CallContext;
import org.guildhall.api.Condition;
import org.guildhall.api.Ids;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordQuery.Target;
import org.guildhall.api.platform.RecordReader;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;
import org.guildhall.api.platform.TypeAccess;
import org.guildhall.api.platform.ValuesFormat;
import org.guildhall.api.platform.Visibility;

/** Which records of which types a caller reaches, with types that hang on others and with the conditions of policies. */
final class Reach {
    /** Everything may be done with a type. */
    static final TypeAccess EVERYTHING = everything();

    private final Access access;
    private final RecordTypes types;
    private final ValuesFormat format;

    Reach(Access access, RecordTypes types, ValuesFormat format) {
        this.access = access;
        this.types = types;
        this.format = format;
    }

    private static TypeAccess everything() {
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            verbs.put(verb, Visibility.EVERYTHING);
        }
        return new TypeAccess(verbs, Set.of(), Set.of());
    }

    TypeAccess of(CallContext context, RecordType type) {
        TypeAccess roles = access.of(context, type);
        if (type.parent().isEmpty()) {
            return roles.verbs().values().stream().anyMatch(Reach::hasConditions)
                    ? withTypedConditions(context, type, roles)
                    : roles;
        }
        Visibility seen = onParent(context, type.parent().get(), Verb.READ);
        Visibility changed = onParent(context, type.parent().get(), Verb.UPDATE);
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        for (Verb verb : Verb.values()) {
            Visibility reached = verb == Verb.READ || verb == Verb.EXPORT ? seen : changed;
            if (!reached.isNothing()) {
                verbs.put(verb, reached);
            }
        }
        return new TypeAccess(verbs, roles.hidden(), roles.readOnly());
    }

    private Visibility onParent(CallContext context, RecordField field, Verb verb) {
        Map<RecordType, Visibility> parents = new LinkedHashMap<>();
        List<RecordType> candidates = field.target() == null
                ? types.all()
                : types.find(field.target()).stream().toList();
        for (RecordType candidate : candidates) {
            // One that hangs on another itself would make a chain without an end.
            if (candidate.parent().isEmpty()) {
                Visibility visibility = of(context, candidate).visibility(verb);
                if (!visibility.isNothing()) {
                    parents.put(candidate, visibility);
                }
            }
        }
        return new Visibility.OnParent(field.name(), parents);
    }

    private static boolean hasConditions(Visibility visibility) {
        return visibility instanceof Visibility.Rows rows && !rows.conditions().isEmpty();
    }

    private TypeAccess withTypedConditions(CallContext context, RecordType type, TypeAccess roles) {
        Map<Verb, Visibility> verbs = new EnumMap<>(Verb.class);
        roles.verbs().forEach((verb, visibility) -> {
            Visibility.Rows rows = (Visibility.Rows) visibility;
            // A policy is the server's: it looks at all records and fields behind its references.
            Conditions conditions = new Conditions(context, format, field -> types.find(field.target())
                    .map(target -> new Target(field.name(), target, Visibility.EVERYTHING)));
            List<Condition> typed = rows.conditions().stream()
                    .map(condition -> conditions.typed(type, condition))
                    .toList();
            conditions.throwIfAny();
            verbs.put(
                    verb,
                    new Visibility.Rows(
                            rows.all(),
                            rows.owners(),
                            rows.teams(),
                            rows.grantees(),
                            rows.changing(),
                            typed,
                            conditions.targets()));
        });
        return new TypeAccess(verbs, roles.hidden(), roles.readOnly());
    }

    /** What the caller may do with a type; FORBIDDEN when a verb is not among it. */
    TypeAccess require(CallContext context, RecordType type, Verb verb) {
        TypeAccess granted = of(context, type);
        require(granted, type, verb);
        return granted;
    }

    static void require(TypeAccess granted, RecordType type, Verb verb) {
        if (!granted.allows(verb)) {
            throw forbidden(type, verb);
        }
    }

    static Problem forbidden(RecordType type, Verb verb) {
        return Problem.of(
                Problem.Kind.FORBIDDEN,
                "access.forbidden",
                verb.name().toLowerCase(java.util.Locale.ROOT),
                type.name());
    }

    /** A type and the fields of it that the caller sees; nothing where the caller sees no record of it. */
    Optional<Target> target(CallContext context, RecordField reference) {
        return types.find(reference.target()).flatMap(type -> {
            TypeAccess granted = of(context, type);
            return granted.allows(Verb.READ)
                    ? Optional.of(new Target(
                            reference.name(), Mask.seen(type, granted.hidden()), granted.visibility(Verb.READ)))
                    : Optional.empty();
        });
    }

    /** The live record, that the caller sees and may treat so; NOT_FOUND and FORBIDDEN else. */
    static Values record(RecordReader reader, RecordType type, TypeAccess granted, Verb verb, long id) {
        return required(reader, type, granted, verb, reader.find(type, id, granted.visibility(Verb.READ)), id);
    }

    private static Values required(
            RecordReader reader, RecordType type, TypeAccess granted, Verb verb, Optional<Values> found, long id) {
        Values record = found.orElseThrow(() -> Problem.notFound(type.name(), Ids.format(id)));
        Visibility visibility = granted.visibility(verb);
        if (!visibility.equals(granted.visibility(Verb.READ))
                && !visibility.isEverything()
                && reader.existing(type, Set.of(id), false, visibility).isEmpty()) {
            throw forbidden(type, verb);
        }
        return record;
    }

    /** The record in the bin that the caller may treat so; NOT_FOUND where the caller would not see it alive. */
    static Values binned(RecordReader reader, RecordType type, TypeAccess granted, Verb verb, long id) {
        return reader.findBinned(type, id, granted.visibility(verb))
                .orElseThrow(() -> reader.findBinned(type, id, granted.visibility(Verb.READ))
                                .isPresent()
                        ? forbidden(type, verb)
                        : Problem.notFound(type.name(), Ids.format(id)));
    }
}
