/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.webhooks.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.validation.constraints.Size;
import org.guildhall.api.Finding;
import org.guildhall.api.ForRecord;
import org.guildhall.api.Operates;
import org.guildhall.api.Operation;
import org.guildhall.api.Problem;
import org.guildhall.api.Ref;
import org.guildhall.api.Work;
import org.guildhall.api.platform.PlatformWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes the secret of a webhook, the first one or another, and shows it this once. The one before signs too for a while.
 * Nothing is sent before there is one.
 */
@Component(service = Operation.class)
@ForRecord(WebhookType.NAME)
@Operates(name = "rotateSecret")
public final class RotateSecret implements Operation<RotateSecret.Input, RotateSecret.Output> {
    private static final int HOURS = 24;
    private static final int MOST_HOURS = 168;

    /** @param overlapHours for how long the secret before signs too; 24 when left out */
    public record Input(Integer overlapHours) {}

    /** @param formerUntil until when the secret before signs too; empty where there was none */
    public record Output(@Size(max = 64) String secret, Instant formerUntil) {}

    /** @param secrets not used: its table is there */
    @Activate
    public RotateSecret(@Reference SecretTable secrets) {}

    @Override
    public Output run(Ref on, Input input, Work work) {
        Owners.require(work.read(on.type(), on.id()), work.context().caller());
        int hours = input.overlapHours() == null ? HOURS : input.overlapHours();
        if (hours < 0 || hours > MOST_HOURS) {
            throw Problem.invalid(
                    List.of(new Finding("overlapHours", "webhooks.overlap", "overlapHours", "" + MOST_HOURS)));
        }
        work.lock(on.type(), on.id());
        String secret = Signatures.newSecret();
        Instant formerUntil = work.now().plus(Duration.ofHours(hours));
        try {
            boolean another =
                    SecretTable.rotate(((PlatformWork) work).transaction().connection(), on.id(), secret, formerUntil);
            work.emit("secretRotated", on);
            return new Output(secret, another ? formerUntil : null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
