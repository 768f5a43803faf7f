/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.testkit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiFunction;
import org.guildhall.api.CallContext;
import org.guildhall.api.Caller;
import org.guildhall.api.Problem;
import org.guildhall.api.Query;
import org.guildhall.api.Values;
import org.guildhall.api.platform.Journal;
import org.guildhall.api.platform.RecordOperation;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.RecordTypes;

/**
 * The records as one caller reaches them, through the same pipeline as over REST: access, defaults, rules, journal. Types are
 * named as everywhere, {@code clinic.appointment} or {@code appointments}. What is refused is a {@link Problem}. May be used
 * by several threads at once.
 */
public final class Records {
    private final TestFramework framework;
    private final Caller caller;

    Records(TestFramework framework, Caller caller) {
        this.framework = framework;
        this.caller = caller;
    }

    /** Who calls. */
    public Caller caller() {
        return caller;
    }

    /** Makes a record; gives it as it is stored, with its {@code id} and {@code version}. */
    public Values create(String type, Values values) {
        return call((service, of) -> service.create(context(), of, values, null), type);
    }

    /** A record; NOT_FOUND when there is none that the caller may see. */
    public Values read(String type, long id) {
        return call((service, of) -> service.read(context(), of, id), type);
    }

    /** Changes the fields that are named, of whichever version; {@code null} empties one. */
    public Values update(String type, long id, Values changes) {
        return call((service, of) -> service.update(context(), of, id, 0, changes), type);
    }

    /** The same, when the record has the version still; else CONFLICT. */
    public Values update(String type, long id, long version, Values changes) {
        return call((service, of) -> service.update(context(), of, id, version, changes), type);
    }

    /** Puts a record into the bin. */
    public void delete(String type, long id) {
        call(
                (service, of) -> {
                    service.delete(context(), of, id, 0);
                    return null;
                },
                type);
    }

    /** Takes a record out of the bin. */
    public Values restore(String type, long id) {
        return call((service, of) -> service.restore(context(), of, id), type);
    }

    /** The records of a page. */
    public List<Values> query(String type, Query query) {
        return call((service, of) -> service.query(context(), of, query).items(), type);
    }

    /** What happened to a record, the first first: {@code create}, {@code update} and the like, and events of its type. */
    public List<String> history(String type, long id) {
        List<String> verbs = new ArrayList<>(
                call((service, of) -> service.history(context(), of, id, 0, Query.MAX_LIMIT), type).stream()
                        .map(Journal.Entry::verb)
                        .toList());
        Collections.reverse(verbs);
        return verbs;
    }

    /**
     * Runs an operation on a record.
     *
     * @param operation the name that {@link org.guildhall.api.Operates} gives it
     * @param input the components of its input
     * @return the components of its output
     */
    public Values operate(String type, long id, String operation, Values input) {
        return call(
                (service, of) -> {
                    RecordOperation found = service.operation(of, operation)
                            .orElseThrow(() -> new IllegalArgumentException(of.name() + " has no operation " + operation
                                    + ": it is a component with @ForRecord and @Operates."));
                    return service.operate(context(), of, id, found, input);
                },
                type);
    }

    private <T> T call(BiFunction<RecordService, RecordType, T> body, String type) {
        return TestFramework.inside(() -> body.apply(
                framework.service(RecordService.class),
                framework.service(RecordTypes.class).get(type)));
    }

    private CallContext context() {
        return new CallContext(
                caller,
                "test",
                UUID.randomUUID().toString(),
                Locale.ENGLISH,
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
