/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.customer;

import java.time.LocalDate;
import javax.persistence.Entity;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Format;
import org.guildhall.api.Personal;
import org.guildhall.api.Searchable;
import org.guildhall.api.TextFormat;
import org.guildhall.model.StoredRecord;

/** A person. */
@Entity
@CrmRecord(plural = "contacts", title = "{firstName} {lastName}")
@DataSubject
public class Contact extends StoredRecord {
    @Size(max = 100)
    @Searchable
    @Personal
    private String firstName;

    @Size(max = 100)
    @Searchable
    @Personal
    private String lastName;

    @Format(TextFormat.EMAIL)
    @Searchable
    @Personal
    private String email;

    @Format(TextFormat.PHONE)
    @Personal
    private String phone;

    @Personal
    private LocalDate birthDate;

    @Size(max = 200)
    @Personal
    private String street;

    @Size(max = 100)
    @Searchable
    @Personal
    private String city;

    @Size(max = 100)
    @Personal
    private String state;

    @Size(max = 20)
    @Personal
    private String postalCode;

    @Format(TextFormat.COUNTRY)
    @Personal
    private String country;

    @Size(max = 40)
    @Personal
    private String nationalId;
}
