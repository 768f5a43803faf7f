/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A named action on a record, such as the confirmation of an appointment; a service with {@link ForRecord} and
 * {@link Operates}. Input and output are Java records, whose components are like the fields of an entity, with the same
 * classes and annotations; {@code Void} where there is none.
 *
 * @param <I> what the caller gives
 * @param <O> what the caller gets
 */
@ConsumerType
public interface Operation<I, O> {
    /**
     * Runs inside the transaction of the call, once its caller is known to see the record and to have the permission, and
     * its input has been checked. What it throws ends the call and leaves nothing: a {@link Problem} reaches the caller.
     */
    O run(Ref on, I input, Work work);
}
