/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.security.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.guildhall.api.Choices;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.RecordRule;
import org.guildhall.api.Values;
import org.guildhall.api.Work;
import org.guildhall.api.platform.Access;
import org.guildhall.api.platform.PlatformWork;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Transaction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Roles are for those to write who may give permissions, and mean something. */
@Component
@ForRecord("security.role")
public final class RoleRule implements RecordRule {
    private static final Pattern PATTERN = Pattern.compile(Permissions.GRAMMAR);
    private static final Pattern TYPE = Pattern.compile(RecordType.QUALIFIED_GRAMMAR);
    /** The fields of an administrator begin with {@code x_}. */
    private static final String FIELD = "(x_)?" + RecordType.GRAMMAR;

    private static final Pattern PATH = Pattern.compile(FIELD + "(\\." + FIELD + ")?");

    private final Access access;

    @Activate
    public RoleRule(@Reference Access access) {
        this.access = access;
    }

    @Override
    public List<Finding> check(Change change, Work work) {
        if (!access.allows(work.context(), Permissions.GRANT)) {
            throw Permissions.grantNeeded();
        }
        List<Finding> findings = new ArrayList<>();
        findings.addAll(check(change, "permissions", "type", PATTERN, "security.role-type"));
        findings.addAll(find(
                change,
                "permissions",
                (item, place) -> item.get("verbs") instanceof Choices verbs
                                && verbs.names().isEmpty()
                        ? new Finding(place + "verbs", "field.required", place + "verbs")
                        : null));
        findings.addAll(check(change, "fieldRules", "type", TYPE, "security.role-rule-type"));
        findings.addAll(check(change, "fieldRules", "field", PATH, "security.role-field"));
        findings.addAll(check(change, "grants", "permission", PATTERN, "security.role-permission"));
        if (findings.isEmpty()) {
            Transaction transaction = ((PlatformWork) work).transaction();
            access.changed(transaction);
            if (Administrators.endWithRole(transaction.connection(), change)) {
                findings.add(new Finding("grants", "security.last-administrator"));
            }
        }
        return findings;
    }

    private static List<Finding> check(Change change, String part, String field, Pattern grammar, String code) {
        return find(
                change,
                part,
                (item, place) -> item.get(field) instanceof String text
                                && !grammar.matcher(text).matches()
                        ? new Finding(place + field, code, place + field)
                        : null);
    }

    private static List<Finding> find(Change change, String part, BiFunction<Values, String, Finding> check) {
        List<Finding> findings = new ArrayList<>();
        List<Values> items = NestedParts.of(change.after(), part);
        for (int i = 0; i < items.size(); i++) {
            Finding finding = check.apply(items.get(i), part + "[" + i + "].");
            if (finding != null) {
                findings.add(finding);
            }
        }
        return findings;
    }
}
