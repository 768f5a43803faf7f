/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.model;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Id;
import javax.persistence.MappedSuperclass;
import javax.persistence.Version;

/** What every record has; the platform alone writes it. */
@MappedSuperclass
public abstract class StoredRecord {
    @Id
    private long id;

    @Version
    private long version;

    private Long owner;

    private Long team;

    /** 0 for a live record, its own id for one in the bin. */
    private long bin;

    @Column(nullable = false)
    private Instant createdAt;

    private long createdBy;

    @Column(nullable = false)
    private Instant changedAt;

    private long changedBy;

    public long id() {
        return id;
    }

    /** 1 for a new record, one more with each change. */
    public long version() {
        return version;
    }

    /** The user who owns the record, if any. */
    public Long owner() {
        return owner;
    }

    /** The team that owns the record, if any. */
    public Long team() {
        return team;
    }

    public boolean isBinned() {
        return bin != 0;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** The user who made the record. */
    public long createdBy() {
        return createdBy;
    }

    public Instant changedAt() {
        return changedAt;
    }

    /** The user who changed the record last. */
    public long changedBy() {
        return changedBy;
    }
}
