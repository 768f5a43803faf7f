/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The choices that administrators added to the lists of plugins: {@code gh_choice}. */
@Component(service = AddedChoices.class)
public final class AddedChoices {
    private static final List<String> LANGUAGES = List.of("en", "zh");
    private static final int LABEL_LENGTH = 200;

    private static final Table CHOICES = new Table(
                    "gh_choice",
                    List.of(
                            new Column("list_name", Type.TEXT, 83, true),
                            new Column("choice_name", Type.TEXT, 41, true),
                            new Column("category", Type.TEXT, 41, false),
                            new Column("label_en", Type.TEXT, LABEL_LENGTH, false),
                            new Column("label_zh", Type.TEXT, LABEL_LENGTH, false)),
                    List.of("list_name", "choice_name"),
                    List.of())
            .heldFor("list_name");

    private final Schema schema;

    @Activate
    public AddedChoices(@Reference Schema schema) {
        this.schema = schema;
        schema.ensure(CHOICES);
    }

    /** The choices added to a list. */
    List<ChoiceList.Option> of(String list) {
        return schema.call(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select choice_name, category, label_en, label_zh"
                            + " from gh_choice where list_name = ? order by choice_name")) {
                select.setString(1, list);
                try (ResultSet rows = select.executeQuery()) {
                    List<ChoiceList.Option> choices = new ArrayList<>();
                    while (rows.next()) {
                        Map<String, String> labels = new HashMap<>();
                        for (String language : LANGUAGES) {
                            String label = rows.getString("label_" + language);
                            if (label != null) {
                                labels.put(language, label);
                            }
                        }
                        choices.add(new ChoiceList.Option(
                                rows.getString(1), rows.getString(2), false, null, Map.copyOf(labels)));
                    }
                    return choices;
                }
            }
        });
    }

    void add(String list, ChoiceList.Option choice) {
        for (String label : choice.labels().values()) {
            if (label.isBlank() || label.length() > LABEL_LENGTH) {
                throw new IllegalArgumentException("A label has 1 to " + LABEL_LENGTH + " characters.");
            }
        }
        schema.call(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("insert into gh_choice"
                    + " (list_name, choice_name, category, label_en, label_zh) values (?, ?, ?, ?, ?)")) {
                insert.setString(1, list);
                insert.setString(2, choice.name());
                insert.setString(3, choice.category());
                insert.setString(4, choice.labels().get("en"));
                insert.setString(5, choice.labels().get("zh"));
                return insert.executeUpdate();
            }
        });
    }
}
