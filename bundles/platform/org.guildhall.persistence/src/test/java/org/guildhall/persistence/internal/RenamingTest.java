/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.persistence.internal;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordField;
import org.guildhall.api.platform.RecordField.Trait;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Index;
import org.guildhall.api.platform.Table.Type;
import org.guildhall.persistence.internal.TableModel.StoredField;
import org.junit.Test;

public class RenamingTest {
    private static final TableModel ORDER = new TableModel(
            "shop.order",
            "orders",
            "{name}",
            false,
            "shop_order",
            List.of(
                    stored(new RecordField("id", FieldKind.REFERENCE, Trait.PLATFORM), column("id", Type.INTEGER)),
                    stored(
                            new RecordField("name", FieldKind.TEXT, Trait.SORTABLE, Trait.SEARCHABLE),
                            column("name", Type.TEXT),
                            column("name_key", Type.SORT_KEY)),
                    stored(new RecordField("size", FieldKind.INTEGER), column("its_size", Type.INTEGER))),
            List.of(List.of("name")),
            List.of(List.of("-name", "size")),
            List.of(),
            List.of());

    private static StoredField stored(RecordField field, Column... columns) {
        return new StoredField(field, List.of(columns), false);
    }

    private static Column column(String name, Type type) {
        return new Column(name, type, 0, false);
    }

    @Test
    public void theIndexesFollowFromTheModel() {
        assertEquals(
                List.of(
                        new Index(false, "bin", "id"),
                        new Index(false, "bin", "owner", "id"),
                        new Index(false, "bin", "team", "id"),
                        new Index(false, "bin", "created_at", "id"),
                        new Index(false, "bin", "changed_at", "id"),
                        new Index(true, "name_key", "bin"),
                        new Index(false, "bin", "-name_key", "its_size", "id"),
                        new Index(false, "bin", "name_key", "id")),
                ORDER.table(false).indexes());
        assertEquals("shop_order_x", ORDER.tables().get(1).name());
    }

    @Test
    public void aFieldTakesItsColumnsAndItsKeysAlong() {
        TableModel renamed = Renaming.of(ORDER, "shop.order", "name", "fullName");
        assertEquals("{fullName}", renamed.title());
        assertEquals(
                List.of("full_name", "full_name_key"),
                renamed.field("fullName").orElseThrow().columns().stream()
                        .map(Column::name)
                        .toList());
        assertEquals(List.of(List.of("fullName")), renamed.keys());
        assertEquals(List.of(List.of("-fullName", "size")), renamed.listIndexes());
    }

    @Test
    public void aColumnThatItsAuthorNamedKeepsItsName() {
        TableModel renamed = Renaming.of(ORDER, "shop.order", "size", "length");
        assertEquals(
                "its_size",
                renamed.field("length").orElseThrow().columns().get(0).name());
        assertEquals(ORDER.fields().get(1), renamed.fields().get(1));
    }
}
