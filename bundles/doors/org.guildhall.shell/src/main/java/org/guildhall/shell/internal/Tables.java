/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.shell.internal;

import org.apache.karaf.shell.support.table.ShellTable;

/** Tables of the shell. */
final class Tables {
    private Tables() {}

    static ShellTable of(String... columns) {
        ShellTable table = new ShellTable();
        for (String column : columns) {
            table.column(column);
        }
        return table;
    }
}
