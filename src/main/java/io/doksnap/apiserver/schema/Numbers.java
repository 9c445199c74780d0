package io.doksnap.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Comparison of numbers of any size, in time that their digits bound: 1e999999999 is never written out. */
final class Numbers {
    /** No schema asks for more digits, and an exact remainder of numbers further apart would be endless. */
    private static final int FURTHEST = 400;

    private Numbers() {}

    static BigDecimal exact(JsonNode number) {
        return number.isDouble() || number.isFloat() ? ofDouble(number.doubleValue()) : number.decimalValue();
    }

    /** JSON cannot say infinity, but 1e400 is read as one. */
    private static BigDecimal ofDouble(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                : BigDecimal.valueOf(Double.MAX_VALUE).scaleByPowerOfTen(1);
    }

    static int compare(JsonNode left, JsonNode right) {
        return compare(exact(left), exact(right));
    }

    static int compare(BigDecimal left, BigDecimal right) {
        return left.compareTo(right);
    }

    static boolean isMultiple(BigDecimal value, BigDecimal of) {
        if (of.signum() == 0 || Math.abs((long) value.scale()) > FURTHEST) {
            return false;
        }
        return value.remainder(of).signum() == 0;
    }

    /** Whether the number is whole, as {@code 1.0} and {@code 1e3} are. */
    static boolean isWhole(JsonNode number) {
        return number.isIntegralNumber()
                || (number.isNumber() && exact(number).stripTrailingZeros().scale() <= 0);
    }
}
