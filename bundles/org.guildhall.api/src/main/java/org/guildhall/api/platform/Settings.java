/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of settings, as they may leave the server. */
public final class Settings {
    /** Stands in a copy in place of each setting that was left out. */
    public static final String LEFT_OUT = "# left out, because it is a secret: ";

    private static final Pattern SETTING = Pattern.compile("\\s*([^#!\\s=:][^\\s=:]*)\\s*[=:\\s].*", Pattern.DOTALL);
    private static final Pattern COMMENTED_OUT =
            Pattern.compile("(\\s*[#!][#!\\s]*([^\\s=:]+)\\s*[=:]).*", Pattern.DOTALL);
    private static final Pattern SECRET =
            Pattern.compile("\\..*|.*(password|passwd|secret|token|credential|private).*", Pattern.CASE_INSENSITIVE);
    private static final Pattern URL_SECRET =
            Pattern.compile("(?i)([?&;][^=&;\\s]*(?:password|secret)[^=&;\\s]*)=[^&;\\s]*");
    private static final Set<String> SECRET_FILES = Set.of("users.properties", "host.key");

    private Settings() {}

    /** Whether a file of etc holds nothing but secrets. */
    public static boolean isSecret(String file) {
        return SECRET_FILES.contains(file) || file.matches("(?i).*\\.(key|pem|p12|jks|keystore)");
    }

    /** Whether a file of etc is one of settings, which may be written in ISO 8859-1 as properties are. */
    public static boolean isSettings(String file) {
        return file.matches(".*\\.(cfg|config|properties)");
    }

    /**
     * A file's text without passwords and the like: settings whose names begin with a dot, as private ones do, or speak of
     * a secret, and passwords in addresses.
     */
    public static String withoutSecrets(String text) {
        List<String> kept = new ArrayList<>();
        boolean continues = false;
        boolean dropping = false;
        for (String line : text.split("\r\n?|\n", -1)) {
            Matcher setting = SETTING.matcher(line + " ");
            if (!continues) {
                dropping = setting.matches() && SECRET.matcher(setting.group(1)).matches();
                if (dropping) {
                    kept.add(LEFT_OUT + setting.group(1));
                }
            }
            if (!dropping) {
                Matcher comment = COMMENTED_OUT.matcher(line);
                boolean secret =
                        comment.matches() && SECRET.matcher(comment.group(2)).matches();
                kept.add(secret ? comment.group(1) : URL_SECRET.matcher(line).replaceAll("$1="));
            }
            boolean comment = !continues && line.strip().matches("(?s)[#!].*");
            continues = !comment && line.matches("(?s).*(?<!\\\\)(\\\\\\\\)*\\\\");
        }
        return String.join("\n", kept);
    }
}
