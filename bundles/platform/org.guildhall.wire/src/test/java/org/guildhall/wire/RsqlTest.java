/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import static org.guildhall.api.Condition.all;
import static org.guildhall.api.Condition.any;
import static org.guildhall.api.Condition.equal;
import static org.guildhall.api.Condition.greater;
import static org.guildhall.api.Condition.in;
import static org.guildhall.api.Condition.isNull;
import static org.guildhall.api.Condition.less;
import static org.guildhall.api.Condition.not;
import static org.guildhall.api.Condition.prefix;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.guildhall.api.Condition;
import org.guildhall.api.Condition.Compare;
import org.guildhall.api.Condition.Operator;
import org.guildhall.api.Problem;
import org.junit.Test;

public class RsqlTest {
    private static final Condition A = equal("a", "1");
    private static final Condition B = equal("b", "2");
    private static final Condition C = equal("c", "3");

    @Test
    public void aFieldIsComparedWithAValue() {
        reads("lastName==Ada", equal("lastName", "Ada"));
        reads("lastName!=Ada", not(equal("lastName", "Ada")));
        for (String sign : List.of("<", "=lt=")) {
            reads("score" + sign + "10", less("score", "10"));
        }
        for (String sign : List.of("<=", "=le=")) {
            reads("score" + sign + "10", new Compare("score", Operator.LESS_OR_EQUAL, "10"));
        }
        for (String sign : List.of(">", "=gt=")) {
            reads("score" + sign + "-10", greater("score", "-10"));
        }
        for (String sign : List.of(">=", "=ge=")) {
            reads("score" + sign + "12.30", new Compare("score", Operator.GREATER_OR_EQUAL, "12.30"));
        }
        reads("country=in=(DE,CH)", in("country", List.of("DE", "CH")));
        reads("country=in=(DE)", in("country", List.of("DE")));
        reads("country=out=( DE , 'C H' )", not(in("country", List.of("DE", "C H"))));
        reads("city=null=true", isNull("city"));
        reads("city=null=false", not(isNull("city")));
    }

    @Test
    public void aFieldMayBeBehindAReference() {
        reads("account.industry==retail", equal("account.industry", "retail"));
        reads("x_1.Y_2==retail", equal("x_1.Y_2", "retail"));
        for (String text : List.of("a.b.c==1", "a.==1", ".a==1", "a..b==1", "a-b==1", "ä==1", "==1", "a b==1")) {
            refuses(text);
        }
    }

    @Test
    public void valuesStandBareOrInQuotes() {
        reads("a==2026-11-22T08:30:00+01:00", equal("a", "2026-11-22T08:30:00+01:00"));
        reads("a==@today-7d", equal("a", "@today-7d"));
        reads("a==customer.contact:0HZX3W8K2M4QR", equal("a", "customer.contact:0HZX3W8K2M4QR"));
        reads("a==ada@example.org", equal("a", "ada@example.org"));
        reads("a=='12.30 EUR'", equal("a", "12.30 EUR"));
        reads("a==\"it's;a,b (c) and d\"", equal("a", "it's;a,b (c) and d"));
        reads("a=='say \"hi\"'", equal("a", "say \"hi\""));
        reads("a==''", equal("a", ""));
        reads("a=='null'", equal("a", "null"));
        reads("a==王小明", equal("a", "王小明"));
        reads("a==王　小明", equal("a", "王　小明"));
        reads("a==😀👍🏽", equal("a", "😀👍🏽"));
        for (String text : List.of("a==O'Neil", "a==", "a==;b==2", "a=='b", "a==\"b'", "a=='b'c", "a==b=c", "a==(b)")) {
            refuses(text);
        }
    }

    @Test
    public void aBackslashTakesTheMeaningFromTheCharacterAfterIt() {
        reads("a=='it\\'s'", equal("a", "it's"));
        reads("a==\"a\\\"b\\\\c\"", equal("a", "a\"b\\c"));
        reads("a==O\\'Neil", equal("a", "O'Neil"));
        reads("a==b\\ c\\;d", equal("a", "b c;d"));
        reads("a==\\😀", equal("a", "😀"));
        reads("a==\\n", equal("a", "n"));
        refuses("a==b\\");
        refuses("a=='b\\'");
        refuses("a=='\\");
    }

    @Test
    public void aStarAtTheEndStandsForWhatBeginsSo() {
        reads("a==Mül*", prefix("a", "Mül"));
        reads("a!=Mül*", not(prefix("a", "Mül")));
        reads("a=='Mül er*'", prefix("a", "Mül er"));
        reads("a==王*;b==2", all(prefix("a", "王"), B));
        reads("a==*", prefix("a", ""));
        reads("a==5\\*", equal("a", "5*"));
        reads("a=='5\\*'", equal("a", "5*"));
        reads("a==5\\**", prefix("a", "5*"));
        reads("a==5\\\\*", prefix("a", "5\\"));
    }

    @Test
    public void aStarElsewhereIsRefusedWithWhatIsUnderstood() {
        for (String text : List.of("a==M*l", "a==*l", "a=='M*l'", "a==M**", "a=lt=5*", "a=in=(b*)", "a=null=true*")) {
            String told = refuses(text);
            assertEquals(text, "column " + (text.indexOf('*') + 1) + ": ==...* | !=...* | \\*", told);
        }
    }

    @Test
    public void andBindsTighterThanOr() {
        reads("a==1;b==2", all(A, B));
        reads("a==1,b==2", any(A, B));
        reads("a==1;b==2;c==3", all(A, B, C));
        reads("a==1,b==2;c==3", any(A, all(B, C)));
        reads("a==1;b==2,c==3", any(all(A, B), C));
        reads("a==1;(b==2,c==3)", all(A, any(B, C)));
        reads("a==1 and b==2 or c==3", any(all(A, B), C));
        reads("a==1 and (b==2 or c==3)", all(A, any(B, C)));
        reads("a==1 or(b==2)and c==3", any(A, all(B, C)));
        reads("a==1 ; b==2 , c==3", any(all(A, B), C));
        reads("\ta == 1\n;( b == 2 ) ", all(A, B));
        reads("and==1 and or==2", all(equal("and", "1"), equal("or", "2")));
        for (String text :
                List.of("a==1;", ";a==1", "a==1,,b==2", "a==1 b==2", "a==1 AND b==2", "a==1 andb==2", "and")) {
            refuses(text);
        }
    }

    @Test
    public void parenthesesGroupAndAnExclamationMarkIsNot() {
        reads("(a==1)", A);
        reads("((a==1))", A);
        reads("!(a==1)", not(A));
        reads("!( a==1 , b==2 ) ; c==3", all(not(any(A, B)), C));
        reads("! (!(a==1))", not(not(A)));
        for (String text :
                List.of("", " ", "(", ")", "()", "(a==1", "a==1)", "!", "!a==1", "!!(a==1)", "(a==1)(b==2)")) {
            refuses(text);
        }
    }

    @Test
    public void anOperatorThatThereIsNoneOfIsRefused() {
        for (String text : List.of(
                "a",
                "a=",
                "a=1",
                "a=like=b",
                "a=LT=b",
                "a=in=b",
                "a=in=()",
                "a=in=(b",
                "a=in=(b,)",
                "a=null=maybe",
                "a=null=",
                "a!b",
                "a~b",
                "a<>b",
                "a=<b",
                "a= =b",
                "a=eq=b")) {
            refuses(text);
        }
    }

    @Test
    public void theProblemNamesTheColumnAsPeopleCount() {
        assertEquals("column 5: ; | ,", refuses("a==1)"));
        assertEquals("column 5: ; | ,", refuses("a==😀)"));
        assertEquals("column 1: field | reference.field | ( | !(", refuses(""));
        assertEquals("column 6: )", refuses("(a==1"));
        assertEquals("column 6: '", refuses("a=='b"));
        assertTrue(refuses("name=like=b").startsWith("column 5: == | != | <="));
        Problem problem = assertThrows(Problem.class, () -> Rsql.parse("a==1)"));
        assertEquals("无法理解筛选条件。应为：column 5: ; | ,", problem.text(Locale.CHINESE));
    }

    @Test
    public void lengthAndDepthAreLimited() {
        reads("(".repeat(32) + "a==1" + ")".repeat(32), A);
        assertEquals("column 33: <= 32 (", refuses("(".repeat(33) + "a==1" + ")".repeat(33)));
        assertEquals("column 8193: <= 8192", refuses("(".repeat(10_000)));
        refuses("(".repeat(8_000));
        refuses("!(".repeat(4_000));
        refuses("a==1,".repeat(10_000) + "a==1");
        reads("a==" + "b".repeat(8_189), equal("a", "b".repeat(8_189)));
        refuses("a==" + "b".repeat(8_190));
    }

    @Test
    public void whatIsReadIsNoLargerThanItsJsonMayBe() {
        Rsql.parse("a==1,".repeat(998) + "a==1");
        assertEquals("query.too-large", problem("a==1,".repeat(999) + "a==1").code());
        Rsql.parse("a=in=(1" + ",1".repeat(998) + ")");
        assertEquals(
                "query.too-large", problem("a=in=(1" + ",1".repeat(999) + ")").code());
        Rsql.parse("!(".repeat(15) + "a==1" + ")".repeat(15));
        assertEquals(
                Problem.Kind.TOO_EXPENSIVE,
                problem("!(".repeat(16) + "a==1" + ")".repeat(16)).kind());
    }

    @Test
    public void whateverIsWrittenGivesAConditionOrAProblem() {
        Random random = new Random(20_261_122);
        List<String> pieces = List.of(
                "a", "b.c", "==", "!=", "<", "=in=", "=null=", "=", "(", ")", "!", ";", ",", " and ", " or ", " ", "'",
                "\"", "\\", "*", "1", "true", "王", "😀", "\ud83d", "\0", "\n", "~", ".", "_");
        String whole = "a==1;(b.c!='x y*' or !(d=in=(1,\"2\"))),e=null=true";
        int conditions = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : whole);
            for (int changes = random.nextInt(10); changes > 0; changes--) {
                int at = random.nextInt(text.length() + 1);
                int end = Math.min(at + random.nextInt(3), text.length());
                text.replace(at, end, pieces.get(random.nextInt(pieces.size())));
            }
            try {
                Rsql.parse(text.toString());
                conditions++;
            } catch (Problem problem) {
                assertTrue(text.toString(), problem.code().startsWith("query."));
            }
        }
        assertTrue("some are conditions: " + conditions, conditions > 100);
    }

    private static void reads(String text, Condition condition) {
        assertEquals(text, condition, Rsql.parse(text));
    }

    private static Problem problem(String text) {
        return assertThrows(text, Problem.class, () -> Rsql.parse(text));
    }

    /** What the problem tells of the place. */
    private static String refuses(String text) {
        Problem problem = problem(text);
        assertEquals(Problem.Kind.INVALID, problem.kind());
        assertEquals("query.malformed", problem.code());
        return problem.text(Locale.ENGLISH).replace("The filter is not understood. Expected at ", "");
    }
}
