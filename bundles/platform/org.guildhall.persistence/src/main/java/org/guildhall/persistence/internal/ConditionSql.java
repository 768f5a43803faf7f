/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.All;
import org.guildhall.api.Condition.Any;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.In;
import org.guildhall.api.Condition.IsNull;
import org.guildhall.api.Condition.Not;
import org.guildhall.api.Condition.Prefix;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordQuery.Target;
import org.guildhall.api.platform.RecordType;
import org.guildhall.api.platform.Visibility;
import org.guildhall.persistence.internal.TypeTable.FieldColumns;

/**
 * Conditions and visibilities as SQL. Every condition is true or false, never unknown: one on an empty column is false, and
 * its negation true.
 */
final class ConditionSql {
    /** Of the records behind a reference: of more, the rows are walked through in the order that is wanted. */
    private static final int MOST_BEHIND = 2_048;
    /** Of the records with a word, whose table is the longer one, so that a walk through it takes longer. */
    private static final int MOST_WITH_WORD = 4_096;

    private static final int LOOK_SECONDS = 10;

    private final Dialect dialect;
    private final Connection connection;
    private final Tables tables;
    private int depth;
    private boolean mayLead;
    private Lead lead;
    private boolean walking;
    private final Map<String, List<Long>> found = new HashMap<>();

    /**
     * Few records of another table, by which those that refer to them are found.
     *
     * @param from the table with its alias
     * @param key what is unique there
     * @param value the column that is to equal it
     */
    record Lead(String from, String key, String value, Sql condition) {}

    /** Finds the tables of types. */
    interface Tables {
        TypeTable of(String type) throws SQLException;
    }

    ConditionSql(Dialect dialect, Connection connection, Tables tables) {
        this.dialect = dialect;
        this.connection = connection;
        this.tables = tables;
    }

    /** Whether a condition holds for so many records that it is best to look at each row in the order that is wanted. */
    boolean isWalking() {
        return walking;
    }

    /**
     * Adds what is asked of the rows of the alias r, but for what {@link #lead} says.
     *
     * @param leads whether the rows may be found by others
     */
    void filter(Sql out, TypeTable table, Condition filter, List<Target> targets, boolean leads) throws SQLException {
        lead = null;
        mayLead = leads && dialect.wantsHints();
        condition(out, table, "r", filter, targets);
        mayLead = false;
    }

    /** What the filter's rows are found by; null for nothing. */
    Lead lead() {
        return lead;
    }

    /** The rows that conditions are on. */
    private record Rows(TypeTable table, String alias, List<Target> targets) {
        FieldColumns field(String name) {
            return table.field(name);
        }

        String column(String name) {
            return alias + "." + name;
        }
    }

    /**
     * Adds a condition on the rows of an alias.
     *
     * @param targets what is behind the references that the condition goes through
     */
    void condition(Sql out, TypeTable table, String alias, Condition condition, List<Target> targets)
            throws SQLException {
        condition(out, new Rows(table, alias, targets), condition);
    }

    private void condition(Sql out, Rows rows, Condition condition) throws SQLException {
        if (condition instanceof All all) {
            all(out, rows, all.conditions());
        } else if (condition instanceof Any any) {
            any(out, rows, any.conditions());
        } else if (condition instanceof Not not) {
            boolean leading = mayLead;
            mayLead = false;
            negated(out, rows, not.condition());
            mayLead = leading;
        } else if (reference(condition) != null) {
            through(out, rows, reference(condition), List.of(condition));
        } else {
            leaf(out, rows, condition);
        }
    }

    /** What goes through one reference becomes one condition, so that its record is looked at once. */
    private void all(Sql out, Rows rows, List<Condition> conditions) throws SQLException {
        Map<String, List<Condition>> groups = new LinkedHashMap<>();
        List<Condition> own = new ArrayList<>();
        for (Condition condition : conditions) {
            String reference = reference(condition);
            (reference == null ? own : groups.computeIfAbsent(reference, key -> new ArrayList<>())).add(condition);
        }
        String separator = "(";
        for (Condition condition : own) {
            out.add(separator);
            condition(out, rows, condition);
            separator = " and ";
        }
        for (Map.Entry<String, List<Condition>> group : groups.entrySet()) {
            out.add(separator);
            through(out, rows, group.getKey(), group.getValue());
            separator = " and ";
        }
        out.add(conditions.isEmpty() ? "1 = 1" : ")");
    }

    private void any(Sql out, Rows rows, List<Condition> conditions) throws SQLException {
        boolean leading = mayLead;
        mayLead = false;
        String separator = "(";
        for (Condition condition : conditions) {
            out.add(separator);
            condition(out, rows, condition);
            separator = " or ";
        }
        out.add(conditions.isEmpty() ? "1 = 0" : ")");
        mayLead = leading;
    }

    private void negated(Sql out, Rows rows, Condition condition) throws SQLException {
        if (condition instanceof Not not) {
            condition(out, rows, not.condition());
        } else if (condition instanceof All all) {
            any(out, rows, all.conditions().stream().map(Condition::not).toList());
        } else if (condition instanceof Any any) {
            all(out, rows, any.conditions().stream().map(Condition::not).toList());
        } else if (reference(condition) != null) {
            out.add("not ");
            through(out, rows, reference(condition), List.of(condition));
        } else {
            FieldColumns field = rows.field(field(condition));
            String alias = rows.alias();
            if (condition instanceof IsNull) {
                out.add(alias + "." + field.first() + " is not null");
            } else {
                out.add(field.canBeEmpty() ? "(" + alias + "." + field.first() + " is null or not " : "(not ");
                leaf(out, rows, condition);
                out.add(")");
            }
        }
    }

    static boolean isLeaf(Condition condition) {
        return !(condition instanceof All || condition instanceof Any || condition instanceof Not);
    }

    /** The field of a leaf. */
    static String field(Condition leaf) {
        if (leaf instanceof Compare compare) {
            return compare.field();
        }
        if (leaf instanceof In in) {
            return in.field();
        }
        return leaf instanceof Prefix prefix ? prefix.field() : ((IsNull) leaf).field();
    }

    /** The reference that a condition goes through; null for none. */
    private static String reference(Condition condition) {
        if (!isLeaf(condition)) {
            return null;
        }
        String field = field(condition);
        int dot = field.indexOf('.');
        return dot < 0 ? null : field.substring(0, dot);
    }

    private static Condition behind(Condition leaf) {
        String field = field(leaf);
        String name = field.substring(field.indexOf('.') + 1);
        if (leaf instanceof Compare compare) {
            return new Compare(name, compare.operator(), compare.value());
        }
        if (leaf instanceof In in) {
            return new In(name, in.values());
        }
        return leaf instanceof Prefix prefix ? new Prefix(name, prefix.text()) : new IsNull(name);
    }

    /** The record behind a reference is there, is reached, and fulfils the conditions. */
    private void through(Sql out, Rows rows, String reference, List<Condition> conditions) throws SQLException {
        Target target = rows.targets().stream()
                .filter(one -> one.field().equals(reference))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No target of " + reference));
        exists(out, target.type(), rows.column(rows.field(reference).last()), target.visibility(), conditions);
    }

    private void exists(Sql out, RecordType type, String reference, Visibility visibility, List<Condition> conditions)
            throws SQLException {
        boolean leading = mayLead && lead == null;
        mayLead = false;
        TypeTable target = tables.of(type.name());
        String alias = "t" + ++depth;
        Sql there = new Sql().add(alias + ".bin = 0");
        for (Condition condition : conditions) {
            there.add(" and ");
            leaf(there, new Rows(target, alias, List.of()), behind(condition));
        }
        visible(there, target, alias, visibility);
        depth--;
        mayLead = leading;
        exists(
                out,
                target.table() + " " + alias,
                alias + ".id",
                reference,
                there,
                conditions.isEmpty() ? 0 : MOST_BEHIND);
    }

    /**
     * A record of the alias r has a word.
     *
     * @param leading whether nothing else says which records are looked at
     */
    void hasWord(Sql out, TypeTable table, Sql isWord, boolean leading) throws SQLException {
        exists(out, table.wordTable() + " w1", "w1.record_id", "r.id", isWord, leading ? MOST_WITH_WORD : 0);
    }

    /**
     * Adds the condition that there is a row of another table.
     *
     * @param key what is to be found there
     * @param value the column that is to equal it
     * @param most for how many ids it is asked first; 0 where all rows may fulfil the condition
     */
    private void exists(Sql out, String from, String key, String value, Sql condition, int most) throws SQLException {
        if (dialect.wantsHints() && most > 0) {
            List<Long> ids = ids(new Sql()
                    .add("select distinct " + key + " from " + from + " where ")
                    .add(condition)
                    .add(dialect.limit(most + 1)));
            if (ids.isEmpty()) {
                out.add("(1 = 0)");
                return;
            }
            if (ids.size() <= most && mayLead) {
                lead = new Lead(from, key, value, condition);
                out.add("1 = 1");
                return;
            }
            if (ids.size() <= most) {
                out.add("(" + value + " is not null and " + value + " in ")
                        .bindIds(ids)
                        .add(")");
                return;
            }
            walking = true;
        }
        out.add("exists (select 1 from " + from + dialect.rowByRow() + " where " + key + " = " + value + " and ")
                .add(condition)
                .add(")");
    }

    /** Asked once for all statements of a page. */
    private List<Long> ids(Sql query) throws SQLException {
        String question = query.question();
        List<Long> known = found.get(question);
        if (known == null) {
            known = query.rows(connection, LOOK_SECONDS, row -> row.getLong(1));
            found.put(question, known);
        }
        return known;
    }

    /** Adds a condition on one field of the type itself. */
    private void leaf(Sql out, Rows rows, Condition condition) {
        FieldColumns field = rows.field(field(condition));
        String alias = rows.alias();
        if (condition instanceof IsNull) {
            out.add(alias + "." + field.first() + " is null");
        } else if (condition instanceof Prefix prefix && !isPlain(field) && blank(prefix.text()) >= 0) {
            out.add("1 = 0");
        } else if (condition instanceof Prefix prefix) {
            prefix(out, dialect, alias + "." + field.sorted(), (String) field.comparable(prefix.text()));
        } else if (condition instanceof In in) {
            in(out, field, alias, in.values());
        } else {
            compare(out, field, alias, (Compare) condition);
        }
    }

    private void in(Sql out, FieldColumns field, String alias, List<?> values) {
        if (values.isEmpty()) {
            out.add("1 = 0");
        } else if (isPlain(field)) {
            out.add(alias + "." + field.sorted() + " in ")
                    .bindAll(values.stream().map(field::comparable).toList());
        } else {
            String separator = "(";
            for (Object value : values) {
                out.add(separator);
                compare(out, field, alias, new Compare("", Condition.Operator.EQUAL, value));
                separator = " or ";
            }
            out.add(")");
        }
    }

    /** Whether a value of the field is compared by one column and one sign. */
    private boolean isPlain(FieldColumns field) {
        return switch (field.field().kind()) {
            case MONEY, REFERENCE_TO_ANY, CHOICES -> false;
            default -> !TypeTable.isExactText(field) || !dialect.ignoresTrailingBlanks();
        };
    }

    private void compare(Sql out, FieldColumns field, String alias, Compare compare) {
        String sign = compare.operator() == Condition.Operator.EQUAL
                ? " = "
                : " " + compare.operator().sign() + " ";
        Object[] cells = field.storage().toCells(compare.value());
        FieldKind kind = field.field().kind();
        if (kind == FieldKind.CHOICES) {
            // Names of choices hold no wildcard.
            out.add(alias + "." + field.first() + " like ").bind("%" + cells[0] + "%");
        } else if (kind == FieldKind.MONEY || kind == FieldKind.REFERENCE_TO_ANY) {
            boolean money = kind == FieldKind.MONEY;
            out.add("(" + alias + "." + field.first() + (money ? sign : " = ")).bind(cells[0]);
            out.add(" and " + alias + "." + field.last() + " = ").bind(cells[1]).add(")");
        } else if (isPlain(field)) {
            compare(out, field, alias + "." + field.sorted(), sign, field.comparable(compare.value()));
        } else if (compare.operator() != Condition.Operator.EQUAL) {
            order(out, field, alias + "." + field.first(), compare.operator(), (String) cells[0]);
        } else {
            out.add("(" + alias + "." + field.first() + " = ").bind(cells[0]);
            out.add(" and " + dialect.lengthOf(alias + "." + field.first()) + " = ")
                    .bind(dialect.length((String) cells[0]))
                    .add(")");
        }
    }

    private void compare(Sql out, FieldColumns field, String column, String sign, Object cell) {
        boolean guarded = dialect.joinsEmptyAsGreatest() && sign.contains(">") && field.canBeEmpty();
        out.add((guarded ? "(" + column + " is not null and " : "") + column + sign)
                .bind(cell)
                .add(guarded ? ")" : "");
    }

    /**
     * Languages and countries, which hold no blank and nothing below one, before or behind a text. One that is padded with
     * blanks would equal a text that ends with some, and come behind one that goes on with less.
     */
    private void order(Sql out, FieldColumns field, String column, Condition.Operator operator, String text) {
        int blank = blank(text);
        boolean before = operator == Condition.Operator.LESS || operator == Condition.Operator.LESS_OR_EQUAL;
        String sign = blank < 0 ? operator.sign() : before ? "<=" : ">";
        compare(out, field, column, " " + sign + " ", blank < 0 ? text : text.substring(0, blank));
    }

    /** The place of the first blank, or of what is below one; negative where there is none. */
    private static int blank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ') {
                return i;
            }
        }
        return -1;
    }

    /** Texts that begin with another, as a range that an index serves. */
    static void prefix(Sql out, Dialect dialect, String column, String prefix) {
        String end = dialect.behind(prefix);
        if (prefix.isEmpty()) {
            out.add(column + " is not null");
        } else if (end == null) {
            out.add(column + " >= ").bind(prefix);
        } else {
            out.add("(" + column + " >= ")
                    .bind(prefix)
                    .add(" and " + column + " < ")
                    .bind(end)
                    .add(")");
        }
    }

    /** Adds {@code and} and the condition that the rows of an alias are reached; nothing where all are. */
    void visible(Sql out, TypeTable table, String alias, Visibility visibility) throws SQLException {
        if (visibility instanceof Visibility.OnParent on) {
            out.add(" and ");
            onParent(out, table, alias, on);
            return;
        }
        Visibility.Rows reached = (Visibility.Rows) visibility;
        if (!reached.all()) {
            out.add(" and ");
            reached(out, table, alias, reached);
        }
        for (Condition condition : reached.conditions()) {
            out.add(" and ");
            condition(out, table, alias, condition, reached.targets());
        }
    }

    private void reached(Sql out, TypeTable table, String alias, Visibility.Rows rows) {
        String separator = "(";
        for (Map.Entry<String, Set<Long>> owned :
                Map.of("owner", rows.owners(), "team", rows.teams()).entrySet()) {
            if (!owned.getValue().isEmpty()) {
                out.add(separator + alias + "." + owned.getKey() + " in ").bindAll(owned.getValue());
                separator = " or ";
            }
        }
        if (!rows.grantees().isEmpty()) {
            out.add(separator);
            shared(out, table, alias, rows);
            separator = " or ";
        }
        out.add(separator.equals("(") ? "1 = 0" : ")");
    }

    private static void shared(Sql out, TypeTable table, String alias, Visibility.Rows rows) {
        out.add(alias + ".id in (select s.record_id from " + RecordLinks.SHARES + " s where s.record_type = ")
                .bind(table.type())
                .add(" and s.grantee_id in ")
                .bindAll(rows.grantees());
        if (rows.changing()) {
            out.add(" and s.may_change = ").bind(true);
        }
        out.add(")");
    }

    private void onParent(Sql out, TypeTable table, String alias, Visibility.OnParent on) throws SQLException {
        FieldColumns field = table.field(on.field());
        boolean any = field.field().kind() == FieldKind.REFERENCE_TO_ANY;
        String separator = "(";
        for (Map.Entry<RecordType, Visibility> parent : on.parents().entrySet()) {
            out.add(separator);
            if (any) {
                out.add("(" + alias + "." + field.first() + " = ")
                        .bind(parent.getKey().name())
                        .add(" and ");
            }
            exists(out, parent.getKey(), alias + "." + field.last(), parent.getValue(), List.of());
            out.add(any ? ")" : "");
            separator = " or ";
        }
        out.add(on.parents().isEmpty() ? "1 = 0" : ")");
    }
}
