/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.api.Verb;
import org.guildhall.api.platform.FieldKind;
import org.guildhall.api.platform.RecordService;
import org.guildhall.api.platform.RecordService.Change;
import org.guildhall.api.platform.RecordType;

/**
 * The changes of a batch: an object with {@code operations}, each an object whose {@code op} is {@code create},
 * {@code update}, {@code delete}, {@code restore} or {@code upsert}, with its {@code id}, {@code version}, {@code body},
 * {@code system} and {@code externalId} as far as the operation takes them.
 */
public final class BatchJson {
    private static final String OPERATIONS = "\"create\" | \"update\" | \"delete\" | \"restore\" | \"upsert\"";
    private static final int MAX_EXTERNAL_ID = 191;
    private static final Values NOTHING = Values.builder().build();

    private static final Map<String, FieldKind> KINDS = Map.of(
            "op", FieldKind.TEXT,
            "id", FieldKind.REFERENCE,
            "version", FieldKind.INTEGER,
            "system", FieldKind.TEXT,
            "externalId", FieldKind.TEXT);

    /**
     * One operation: a change, or the problem of one that can't be made.
     *
     * @param change null where there is a problem
     * @param problem null where there is a change
     */
    public record Item(Change change, Problem problem) {}

    /** The list, apart from what an object of JSON could hold. */
    private record Items(List<Item> list) {}

    private BatchJson() {}

    /**
     * Reads a batch.
     *
     * @param type whose fields the bodies are read as, as in {@link Json#read}
     * @return an item for each operation, in their order
     * @throws Problem INVALID with {@code request.malformed} for what is not one JSON object, with {@code batch.too-many}
     *     past {@link RecordService#MAX_BATCH} operations, and with findings for an object that is no batch
     * @throws IOException when the stream fails
     */
    public static List<Item> read(InputStream body, RecordType type) throws IOException {
        return Json.read(body, Json.ENVELOPES, in -> {
            Members members = Members.read(in, Map.of(), "operations", operations -> items(operations, type));
            Items items = members.require("operations", Items.class, "[{...}]", all -> true)
                    .orElse(new Items(List.of()));
            members.check();
            return items.list();
        });
    }

    private static Object items(JsonParser in, RecordType type) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            return JsonValues.raw(in);
        }
        List<Item> items = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == RecordService.MAX_BATCH) {
                throw Problem.of(Problem.Kind.INVALID, "batch.too-many", Integer.toString(RecordService.MAX_BATCH));
            }
            Members members = Members.read(in, KINDS, "body", body -> body(body, type));
            items.add(item(members));
        }
        return new Items(items);
    }

    private static Object body(JsonParser in, RecordType type) throws IOException {
        return in.currentToken() == JsonToken.START_OBJECT ? Json.object(in, type) : JsonValues.raw(in);
    }

    private static Item item(Members members) {
        try {
            String operation = members.require("op", String.class, OPERATIONS, text -> true)
                    .orElse("");
            Change change =
                    switch (operation) {
                        case "create" -> new Change(Verb.CREATE, 0, 0, null, null, body(members));
                        case "update" ->
                            new Change(Verb.UPDATE, id(members), version(members), null, null, body(members));
                        case "delete" -> new Change(Verb.DELETE, id(members), version(members), null, null, NOTHING);
                        case "restore" -> new Change(Verb.RESTORE, id(members), 0, null, null, NOTHING);
                        case "upsert" -> upsert(members);
                        default -> throw Problem.invalid(List.of(Members.wrong("op", OPERATIONS)));
                    };
            members.check();
            return new Item(change, null);
        } catch (Problem problem) {
            return new Item(null, problem);
        }
    }

    private static Change upsert(Members members) {
        String system = members.require(
                        "system", String.class, RecordType.GRAMMAR, text -> text.matches(RecordType.GRAMMAR))
                .orElse(null);
        String externalId = members.require(
                        "externalId",
                        String.class,
                        ".{1," + MAX_EXTERNAL_ID + "}",
                        text -> !text.isEmpty() && text.length() <= MAX_EXTERNAL_ID)
                .orElse(null);
        return new Change(null, 0, 0, system, externalId, body(members));
    }

    private static long id(Members members) {
        return members.require("id", Long.class, FieldKind.REFERENCE.example(), id -> true)
                .orElse(0L);
    }

    private static long version(Members members) {
        return members.take("version", Long.class, "0..", version -> version >= 0)
                .orElse(0L);
    }

    private static Values body(Members members) {
        return members.require("body", Values.class, "{...}", body -> true).orElse(NOTHING);
    }
}
