/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that a test starts from the built archive, with its own start script and a home of its own. */
public final class Server {
    private static final Path WORK = Path.of(System.getProperty("guildhall.work"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WAIT_SECONDS = 60;

    /** Those of the tests' servers are for short lives. */
    static final String JAVA_OPTIONS = "GUILDHALL_JAVA_OPTS";

    private static Path program;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path home;
    private final int port;
    private final Map<String, String> variables = new HashMap<>();
    private String password;
    private String token;

    /** What a command printed, both streams, and how it ended. */
    public record Result(int code, String output) {
        /** The value of a line such as {@code url: http://...}; fails the test where it is missing. */
        public String line(String name) {
            Matcher line = Pattern.compile("(?m)^" + name + ": (.+)$").matcher(output);
            if (!line.find()) {
                throw new AssertionError("no line \"" + name + ":\" in:\n" + output);
            }
            return line.group(1);
        }
    }

    /** An answer. */
    public record Answer(int status, JsonNode body, java.net.http.HttpHeaders headers) {
        public String code() {
            return body.path("code").asText();
        }

        public String id() {
            return body.path("id").asText();
        }
    }

    /** The same server for another caller. */
    private Server(Server server, String token) {
        this.home = server.home;
        this.port = server.port;
        this.password = server.password;
        this.token = token;
    }

    /** The server as somebody else speaks to it. */
    public Server as(String otherToken) {
        return new Server(this, otherToken);
    }

    public Server(String name, int port) throws IOException {
        this.home = WORK.toAbsolutePath().normalize().resolve(name);
        this.port = Fork.port(port);
        delete(home);
        Files.createDirectories(home);
    }

    /** The unpacked archive; one for all servers of the run. */
    static synchronized Path program() throws IOException, InterruptedException {
        if (program == null) {
            Path folder = WORK.toAbsolutePath().normalize().resolve("program");
            delete(folder);
            Files.createDirectories(folder);
            Result unpacked = run(
                    List.of(
                            "tar",
                            "-xzf",
                            System.getProperty("guildhall.archive"),
                            "-C",
                            folder.toString(),
                            "--strip-components",
                            "1"),
                    Map.of(),
                    60);
            if (unpacked.code() != 0) {
                throw new AssertionError(unpacked.output());
            }
            program = folder;
        }
        return program;
    }

    public Path home() {
        return home;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Writes a file of etc before the server's first start. */
    public Server configure(String file, String text) throws IOException {
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve("etc").resolve(file), text);
        return this;
    }

    /** Sets a variable of the environment in which the start script runs. */
    void variable(String name, String value) {
        variables.put(name, value);
    }

    /** Runs the start script. */
    public Result script(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program().resolve("bin/guildhall").toString());
        command.addAll(Arrays.asList(arguments));
        return run(command, environment(environment), 180);
    }

    Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(variables);
        all.put(JAVA_OPTIONS, System.getProperty("guildhall.java").strip());
        all.put("GUILDHALL_HOME", home.toString());
        all.put("GUILDHALL_PORT", Integer.toString(port));
        all.putAll(more);
        return all;
    }

    /** Starts the server and, the first time, makes a token for the administrator. */
    public Result start() throws IOException, InterruptedException {
        Result started = script(Map.of(), "start");
        if (started.code() != 0) {
            throw new AssertionError(started.output() + "\n" + log());
        }
        if (password == null) {
            password = started.line("password");
            token = script(Map.of(), "shell", "guildhall:token-add admin tests")
                    .output()
                    .strip();
        }
        return started;
    }

    /** Starts the server, which knows the accounts of another one. */
    public Result start(Server other) throws IOException, InterruptedException {
        password = other.password;
        token = other.token;
        return start();
    }

    public void stop() throws IOException, InterruptedException {
        Result stopped = script(Map.of(), "stop");
        if (stopped.code() != 0) {
            throw new AssertionError(stopped.output());
        }
    }

    /** Ends the server's process as a power failure would. */
    public void kill() throws IOException, InterruptedException {
        ProcessHandle process =
                ProcessHandle.of(pid()).orElseThrow(() -> new AssertionError("the server does not run"));
        process.destroyForcibly();
        while (process.isAlive()) {
            Thread.sleep(10);
        }
    }

    public long pid() throws IOException {
        return Long.parseLong(
                Files.readString(home.resolve("data/guildhall.pid")).strip());
    }

    public String password() {
        return password;
    }

    public String token() {
        return token;
    }

    public String log() throws IOException {
        Path log = home.resolve("data/log/guildhall.log");
        return Files.exists(log) ? Files.readString(log) : "(no log)";
    }

    /** Puts a jar into the deploy folder, whole or not at all. */
    public Path deploy(Path jar, String name) throws IOException {
        Path deployed = home.resolve("deploy").resolve(name);
        Path copying = deployed.resolveSibling("." + name + ".part");
        Files.createDirectories(deployed.getParent());
        Files.copy(jar, copying, StandardCopyOption.REPLACE_EXISTING);
        return Files.move(copying, deployed, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Waits until an address answers with a status. */
    public void await(int status, String path) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (get(path).status() != status) {
            if (System.nanoTime() > end) {
                throw new AssertionError(path + " has not become " + status + "\n" + log());
            }
            Thread.sleep(100);
        }
    }

    /** Waits for a line of the log behind its first characters; gives what the pattern found. */
    public Matcher awaitLog(int from, String pattern) throws IOException, InterruptedException {
        return awaitLog(from, pattern, WAIT_SECONDS);
    }

    public Matcher awaitLog(int from, String pattern, int seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            String log = log();
            Matcher found = Pattern.compile(pattern).matcher(log).region(Math.min(from, log.length()), log.length());
            if (found.find()) {
                return found;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("no \"" + pattern + "\" in\n" + log.substring(Math.min(from, log.length())));
            }
            Thread.sleep(50);
        }
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public Answer post(String path, String json) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer patch(String path, String json) throws IOException, InterruptedException {
        return send(patching(path, json));
    }

    public HttpRequest.Builder patching(String path, String json) {
        return request(path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json));
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).header("Authorization", "Bearer " + token);
    }

    public HttpRequest.Builder anonymous(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path));
    }

    public Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        boolean json =
                response.headers().firstValue("Content-Type").orElse("").matches("application/(problem\\+)?json.*");
        return new Answer(
                response.statusCode(), json ? JSON.readTree(response.body()) : JSON.missingNode(), response.headers());
    }

    /** What an address answers, as text. */
    static String text(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.GET().build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    static String json(Map<String, ?> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Result run(List<String> command, Map<String, String> environment, int seconds)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("guildhall", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("GUILDHALL_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " took more than " + seconds + " s:\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
