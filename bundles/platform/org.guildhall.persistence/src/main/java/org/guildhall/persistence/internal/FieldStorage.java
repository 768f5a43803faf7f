/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.function.Function;
import org.guildhall.api.Choices;
import org.guildhall.api.JsonObject;
import org.guildhall.api.LocalDateTimeInZone;
import org.guildhall.api.Money;
import org.guildhall.api.Ref;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;

/**
 * How the values of a field lie in columns: the same for entities, for rows and for the schema. What lies in a column is a
 * cell: {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean}, {@code LocalDate} or {@code LocalDateTime}.
 */
final class FieldStorage {
    private static final int TYPE_NAME_LENGTH = 83;
    private static final int ZONE_LENGTH = 64;
    private static final int MONEY_DIGITS = 19;
    private static final long FIRST_GREGORIAN =
            Instant.parse("1582-10-15T00:00:00Z").toEpochMilli();

    private final List<Column> columns;
    private final Function<Object, Object[]> toCells;
    private final Function<Object[], Object> toValue;

    /** @param toValue null where the value is the first cell */
    private FieldStorage(List<Column> columns, Function<Object, Object[]> toCells, Function<Object[], Object> toValue) {
        this.columns = columns;
        this.toCells = toCells;
        this.toValue = toValue;
    }

    /** The storage of a field; the names of its columns are suffixes of the field's name. */
    static FieldStorage of(RecordField field) {
        return switch (field.kind()) {
            case TEXT, LONG_TEXT, EMAIL, PHONE, URL, LANGUAGE, COUNTRY, CHOICE -> text(field);
            case INTEGER, REFERENCE -> single(column("", Type.INTEGER));
            case DECIMAL ->
                new FieldStorage(
                        List.of(new Column("", Type.DECIMAL, field.length(), field.scale(), false)),
                        value -> new Object[] {value},
                        cells -> tidy((BigDecimal) cells[0]));
            case BOOLEAN -> single(column("", Type.BOOLEAN));
            case DATE -> single(column("", Type.DATE));
            case INSTANT ->
                new FieldStorage(
                        List.of(column("", Type.TIMESTAMP)),
                        value -> new Object[] {LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)},
                        cells -> ((LocalDateTime) cells[0]).toInstant(ZoneOffset.UTC));
            case MONEY ->
                new FieldStorage(
                        List.of(
                                new Column("_amount", Type.DECIMAL, MONEY_DIGITS, Money.SCALE, false),
                                new Column("_currency", Type.TEXT, 3, false)),
                        value -> new Object[] {
                            ((Money) value).amount(), ((Money) value).currency().getCurrencyCode()
                        },
                        cells -> new Money((BigDecimal) cells[0], Currency.getInstance((String) cells[1])));
            case LOCAL_DATE_TIME ->
                new FieldStorage(
                        List.of(column("_local", Type.TIMESTAMP), new Column("_zone", Type.TEXT, ZONE_LENGTH, false)),
                        // A condition compares what the clock shows.
                        value -> value instanceof LocalDateTimeInZone zoned
                                ? new Object[] {
                                    zoned.dateTime(), zoned.timeZone().getId()
                                }
                                : new Object[] {value, null},
                        cells -> new LocalDateTimeInZone((LocalDateTime) cells[0], ZoneId.of((String) cells[1])));
            case REFERENCE_TO_ANY ->
                new FieldStorage(
                        List.of(new Column("_type", Type.TEXT, TYPE_NAME_LENGTH, false), column("_id", Type.INTEGER)),
                        value -> new Object[] {((Ref) value).type(), ((Ref) value).id()},
                        cells -> new Ref((String) cells[0], (Long) cells[1]));
            // Commas around every name, so that one is found by ",name,".
            case CHOICES ->
                new FieldStorage(
                        List.of(column("", Type.LONG_TEXT)),
                        value -> new Object[] {
                            "," + (value instanceof Choices several ? String.join(",", several.names()) : value) + ","
                        },
                        cells -> Choices.of(List.of(((String) cells[0])
                                        .replaceAll("^,|,$", "")
                                        .split(","))
                                .stream()
                                .filter(name -> !name.isEmpty())
                                .toList()));
            case JSON ->
                new FieldStorage(
                        List.of(column("", Type.LONG_TEXT)),
                        value -> new Object[] {((JsonObject) value).text()},
                        cells -> new JsonObject((String) cells[0]));
        };
    }

    private static FieldStorage text(RecordField field) {
        Column text = field.kind() == FieldKind.LONG_TEXT || field.length() > RecordField.LONGEST_TEXT
                ? column("", Type.LONG_TEXT)
                : new Column("", Type.TEXT, field.length(), false);
        return field.is(Trait.SORTABLE)
                ? new FieldStorage(
                        List.of(text, new Column("_key", Type.SORT_KEY, RecordField.SORT_KEY_LENGTH, false)),
                        value -> new Object[] {value, SortKey.of((String) value)},
                        null)
                : single(text);
    }

    private static FieldStorage single(Column column) {
        return new FieldStorage(List.of(column), value -> new Object[] {value}, null);
    }

    private static Column column(String suffix, Type type) {
        return new Column(suffix, type, 0, false);
    }

    List<Column> columns() {
        return columns;
    }

    /** A cell for each column. */
    Object[] toCells(Object value) {
        return value == null ? new Object[columns.size()] : toCells.apply(value);
    }

    /** The value of the cells; none when the first cell is empty. */
    Object toValue(Object... cells) {
        return cells[0] == null || toValue == null ? cells[0] : toValue.apply(cells);
    }

    /** Reads the value from a row; its columns begin at an index, and sort keys are not among them. */
    Object read(ResultSet row, int index) throws SQLException {
        if (columns.get(0).type() == Type.TIMESTAMP && columns.size() == 1) {
            Timestamp time = row.getTimestamp(index);
            return time == null ? null : instant(time);
        }
        if (toValue == null) {
            return cell(row, index, columns.get(0).type());
        }
        Object[] cells = new Object[columns.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cell(row, index + i, columns.get(i).type());
        }
        return toValue(cells);
    }

    /** Straight from the number of seconds, unless the day was one of Julius Caesar's calendar. */
    private static Instant instant(Timestamp time) {
        return time.getTime() >= FIRST_GREGORIAN
                ? time.toInstant()
                : time.toLocalDateTime().toInstant(ZoneOffset.UTC);
    }

    static Object cell(ResultSet row, int index, Type type) throws SQLException {
        switch (type) {
            case INTEGER:
                long number = row.getLong(index);
                return row.wasNull() ? null : (Object) number;
            case DECIMAL:
                return row.getBigDecimal(index);
            case BOOLEAN:
                boolean yes = row.getBoolean(index);
                return row.wasNull() ? null : (Object) yes;
            case DATE:
                Date date = row.getDate(index);
                return date == null ? null : date.toLocalDate();
            case TIMESTAMP:
                Timestamp time = row.getTimestamp(index);
                return time == null ? null : time.toLocalDateTime();
            default:
                return row.getString(index);
        }
    }

    /** Without the zeros that the column adds. */
    static BigDecimal tidy(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
    }
}
