/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.customer;

import java.time.LocalDate;
import javax.persistence.Column;
import javax.persistence.Entity;
import org.guildhall.api.CrmRecord;
import org.guildhall.model.StoredRecord;

/** A person. */
@Entity
@CrmRecord(plural = "contacts")
public class Contact extends StoredRecord {
    @Column(length = 100)
    private String firstName;

    @Column(length = 100)
    private String lastName;

    @Column(length = 254)
    private String email;

    @Column(length = 40)
    private String phone;

    private LocalDate birthDate;

    @Column(length = 200)
    private String street;

    @Column(length = 100)
    private String city;

    @Column(length = 100)
    private String state;

    @Column(length = 20)
    private String postalCode;

    @Column(length = 2)
    private String country;

    @Column(length = 40)
    private String nationalId;
}
