/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.archives.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.apache.felix.fileinstall.ArtifactListener;
import org.apache.karaf.kar.KarService;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes archives from the deploy folder. It remembers what it installed, since FileInstall knows after a restart of bundles
 * alone.
 */
@Component(
        service = {ArtifactListener.class, ArtifactInstaller.class},
        immediate = true)
public final class ArchiveDeployer implements ArtifactInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveDeployer.class);
    private static final String ENDING = ".kar";

    private final KarService archives;
    private final Path memory;
    /** The hash of each installed archive, by its file. */
    private final Properties installed = new Properties();

    /** Begins before the plugins' start level, so that what is gone is not served first. */
    @Activate
    public ArchiveDeployer(@Reference KarService archives, BundleContext context) throws IOException {
        this.archives = archives;
        this.memory = context.getDataFile("archives.properties").toPath();
        if (Files.exists(memory)) {
            try (InputStream stream = Files.newInputStream(memory)) {
                installed.load(stream);
            }
        }
        for (String file : installed.stringPropertyNames()) {
            if (!Files.exists(Path.of(file))) {
                try {
                    uninstall(new File(file));
                } catch (Exception e) {
                    LOG.error("{} was deleted while the server was stopped, and can't be uninstalled", file, e);
                }
            }
        }
    }

    @Override
    public boolean canHandle(File file) {
        return file.isFile() && file.getName().endsWith(ENDING);
    }

    @Override
    public synchronized void install(File file) throws Exception {
        String hash = hash(file);
        String known = installed.getProperty(file.getPath());
        if (hash.equals(known) && archives.list().contains(name(file))) {
            return;
        }
        if (known != null) {
            uninstall(file);
        }
        archives.install(file.toURI());
        installed.setProperty(file.getPath(), hash);
        save();
        LOG.info("The archive {} is installed", file.getName());
    }

    @Override
    public void update(File file) throws Exception {
        install(file);
    }

    @Override
    public synchronized void uninstall(File file) throws Exception {
        if (archives.list().contains(name(file))) {
            archives.uninstall(name(file));
        }
        installed.remove(file.getPath());
        save();
        LOG.info("The archive {} is uninstalled", file.getName());
    }

    private void save() throws IOException {
        Path written = memory.resolveSibling(memory.getFileName() + ".new");
        try (OutputStream stream = Files.newOutputStream(written)) {
            installed.store(stream, null);
        }
        Files.move(written, memory, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String name(File file) {
        String name = file.getName();
        return name.substring(0, name.length() - ENDING.length());
    }

    private static String hash(File file) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream stream = new DigestInputStream(Files.newInputStream(file.toPath()), digest)) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
