/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The choices that a field offers: those of the plugin's jar, and after them those of administrators.
 *
 * @param name {@code plugin.list}
 * @param categories the fixed names that code relies on; empty when the list has none
 * @param choices in the order in which people see them
 */
public record ChoiceList(String name, List<String> categories, List<Option> choices) {
    /**
     * A choice.
     *
     * @param name what is stored, {@code [a-z][A-Za-z0-9]{0,40}}
     * @param category what it means to code, one of the list's; null in a list without categories
     * @param initial whether a new record has it when none is given; one choice of a list at most
     * @param next for a state, the choices that may follow it; null when any may
     * @param labels its labels by language where an administrator gave them; else the jar's labels say it
     */
    public record Option(
            String name, String category, boolean initial, List<String> next, Map<String, String> labels) {}

    public ChoiceList {
        categories = List.copyOf(categories);
        choices = List.copyOf(choices);
    }

    public Optional<Option> choice(String choice) {
        return choices.stream().filter(one -> one.name().equals(choice)).findFirst();
    }

    /** What a new record has when no choice is given. */
    public Optional<Option> initial() {
        return choices.stream().filter(Option::initial).findFirst();
    }

    /** The list with more choices behind its own; of two with one name the list's own stays. */
    public ChoiceList with(List<Option> more) {
        Map<String, Option> all = new LinkedHashMap<>();
        choices.forEach(choice -> all.put(choice.name(), choice));
        more.forEach(choice -> all.putIfAbsent(choice.name(), choice));
        return new ChoiceList(name, categories, List.copyOf(all.values()));
    }
}
