/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.health.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.guildhall.api.platform.HealthCheck;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Looks how much room is left for the log, for Derby and for what is being uploaded. */
@Component
public final class DiskCheck implements HealthCheck {
    private static final long MEGABYTE = 1 << 20;

    private final Path data;

    @Activate
    public DiskCheck(BundleContext context) {
        this.data = Path.of(context.getProperty("guildhall.data"));
    }

    @Override
    public List<Finding> check(Limits limits) {
        try {
            FileStore disk = Files.getFileStore(data);
            long free = disk.getUsableSpace();
            return free >= limits.freeDisk()
                    ? List.of()
                    : List.of(new Finding(
                            free < limits.freeDisk() / 10 ? Severity.ERROR : Severity.WARNING,
                            "disk.full",
                            "Only " + free / MEGABYTE + " of " + disk.getTotalSpace() / MEGABYTE
                                    + " megabytes are free where the server's data are.",
                            "Make room, or move the home to a larger disk; old backups may be in the folder backups."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
