package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Numbers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value as readers of typed formats give it: a number, a text, a truth value, null, or a list of such values.
 *
 * @param value a Number, CharSequence, Boolean, List or array of objects, or null
 */
public record PlainValue(@Nullable Object value) {
  /** Adds all numbers, row-major, and their shape. @throws DataException without a place, for anything else */
  public void numbers(Numbers into) throws DataException {
    into.shaped(add(value, into));
  }

  /** An id or the name of a class. @throws DataException without a place, for null and for lists */
  public String text() throws DataException {
    return switch (value) {
      case null -> throw new DataException("the value is missing (null); drop the record or fill it in");
      case CharSequence text -> text.toString();
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      default -> throw new DataException("a text or a number is wanted, got " + kind(value));
    };
  }

  private static List<Long> add(@Nullable Object value, Numbers into) throws DataException {
    switch (value) {
      case null -> into.addMissing();
      case BigInteger number -> addBig(number, into);
      case BigDecimal number -> addBig(number, into);
      case Float number -> into.add(number.doubleValue());
      case Double number -> into.add(number);
      case Number number -> into.add(number.longValue());
      case Boolean flag -> into.add(flag);
      case List<?> list -> {
        return addList(list, into);
      }
      case Object[] array -> {
        return addList(Arrays.asList(array), into);
      }
      case CharSequence text when into.addIfMissing(text) -> {
      }
      default -> throw new DataException("a number is wanted, got " + kind(value));
    }
    return List.of();
  }

  private static List<Long> addList(List<? extends @Nullable Object> list, Numbers into)
      throws DataException {
    List<Long> inner = List.of();
    for (int i = 0; i < list.size(); i++) {
      List<Long> shape = add(list.get(i), into);
      if (i > 0 && !shape.equals(inner)) {
        throw new DataException(
            "the list is ragged: element " + i + " has shape " + shape + ", those before it "
                + inner);
      }
      inner = shape;
    }
    var shape = new java.util.ArrayList<Long>();
    shape.add((long) list.size());
    shape.addAll(inner);
    return shape;
  }

  private static void addBig(BigInteger number, Numbers into) throws DataException {
    if (number.bitLength() < Long.SIZE) {
      into.add(number.longValue());
    } else {
      into.add(number.doubleValue());
    }
  }

  private static void addBig(BigDecimal number, Numbers into) throws DataException {
    if (number.scale() <= 0 && number.precision() - (long) number.scale() <= 19) {
      addBig(number.toBigInteger(), into);
    } else {
      into.add(number.doubleValue());
    }
  }

  private static String kind(Object value) {
    return switch (value) {
      case CharSequence text ->
        "the text '" + (text.length() > 40 ? text.subSequence(0, 40) + "…" : text) + "'";
      case List<?> _,Object[] _ -> "a list";
      case Boolean _ -> "true or false";
      case Map<?, ?> _ -> "an object of named values";
      case byte[] _ -> "bytes";
      case TemporalAccessor _,Date _ -> "the date or time '" + value + "'; write it as a number";
      default -> "a value that is neither number, text nor list";
    };
  }
}
