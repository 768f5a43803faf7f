/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Problem;

/**
 * Conditions as they stand in addresses: RSQL (<a href="https://github.com/jirutka/rsql-parser">jirutka/rsql-parser</a>)
 * with {@code =null=}, {@code !(...)} for what must not hold, and a star at the end of a value, before its closing quote,
 * for what begins with it.
 * A backslash takes the meaning from the character after it.
 *
 * <pre>
 * any        = all { ("," | " or ") all }
 * all        = one { (";" | " and ") one }
 * one        = [ "!" ] "(" any ")" | comparison
 * comparison = field [ "." field ] ( ("==" | "!=") value
 *                                  | ("&lt;" | "=lt=" | "&lt;=" | "=le=" | "&gt;" | "=gt=" | "&gt;=" | "=ge=") value
 *                                  | ("=in=" | "=out=") "(" value { "," value } ")"
 *                                  | "=null=" ("true" | "false") )
 * value      = bare | "'" text "'" | '"' text '"'
 * </pre>
 */
public final class Rsql {
    private static final int MAX_LENGTH = 8_192;
    private static final int MAX_NESTING = 32;
    private static final String BLANK = " \t\r\n";
    private static final String RESERVED = "\"'();,=!~<>" + BLANK;
    private static final Pattern SELECTOR = Pattern.compile("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)?");

    /** The longer before what they begin with. */
    private static final List<String> OPERATORS =
            List.of("==", "!=", "<=", ">=", "<", ">", "=lt=", "=le=", "=gt=", "=ge=", "=in=", "=out=", "=null=");

    private final String text;
    private int at;

    private Rsql(String text) {
        this.text = text;
    }

    /**
     * Reads a condition. Its values are texts.
     *
     * @throws Problem INVALID with {@code query.malformed} and the place, TOO_EXPENSIVE with {@code query.too-large}
     */
    public static Condition parse(String text) {
        Rsql parser = new Rsql(text);
        if (text.length() > MAX_LENGTH) {
            throw parser.malformed(MAX_LENGTH, "<= " + MAX_LENGTH);
        }
        Condition condition = parser.any(0);
        if (parser.at < text.length()) {
            throw parser.malformed(parser.at, "; | ,");
        }
        new ConditionLimits().countAll(condition, 1);
        return condition;
    }

    private Condition any(int nesting) {
        List<Condition> conditions = new ArrayList<>();
        do {
            conditions.add(all(nesting));
        } while (joined(",", "or"));
        return conditions.size() == 1 ? conditions.get(0) : new Condition.Any(conditions);
    }

    private Condition all(int nesting) {
        List<Condition> conditions = new ArrayList<>();
        do {
            conditions.add(one(nesting));
        } while (joined(";", "and"));
        return conditions.size() == 1 ? conditions.get(0) : new Condition.All(conditions);
    }

    private boolean joined(String sign, String word) {
        skipBlanks();
        int end = at + word.length();
        boolean spelled =
                text.startsWith(word, at) && end < text.length() && (BLANK + "(").indexOf(text.charAt(end)) >= 0;
        return take(spelled ? word : sign);
    }

    private Condition one(int nesting) {
        skipBlanks();
        boolean not = take("!");
        skipBlanks();
        int start = at;
        if (take("(")) {
            if (nesting == MAX_NESTING) {
                throw malformed(start, "<= " + MAX_NESTING + " (");
            }
            Condition inner = any(nesting + 1);
            expect(")");
            return not ? new Condition.Not(inner) : inner;
        }
        if (not) {
            throw malformed(at, "(");
        }
        return comparison();
    }

    private Condition comparison() {
        Matcher selector = SELECTOR.matcher(text).region(at, text.length());
        if (!selector.lookingAt()) {
            throw malformed(at, "field | reference.field | ( | !(");
        }
        String field = selector.group();
        at = selector.end();
        skipBlanks();
        String operator = OPERATORS.stream()
                .filter(this::take)
                .findFirst()
                .orElseThrow(() -> malformed(at, String.join(" | ", OPERATORS)));
        return switch (operator) {
            case "==" -> equal(field);
            case "!=" -> new Condition.Not(equal(field));
            case "=in=" -> in(field);
            case "=out=" -> new Condition.Not(in(field));
            case "=null=" -> isNull(field);
            default -> new Condition.Compare(field, operator(operator), wholeValue());
        };
    }

    private static Operator operator(String text) {
        return Arrays.stream(Operator.values())
                .filter(operator -> text.equals(operator.sign()) || text.equals("=" + operator.word() + "="))
                .findFirst()
                .orElseThrow();
    }

    private Condition equal(String field) {
        Value value = value();
        return value.star() < 0
                ? new Condition.Compare(field, Operator.EQUAL, value.text())
                : new Condition.Prefix(field, value.text());
    }

    private Condition in(String field) {
        expect("(");
        List<String> values = new ArrayList<>();
        do {
            values.add(wholeValue());
            skipBlanks();
        } while (take(","));
        expect(")");
        return new Condition.In(field, values);
    }

    private Condition isNull(String field) {
        skipBlanks();
        int start = at;
        return switch (wholeValue()) {
            case "true" -> new Condition.IsNull(field);
            case "false" -> new Condition.Not(new Condition.IsNull(field));
            default -> throw malformed(start, "true | false");
        };
    }

    /** A value without its star, whose place is -1 where there is none. */
    private record Value(String text, int star) {}

    private Value value() {
        skipBlanks();
        int start = at;
        int star = -1;
        String quote = take("'") ? "'" : take("\"") ? "\"" : null;
        String end = quote == null ? RESERVED : quote;
        StringBuilder value = new StringBuilder();
        for (; at < text.length() && end.indexOf(text.charAt(at)) < 0; at++) {
            if (star >= 0) {
                throw misplaced(star);
            }
            if (text.charAt(at) == '*') {
                star = at;
                continue;
            }
            if (text.charAt(at) == '\\' && ++at == text.length()) {
                throw malformed(at, "\\\\");
            }
            value.append(text.charAt(at));
        }
        if (quote != null) {
            expect(quote);
        } else if (at == start) {
            throw malformed(at, "value | 'value' | \"value\"");
        }
        return new Value(value.toString(), star);
    }

    /** A value that takes no star. */
    private String wholeValue() {
        Value value = value();
        if (value.star() >= 0) {
            throw misplaced(value.star());
        }
        return value.text();
    }

    private void skipBlanks() {
        while (at < text.length() && BLANK.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(String sign) {
        boolean there = text.startsWith(sign, at);
        at += there ? sign.length() : 0;
        return there;
    }

    private void expect(String sign) {
        skipBlanks();
        if (!take(sign)) {
            throw malformed(at, sign);
        }
    }

    private Problem misplaced(int star) {
        return malformed(star, "==...* | !=...* | \\*");
    }

    private Problem malformed(int place, String expected) {
        // People count an emoji as one.
        int column = text.codePointCount(0, place) + 1;
        return Problem.of(Problem.Kind.INVALID, "query.malformed", "column " + column + ": " + expected);
    }
}
