/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.ChoiceList;
import org.guildhall.api.platform.PluginModel;
import org.guildhall.api.platform.PluginModel.Change;
import org.guildhall.api.platform.PluginModel.Rename;
import org.guildhall.api.platform.RoleOffer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class JarFilesTest {
    @Rule
    public final TemporaryFolder jar = new TemporaryFolder();

    private final Mistakes mistakes = new Mistakes();

    @Test
    public void choicesHaveCategoriesAndFollowers() throws IOException {
        write(
                "choices.yaml",
                """
                state:
                  categories: [open, closed]
                  choices:
                    - {name: new, category: open, initial: true, next: [done]}
                    - name: done
                      category: closed
                      next: []
                colour:
                  choices: [{name: red}]
                """);
        Map<String, ChoiceList> lists = files().choices("shop", mistakes);
        mistakes.throwIfAny();
        ChoiceList state = lists.get("shop.state");
        assertEquals(List.of("open", "closed"), state.categories());
        assertEquals("new", state.initial().orElseThrow().name());
        assertEquals(List.of("done"), state.choice("new").orElseThrow().next());
        assertEquals("closed", state.choice("done").orElseThrow().category());
        assertTrue(lists.get("shop.colour").initial().isEmpty());
        assertEquals(Map.of(), new JarFiles(name -> null, null).choices("shop", mistakes));
    }

    @Test
    public void mistakesOfChoicesAreToldWithTheirPlace() throws IOException {
        told("state:\n  choices:\n    - {nme: new}\n", "line 3, column 8: the key nme is unknown");
        told("state:\n  choices: red\n", "line 2, column 12: a list is expected");
        told("state: [\n", "is no YAML at line 2");
        told("", "choices.yaml is empty");
        told("state: {choices: [{name: a}, {name: a}]}", "the choice a is there already");
        told("state: {choices: []}\nstate: {choices: []}", "the key state is there already");
        told("state: {choices: [{name: a, category: open}]}", "must have one of the list's categories, []");
        told("state: {categories: [open], choices: [{name: a}]}", "must have one of the list's categories, [open]");
        told("state: {choices: [{name: a, next: [b]}]}", "the choices that follow a must be of the list");
        told("state: {choices: [{name: a, initial: yes}]}", "true or false is expected");
        told("state: {choices: [&x {name: a}, *x, *x]}", "choices.yaml can't be read");
        told("state: {choices: " + "[".repeat(1_000), "choices.yaml can't be read");
    }

    @Test
    public void rolesSpeakOfWhatIsThePluginsBusiness() throws IOException {
        write(
                "roles.yaml",
                """
                - name: Seller
                  permissions:
                    - {type: order, verbs: [create, read], scope: team}
                    - {type: customer.contact, verbs: [read]}
                  grants: [discount]
                """);
        List<RoleOffer> roles = roles();
        assertEquals(
                List.of(new RoleOffer(
                        "Seller",
                        null,
                        List.of(
                                new RoleOffer.Permission("shop.order", Set.of(Verb.CREATE, Verb.READ), "team"),
                                new RoleOffer.Permission("customer.contact", Set.of(Verb.READ), "all")),
                        List.of("shop.discount"))),
                roles);
        toldOfRoles("- {permissions: []}", "the key name is missing");
        toldOfRoles("- {name: A}\n- {name: A}", "the role A is there already");
        toldOfRoles("- {name: A, grants: [security.grant]}", "must be one of the plugin's own");
        toldOfRoles("- {name: A, permissions: [{type: security.user, verbs: [read]}]}", "one that it says it uses");
        toldOfRoles("- {name: A, permissions: [{type: order, verbs: [steal]}]}", "the verb steal is unknown");
        toldOfRoles("- {name: A, permissions: [{type: order, verbs: []}]}", "verbs must name one at least");
        toldOfRoles(
                "- {name: A, permissions: [{type: order, verbs: [read], scope: most}]}", "the scope must be one of");
    }

    private void toldOfRoles(String yaml, String sentence) throws IOException {
        write("roles.yaml", yaml);
        String told = assertThrows(sentence, IllegalArgumentException.class, this::roles)
                .getMessage();
        assertTrue(told, told.contains(sentence));
    }

    private List<RoleOffer> roles() {
        return new OfferedRolesFile("shop", List.of(new PluginModel.Use("customer.contact", Set.of(), Set.of())))
                .read(files());
    }

    private void told(String yaml, String sentence) throws IOException {
        write("choices.yaml", yaml);
        Mistakes found = new Mistakes();
        IllegalArgumentException told = assertThrows(sentence, IllegalArgumentException.class, () -> {
            files().choices("shop", found);
            found.throwIfAny();
        });
        assertTrue(told.getMessage(), told.getMessage().contains(sentence));
    }

    @Test
    public void changesAreRenamesAndStatements() throws IOException {
        write(
                "changes.yaml",
                """
                - {schema: 2, rename: {record: order, from: note, to: remark}}
                - schema: 3
                  sql: |
                    update shop_order set state = 'new'
                    where state is null
                """);
        assertEquals(
                List.of(
                        new Change(2, new Rename("shop.order", "note", "remark"), null),
                        new Change(3, null, "update shop_order set state = 'new'\nwhere state is null")),
                files().changes("shop", 3));
        assertThrows(IllegalArgumentException.class, () -> files().changes("shop", 2));
        write("changes.yaml", "- {schema: 3, sql: a}\n- {schema: 2, sql: b}\n");
        assertThrows(IllegalArgumentException.class, () -> files().changes("shop", 3));
        write("changes.yaml", "- {schema: 2, sql: a, rename: {record: order, from: a, to: b}}\n");
        assertThrows(IllegalArgumentException.class, () -> files().changes("shop", 3));
    }

    private void write(String name, String text) throws IOException {
        Path file = jar.getRoot().toPath().resolve("OSGI-INF/guildhall").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private JarFiles files() {
        return new JarFiles(
                name -> {
                    Path file = jar.getRoot().toPath().resolve(name);
                    try {
                        URL url = file.toUri().toURL();
                        return Files.exists(file) ? url : null;
                    } catch (MalformedURLException e) {
                        throw new AssertionError(e);
                    }
                },
                null);
    }
}
