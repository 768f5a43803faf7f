/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.rest.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.ClientErrorException;
import javax.ws.rs.core.Response;

/** Ends a body that is too large with 413. */
final class LimitedBody extends FilterInputStream {
    /** Of one record. */
    static final int MOST = 1 << 20;

    /** Of a batch. */
    static final int MOST_OF_A_BATCH = 16 << 20;

    private final int most;
    private int read;

    LimitedBody(InputStream body) {
        this(body, MOST);
    }

    LimitedBody(InputStream body, int most) {
        super(body);
        this.most = most;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int more = super.read(buffer, offset, length);
        count(Math.max(more, 0));
        return more;
    }

    private void count(int more) {
        read += more;
        if (read > most) {
            throw new ClientErrorException(Integer.toString(most), Response.Status.REQUEST_ENTITY_TOO_LARGE);
        }
    }
}
