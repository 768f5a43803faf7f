/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A fixed piece of work of a fresh JVM, which says by its CPU time how fast the machine is at this moment: the same server
 * was seen to start in 9 and in 35 CPU-seconds.
 */
final class ReferenceWork {
    private static final int ROUNDS = 400;
    private static final int WORDS = 8_000;

    private ReferenceWork() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Pattern vowels = Pattern.compile("[aeiou]+");
        long seen = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Integer> words = new TreeMap<>();
            for (int i = 0; i < WORDS; i++) {
                String word = Integer.toString((i * 7_919 + round) & 0xffff, 36).repeat(3);
                words.merge(vowels.matcher(word).replaceAll("*"), 1, Integer::sum);
            }
            seen += words.size();
        }
        Object bean = ManagementFactory.getOperatingSystemMXBean();
        long nanos = ((com.sun.management.OperatingSystemMXBean) bean).getProcessCpuTime();
        System.out.println("reference: " + nanos / 1_000_000 + " " + seen);
    }
}
