/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What is asked of a server.
 *
 * @param body what is posted; null for what is read
 * @param checksum of the one answer that is right; {@value #ANY} for what no two requests are answered alike
 */
record Request(String path, String body, long checksum) {
    static final long ANY = -1;

    private static final String TOO_EXPENSIVE = "\"code\":\"query.too-expensive\"";
    private static final byte[] CREATED = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);

    static Request create(String path, String body) {
        return new Request(path, body, ANY);
    }

    static long checksum(byte[] answer) {
        CRC32 checksum = new CRC32();
        checksum.update(answer);
        return checksum.getValue();
    }

    /** Fails with an answer that is not as it should be. */
    void send(HttpConnection connection) throws IOException {
        HttpConnection.Response response = body == null ? connection.get(path) : connection.post(path, body);
        boolean right = body == null
                ? response.status() == 200 && (checksum == ANY || checksum(response.body()) == checksum)
                : response.status() == 201 && begins(response.body());
        if (!right) {
            throw failure(path, response);
        }
    }

    static IOException failure(String path, HttpConnection.Response response) {
        String what = path + " was answered " + response.status() + " " + response.text();
        return response.text().contains(TOO_EXPENSIVE) ? new TooExpensive(what) : new IOException(what);
    }

    /** That the server gave up a query because it took too long. */
    static final class TooExpensive extends IOException {
        private static final long serialVersionUID = 1;

        TooExpensive(String message) {
            super(message);
        }
    }

    private static boolean begins(byte[] answer) {
        for (int i = 0; i < CREATED.length; i++) {
            if (i >= answer.length || answer[i] != CREATED[i]) {
                return false;
            }
        }
        return true;
    }
}
