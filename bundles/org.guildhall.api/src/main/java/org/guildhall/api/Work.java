/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a plugin's code does with records, all in the transaction of the call that runs it; used on the thread that it was
 * handed to, and no longer than the method runs. Every change goes through the rules of its type and into the journal.
 *
 * <p>In an {@link Operation} it may do what both the plugin and the caller may: of another plugin's types the plugin may
 * what it declares with {@link Uses}, of its own everything. In a {@link RecordRule} and {@link RecordDefaults} it acts
 * for the plugin alone and sees what the caller may not. What is not allowed is a {@link Problem} of kind FORBIDDEN; a
 * record that can't be seen is NOT_FOUND.
 */
@ProviderType
public interface Work {
    /** The circumstances of the call. */
    CallContext context();

    /** The one time of everything that the call does. */
    default Instant now() {
        return context().time();
    }

    /**
     * A record of the plugin's own, locked, as an entity to be changed. When the method has run, what is different in it is
     * checked, stored and journaled like any other change.
     */
    <T> T own(Class<T> type, long id);

    /** A live record. */
    Values read(String type, long id);

    /** A live record, or nothing where it can't be seen. */
    Optional<Values> find(String type, long id);

    /** A page of records; it finds what the work has changed before. */
    Page query(String type, Query query);

    /**
     * Waits until no other call changes a record, and keeps them from it until this one ends. Who locks several takes them
     * by type and id, so that nobody waits in a circle.
     */
    void lock(String type, long id);

    Values create(String type, Values values);

    /** Changes the fields that are named; {@code null} empties one. */
    Values update(String type, long id, Values changes);

    /** Puts a record into the bin. */
    void delete(String type, long id);

    /**
     * Writes an event of a record into the journal.
     *
     * @param event a past tense that the record's type declares with {@link Emits}
     */
    void emit(String event, Ref on);

    /**
     * Begins a job of the plugin's when this unit of work is committed. It does what its owner may, who is the caller.
     *
     * @param name which {@link JobHandler} does it
     * @param input what it is to do; at most 1 MiB of text
     * @return the job's id
     */
    long job(String name, JsonObject input);

    /**
     * Sets a timer of the plugin's on a record, in place of the one of this name that is set on it.
     *
     * @param name which {@link TimerHandler} does it
     */
    void timer(String name, Ref on, Instant due);

    /** Takes a timer back, if it is set. */
    void cancelTimer(String name, Ref on);
}
