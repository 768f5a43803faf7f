/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.plugins.internal;

import java.util.ArrayList;
import java.util.List;
import org.guildhall.api.platform.RecordType;

/** What is wrong with a plugin, in sentences that say what to do; told all at once. */
final class Mistakes {
    private final List<String> sentences = new ArrayList<>();

    void add(String sentence) {
        sentences.add(sentence);
    }

    /** Adds the sentence unless the name is a good one; {@code what} says whose name it is. */
    void checkName(String name, String grammar, String what) {
        if (!name.matches(grammar)) {
            add(what + " is named \"" + name
                    + "\" and must be a small letter followed by at most 40 letters and digits of" + " ASCII"
                    + (grammar.equals(RecordType.GRAMMAR) ? "." : ", twice with a dot between."));
        }
    }

    /** Ends the deployment when there is any. */
    void throwIfAny() {
        if (!sentences.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", sentences));
        }
    }
}
