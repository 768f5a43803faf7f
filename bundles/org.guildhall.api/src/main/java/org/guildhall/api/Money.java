/* Copyright the Guildhall authors. SPDX-License-Identifier: Apache-2.0 */
package org.guildhall.api;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Currency;

/**
 * An amount of money. The amount has at most 15 digits before the point and {@value #SCALE} behind it; it is never rounded.
 *
 * @param amount in the currency's main unit; without the zeros at its end that the currency does not write
 * @param currency of ISO 4217
 */
public record Money(BigDecimal amount, Currency currency) implements Serializable {
    /** The most digits behind the point: the most that a currency of ISO 4217 has. */
    public static final int SCALE = 4;

    public Money {
        BigDecimal shortest = amount.stripTrailingZeros();
        amount = shortest.setScale(Math.max(shortest.scale(), Math.max(currency.getDefaultFractionDigits(), 0)));
    }
}
