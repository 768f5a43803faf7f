/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.model;

import javax.persistence.Id;
import javax.persistence.MappedSuperclass;
import javax.persistence.Version;

/** What every part has; the platform alone writes it. */
@MappedSuperclass
public abstract class StoredPart {
    @Id
    private long id;

    @Version
    private long version;

    private long parent;

    private int position;

    public long id() {
        return id;
    }

    /** 1 for a new part, one more with each change. */
    public long version() {
        return version;
    }

    /** The record that it is a part of. */
    public long parent() {
        return parent;
    }

    /** Its place among its siblings, from 0. */
    public int position() {
        return position;
    }
}
