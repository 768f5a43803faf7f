/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.records.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.guildhall.api.Problem;
import org.guildhall.api.platform.Schema;
import org.guildhall.api.platform.Table;
import org.guildhall.api.platform.Table.Column;
import org.guildhall.api.platform.Table.Type;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The places where pages end, as texts that nobody else can make: sealed with HMAC-SHA-256 (RFC 2104) under a secret that
 * the servers of one database share, together with the question that they belong to.
 */
@Component(service = Cursors.class)
public final class Cursors {
    private static final Table SECRETS = new Table(
            "gh_secret",
            List.of(new Column("name", Type.TEXT, 41, true), new Column("secret", Type.TEXT, 64, true)),
            List.of("name"),
            List.of());
    private static final String NAME = "cursor";
    private static final int SEAL = 16;
    private static final int MAX_LENGTH = 4_096;

    /** Only ever cloned: to make one anew costs as much as what it seals. */
    private final Mac ready;

    @Activate
    public Cursors(@Reference Schema schema) {
        schema.ensure(SECRETS);
        String secret = find(schema);
        if (secret == null) {
            byte[] bits = new byte[32];
            new SecureRandom().nextBytes(bits);
            try {
                schema.call(connection -> {
                    try (PreparedStatement insert =
                            connection.prepareStatement("insert into gh_secret (name, secret) values (?, ?)")) {
                        insert.setString(1, NAME);
                        insert.setString(2, HexFormat.of().formatHex(bits));
                        return insert.executeUpdate();
                    }
                });
            } catch (Problem anotherServerWasFaster) {
                if (!anotherServerWasFaster.code().equals("record.duplicate")) {
                    throw anotherServerWasFaster;
                }
            }
            secret = find(schema);
        }
        ready = ready(new SecretKeySpec(HexFormat.of().parseHex(secret), "HmacSHA256"));
    }

    private static Mac ready(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String find(Schema schema) {
        return schema.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select secret from gh_secret where name = ?")) {
                select.setString(1, NAME);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getString(1) : null;
                }
            }
        });
    }

    /**
     * The text of a place.
     *
     * @param question whatever another question or another caller would have differently
     */
    String write(String question, List<Object> cells) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            for (Object cell : cells) {
                write(out, cell);
            }
            byte[] place = bytes.toByteArray();
            byte[] sealed = Arrays.copyOf(seal(question, place), SEAL + place.length);
            System.arraycopy(place, 0, sealed, SEAL, place.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The place of a text; INVALID for one that was not made for the question. */
    List<Object> read(String question, String cursor) {
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(cursor.length() > MAX_LENGTH ? "" : cursor);
            if (sealed.length > SEAL) {
                byte[] place = Arrays.copyOfRange(sealed, SEAL, sealed.length);
                if (MessageDigest.isEqual(Arrays.copyOf(sealed, SEAL), seal(question, place))) {
                    return cells(place);
                }
            }
        } catch (IllegalArgumentException | IOException e) {
            // No cursor of ours, which is told below.
        }
        throw Problem.of(Problem.Kind.INVALID, "query.cursor");
    }

    private byte[] seal(String question, byte[] place) {
        try {
            Mac mac = (Mac) ready.clone();
            mac.update(question.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(place), SEAL);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(DataOutputStream out, Object cell) throws IOException {
        if (cell == null) {
            out.writeByte('0');
        } else if (cell instanceof Long number) {
            out.writeByte('L');
            out.writeLong(number);
        } else if (cell instanceof Boolean yes) {
            out.writeByte('B');
            out.writeBoolean(yes);
        } else if (cell instanceof LocalDate date) {
            out.writeByte('D');
            out.writeLong(date.toEpochDay());
        } else if (cell instanceof LocalDateTime time) {
            out.writeByte('T');
            out.writeLong(time.toEpochSecond(ZoneOffset.UTC));
            out.writeInt(time.getNano());
        } else if (cell instanceof BigDecimal number) {
            out.writeByte('N');
            out.writeInt(number.scale());
            write(out, number.unscaledValue().toByteArray());
        } else {
            out.writeByte('S');
            write(out, ((String) cell).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static List<Object> cells(byte[] place) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(place));
        List<Object> cells = new ArrayList<>();
        while (in.available() > 0) {
            cells.add(
                    switch (in.readByte()) {
                        case '0' -> null;
                        case 'L' -> (Object) in.readLong();
                        case 'B' -> (Object) in.readBoolean();
                        case 'D' -> LocalDate.ofEpochDay(in.readLong());
                        case 'T' -> LocalDateTime.ofEpochSecond(in.readLong(), in.readInt(), ZoneOffset.UTC);
                        case 'N' -> {
                            int scale = in.readInt();
                            yield new BigDecimal(new BigInteger(bytes(in)), scale);
                        }
                        default -> new String(bytes(in), StandardCharsets.UTF_8);
                    });
        }
        return cells;
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readUnsignedShort());
    }
}
