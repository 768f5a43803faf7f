/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.validation.constraints.Digits;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.Choice;
import org.guildhall.api.Choices;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.DataSubject;
import org.guildhall.api.Emits;
import org.guildhall.api.Key;
import org.guildhall.api.ListIndex;
import org.guildhall.api.Money;
import org.guildhall.api.Numbered;
import org.guildhall.api.OnDelete;
import org.guildhall.api.OnErase;
import org.guildhall.api.PartOf;
import org.guildhall.api.Personal;
import org.guildhall.api.Ref;
import org.guildhall.api.Refers;
import org.guildhall.api.Restricted;
import org.guildhall.api.Searchable;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.Labels;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.RecordPart;
import org.guildhall.api.platform.RecordType;
import org.junit.Test;

public class EntityReaderTest {
    private static final ChoiceList STATES =
            new ChoiceList("shop.state", List.of(), List.of(new ChoiceList.Option("new", null, true, null, Map.of())));

    /** What two entities share. */
    private static class Base {
        @Size(max = 40)
        private String name;
    }

    @CrmRecord(plural = "baskets", title = "{number} {name}")
    @Key({"name", "owner"})
    @Key("number")
    @ListIndex({"-moment", "name"})
    @Emits({"packed", "sent"})
    @DataSubject
    private static final class Order extends Base {
        private static final String CONSTANT = "none of its fields";

        @Numbered("O-{000}")
        @Size(max = 20)
        private String number;

        @NotNull
        @Refers(value = "customer.contact", onDelete = OnDelete.CLEAR)
        @DataSubject
        private Long customer;

        @Refers
        private Ref about;

        @NotNull
        private Instant moment;

        @Choice("shop.state")
        private String state;

        @Choice("shop.state")
        private Choices former;

        @Restricted("prices")
        private Money total;

        @Digits(integer = 5, fraction = 2)
        private BigDecimal weight;

        @Personal(onErase = OnErase.KEEP)
        @Size(max = 4_000)
        private String remark;

        @Searchable
        private String slogan;

        private transient String scratch = CONSTANT;
    }

    @CrmRecord
    @PartOf(value = "shop.order", field = "lines", nested = false, max = 200)
    private static final class Line {
        private int amount;
    }

    private final Mistakes mistakes = new Mistakes();
    private final EntityReader reader = new EntityReader("shop", Map.of("shop.state", STATES), Labels.NONE, mistakes);

    @Test
    public void theAnnotationsSayWhatATypeIs() {
        List<RecordType> types = reader.read(List.of(Line.class, Order.class));
        mistakes.throwIfAny();
        assertEquals(1, types.size());
        RecordType order = types.get(0);
        assertEquals("shop.order", order.name());
        assertEquals("baskets", order.plural());
        assertEquals("{number} {name}", order.title());
        assertEquals(List.of(List.of("name", "owner"), List.of("number")), order.keys());
        assertEquals(List.of(List.of("-moment", "name")), order.listIndexes());
        assertEquals(List.of("packed", "sent"), order.events());
        assertTrue(order.isDataSubject());
        assertEquals(
                Map.of("shop.order", Order.class.getName(), "shop.line", Line.class.getName()), reader.entityNames());
        assertEquals("Order", order.label(Locale.ENGLISH));

        RecordPart lines = order.part("lines").orElseThrow();
        assertEquals("shop.line", lines.type().name());
        assertFalse(lines.nested());
        assertEquals(200, lines.max());
        assertEquals(
                List.of("id", "amount"),
                lines.type().fields().stream().map(RecordField::name).toList());
    }

    @Test
    public void theAnnotationsSayWhatAFieldIs() {
        RecordType order = reader.read(List.of(Order.class)).get(0);
        mistakes.throwIfAny();
        assertEquals("id", order.fields().get(0).name());
        assertTrue(order.field("scratch").isEmpty());
        assertTrue(order.field("CONSTANT").isEmpty());
        assertEquals(40, field(order, "name").length());
        assertTrue("what is in a key has a sort key", field(order, "name").is(Trait.SORTABLE));
        assertFalse(field(order, "name").is(Trait.SEARCHABLE));
        assertTrue(field(order, "slogan").is(Trait.SEARCHABLE));
        assertEquals(255, field(order, "slogan").length());
        assertEquals("O-{000}", field(order, "number").numbering());
        assertTrue(field(order, "number").readOnly());
        RecordField customer = field(order, "customer");
        assertEquals(FieldKind.REFERENCE, customer.kind());
        assertEquals("customer.contact", customer.target());
        assertEquals(OnDelete.CLEAR, customer.onDelete());
        assertTrue(customer.required());
        assertTrue(customer.is(Trait.DATA_SUBJECT));
        assertEquals(FieldKind.REFERENCE_TO_ANY, field(order, "about").kind());
        assertEquals(FieldKind.CHOICE, field(order, "state").kind());
        assertEquals(STATES, order.choices(field(order, "state")).orElseThrow());
        assertEquals(FieldKind.CHOICES, field(order, "former").kind());
        assertEquals("shop.prices", field(order, "total").permission());
        assertEquals(7, field(order, "weight").length());
        assertEquals(2, field(order, "weight").scale());
        assertEquals(FieldKind.LONG_TEXT, field(order, "remark").kind());
        assertEquals(OnErase.KEEP, field(order, "remark").onErase());
    }

    @CrmRecord(plural = "Things!", title = "{nothing}")
    @Key("picture")
    private static final class Odd {
        @Choice("shop.nothing")
        private String choice;

        private byte[] picture;

        @Searchable
        private Money price;

        private String bin;
    }

    @Test
    public void everyMistakeIsToldAtOnce() {
        reader.read(List.of(Odd.class, String.class));
        String told = assertThrows(IllegalArgumentException.class, mistakes::throwIfAny)
                .getMessage();
        for (String sentence : List.of(
                "The plural of shop.odd is named \"Things!\"",
                "The title of shop.odd names \"nothing\"",
                "A key of shop.odd names \"picture\"",
                "offers the choices \"shop.nothing\"",
                "The field picture of shop.odd is a byte[]",
                "The field price of shop.odd is of kind money and can't be @Searchable",
                "The field bin of shop.odd is the platform's own",
                "The entity String is no @CrmRecord")) {
            assertTrue(sentence + "\n" + told, told.contains(sentence));
        }
    }

    private static RecordField field(RecordType type, String name) {
        return type.field(name).orElseThrow();
    }
}
