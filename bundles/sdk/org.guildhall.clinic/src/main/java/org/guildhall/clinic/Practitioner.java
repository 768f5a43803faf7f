/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.clinic;

import javax.persistence.Column;
import javax.persistence.Entity;
import org.guildhall.api.CrmRecord;
import org.guildhall.model.StoredRecord;

/** Who treats patients. */
@Entity
@CrmRecord(plural = "practitioners")
public class Practitioner extends StoredRecord {
    @Column(length = 100, nullable = false)
    private String name;

    @Column(length = 100)
    private String speciality;
}
