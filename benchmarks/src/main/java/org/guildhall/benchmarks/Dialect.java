/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the databases do differently, as far as it matters here. */
enum Dialect {
    /** It has to be told which index gives an order, and from which table to go to which. */
    DERBY {
        @Override
        String hint(String index) {
            return " --DERBY-PROPERTIES index=" + index.toUpperCase(Locale.ROOT) + "\n";
        }

        @Override
        String inThisOrder() {
            return " --DERBY-PROPERTIES joinOrder=FIXED\n";
        }

        @Override
        String rowByRow() {
            return " --DERBY-PROPERTIES joinStrategy=NESTEDLOOP\n";
        }

        @Override
        String hashed(String index) {
            return " --DERBY-PROPERTIES joinStrategy=HASH, index=" + index.toUpperCase(Locale.ROOT) + "\n";
        }

        @Override
        boolean isSlowByRow() {
            return true;
        }

        @Override
        List<String> refresh(List<String> tables) {
            return Stream.concat(
                            tables.stream()
                                    .map(table -> "call syscs_util.syscs_update_statistics('APP', '"
                                            + table.toUpperCase(Locale.ROOT) + "', null)"),
                            Stream.of("call syscs_util.syscs_checkpoint_database()"))
                    .toList();
        }
    },
    POSTGRESQL {
        @Override
        String after(String column, String idColumn, boolean descending) {
            return "(" + column + ", " + idColumn + ")" + (descending ? " < " : " > ") + "(?, ?)";
        }

        @Override
        int cellsAfter() {
            return 1;
        }

        @Override
        List<String> refresh(List<String> tables) {
            // Without the vacuum, the first readers would do its work in the middle of the measurement.
            return Stream.concat(tables.stream().map(table -> "vacuum (analyze) " + table), Stream.of("checkpoint"))
                    .toList();
        }
    },
    MARIADB {
        @Override
        List<String> refresh(List<String> tables) {
            return tables.stream().map(table -> "analyze table " + table).toList();
        }
    };

    static Dialect of(String url) {
        return valueOf(url.split(":")[1].toUpperCase(Locale.ROOT));
    }

    /** Names an index for the table that stands before, where that helps. */
    String hint(String index) {
        return "";
    }

    /** Has the tables joined in the order in which they stand behind, where that helps. */
    String inThisOrder() {
        return "";
    }

    /** Has the table that stands before looked up for each row, where that helps. */
    String rowByRow() {
        return "";
    }

    /** Has an index of the table that stands before read once, and looked up in memory for each row. */
    String hashed(String index) {
        return "";
    }

    /** Whether it pays to find out from indexes alone which rows are wanted, and to read the rows then. */
    boolean isSlowByRow() {
        return false;
    }

    /** The rows behind a place in an order by two columns. */
    String after(String column, String idColumn, boolean descending) {
        String sign = descending ? " <" : " >";
        return column + sign + "= ? and (" + column + sign + " ? or " + idColumn + sign + " ?)";
    }

    /** How often the first cell is a parameter of {@link #after}, before the id is. */
    int cellsAfter() {
        return 2;
    }

    /** What makes the database know its new rows. */
    abstract List<String> refresh(List<String> tables);
}
