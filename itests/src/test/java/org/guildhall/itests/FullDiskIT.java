/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** A disk of the database that becomes full: nothing that was acknowledged is lost, and room is all that is needed. */
@RunWith(Parameterized.class)
public class FullDiskIT {
    private static final int MOST_CALLS = 2_000;
    private static final String LONG = "{\"lastName\":\"Full\",\"firstName\":\"" + "x".repeat(90) + "\"}";

    @Parameterized.Parameter
    public TestDatabase database;

    private Path disk;
    private OwnDatabase own;
    private Server server;

    @Parameterized.Parameters(name = "{0}")
    public static List<TestDatabase> databases() {
        return TestDatabase.available();
    }

    @Before
    public void start() throws Exception {
        disk = Files.createTempDirectory("guildhall-disk");
        Server.Result mounted =
                Server.run(List.of("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.toString()), Map.of(), 10);
        if (mounted.code() != 0) {
            Files.delete(disk);
            disk = null;
            System.out.println("SKIPPED: a full disk: " + mounted.output());
        }
        assumeTrue("a disk can be mounted", disk != null);
        server = new Server("full-" + database, 18623);
        if (database == TestDatabase.DERBY) {
            server.configure("org.guildhall.database.cfg", "url = jdbc:derby:" + disk + "/derby;create=true\n");
        } else {
            own = new OwnDatabase(database, disk);
            own.start();
            server.configure("org.guildhall.database.cfg", own.configuration());
        }
        server.start();
    }

    @After
    public void stop() throws Exception {
        if (disk != null) {
            if (server != null) {
                server.script(Map.of(), "stop");
            }
            if (own != null) {
                own.stop();
            }
            Server.run(List.of("umount", disk.toString()), Map.of(), 10);
            Files.deleteIfExists(disk);
        }
    }

    @Test
    public void whatWasAcknowledgedIsThereAndRoomIsAllThatIsNeeded() throws Exception {
        Set<String> acknowledged = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            acknowledged.add(created());
        }
        fill();
        Server.Answer refused = null;
        for (int call = 0; call < MOST_CALLS && refused == null; call++) {
            Server.Answer answer = server.post("/api/v1/contacts", LONG);
            if (answer.status() == 201) {
                acknowledged.add(answer.id());
            } else {
                refused = answer;
            }
        }
        assertTrue("nothing was refused", refused != null);
        System.out.println(database + ": a full disk is told as " + refused.status() + " " + refused.body());
        assertEquals(refused.body().toString(), 503, refused.status());
        assertTrue(
                refused.code(), Set.of("database.full", "database.unavailable").contains(refused.code()));
        assertFalse(refused.headers().firstValue("Retry-After").isEmpty());

        Files.delete(disk.resolve("filler"));
        if (database != TestDatabase.DERBY) {
            own.start();
        }
        Await.until(() -> server.post("/api/v1/contacts", LONG).status() == 201, server::log);
        for (String id : acknowledged) {
            assertEquals(id, 200, server.get("/api/v1/contacts/" + id).status());
            assertEquals(
                    id,
                    1,
                    server.get("/api/v1/contacts/" + id + "/history")
                            .body()
                            .path("items")
                            .size());
        }
        Await.until(
                () -> server.script(Map.of(), "shell", "guildhall:journal")
                        .output()
                        .contains(" 0 changes without a number"),
                server::log);
        System.out.println(database + ": " + acknowledged.size() + " acknowledged contacts are there");
    }

    private String created() throws IOException, InterruptedException {
        Server.Answer made = server.post("/api/v1/contacts", LONG);
        assertEquals(made.body().toString(), 201, made.status());
        return made.id();
    }

    private void fill() throws IOException {
        try (FileChannel filler =
                FileChannel.open(disk.resolve("filler"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int size = 1 << 20; size >= 1 << 12; size >>= 1) {
                while (write(filler, size)) {}
            }
        }
    }

    private static boolean write(FileChannel filler, int size) {
        try {
            return filler.write(ByteBuffer.allocate(size)) == size;
        } catch (IOException e) {
            return false;
        }
    }
}
