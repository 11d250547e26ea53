package dev.whence.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Tells what calls return and how much memory they take before they are made, from forms alone: by rules of its own, else by
 * calling libtorch on tensors without memory. What was told is remembered by operator and arguments. Where neither tells, the
 * product of all sizes bounds it. Safe for any thread.
 */
public final class Forecaster {
  private static final int MOST_KNOWN = 1 << 16;
  /** Calls without memory that fail until the operator counts as having no form without memory. */
  private static final int MOST_FAILURES = 3;
  /** Failed calls of an operator, for whatever reason, until it is tried no more: each takes some milliseconds. */
  private static final int MOST_MISFITS = 500;
  private static final long LARGEST_ENTRY = 16;

  private final FormRules rules = new FormRules();
  private final Map<Call, Forecast> known = new ConcurrentHashMap<>();
  private final Map<Operator, Integer> formless = new ConcurrentHashMap<>();
  private final Map<Operator, Integer> misfits = new ConcurrentHashMap<>();

  private record Call(Operator operator, List<@Nullable Object> arguments) {
  }

  /** The forecast of a call; arguments in the operator's order with a {@link Form} for each tensor. */
  public Forecast of(Operator operator, List<@Nullable Object> arguments) {
    var call = new Call(operator, arguments);
    Forecast found = known.get(call);
    if (found == null) {
      found = computed(new Given(operator, arguments));
      if (known.size() < MOST_KNOWN) {
        known.put(call, found);
      }
    }
    return found;
  }

  /** Bytes that a call with these arguments takes at most. Reads numbers where the size of a result is one. */
  public long bytes(Operator operator, @Nullable Object... arguments) {
    return Counts.bytes(operator, arguments)
        .orElseGet(() -> of(operator, forms(java.util.Arrays.asList(arguments))).bytes());
  }

  private static List<@Nullable Object> forms(List<? extends @Nullable Object> values) {
    var forms = new ArrayList<@Nullable Object>(values.size());
    for (Object value : values) {
      forms.add(switch (value) {
        case Tensor tensor -> Form.of(tensor);
        case List<?> list -> forms(list);
        case long[] longs -> java.util.Arrays.stream(longs).boxed().toList();
        case Generator _ -> null;
        case null -> null;
        default -> value;
      });
    }
    return Collections.unmodifiableList(forms);
  }

  private Forecast computed(Given given) {
    Forecast ruled = given.operator().name().startsWith("aten::") ? rules.of(given) : null;
    if (ruled != null) {
      return ruled;
    }
    Forecast told = attempt(given);
    if (told != null) {
      return told;
    }
    // under autocast libtorch brings what it is given to one type: none is wider than single precision
    Forecast wider = given.mixesPrecision() ? attempt(given.widened()) : null;
    return Forecast.atMost(wider != null ? wider.bytes() : product(given));
  }

  /** What libtorch tells by a call without memory; null where that fails. */
  private @Nullable Forecast attempt(Given given) {
    Operator operator = given.operator();
    if (formless.getOrDefault(operator, 0) >= MOST_FAILURES
        || misfits.getOrDefault(operator, 0) >= MOST_MISFITS) {
      return null;
    }
    try {
      return hollow(given);
    } catch (TorchException | ArithmeticException e) {
      // either libtorch knows no form without memory, or the call does not fit, which it will say itself
      boolean memory = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("meta");
      (memory ? formless : misfits).merge(operator, 1, Integer::sum);
      return null;
    }
  }

  /** An operator about which nothing is known multiplies at most what it is given. */
  private static long product(Given given) {
    List<Form> forms = given.forms();
    long entries = given.numbers();
    for (Form form : forms) {
      entries = Form.times(entries, Math.max(1, form.elements()));
    }
    return Form.times(entries, LARGEST_ENTRY);
  }

  private static Forecast hollow(Given given) {
    Operator operator = given.operator();
    try (var _ = new PointerScope(); var _ = Autograd.off(); var _ = Autocast.off()) {
      var tensors = new ArrayList<Tensor>();
      @Nullable
      Object[] arguments = new Object[operator.parameters().size()];
      for (int i = 0; i < arguments.length; i++) {
        boolean device = operator.parameters().get(i).type().startsWith("DeviceObj");
        Object one = i < given.arguments().size() ? given.arguments().get(i) : Operator.DEFAULT;
        arguments[i] = device ? Forecast.NOWHERE : hollow(one, tensors);
      }
      var results = new ArrayList<@Nullable Object>();
      var shared = new ArrayList<Integer>();
      long bytes = read(operator.call(arguments), tensors, results, shared);
      return new Forecast(results, shared, bytes);
    }
  }

  private static @Nullable Object hollow(@Nullable Object value, List<Tensor> given) {
    return switch (value) {
      case Form form -> {
        Tensor made = form.hollow();
        given.add(made);
        yield made;
      }
      case List<?> list -> {
        var items = new ArrayList<@Nullable Object>();
        list.forEach(item -> items.add(hollow(item, given)));
        yield items;
      }
      case null -> null;
      default -> value;
    };
  }

  private static long read(List<?> values, List<Tensor> given, List<@Nullable Object> results,
      List<Integer> shared) {
    long bytes = 0;
    for (Object value : values) {
      if (value instanceof List<?> list) {
        bytes = Form.plus(bytes, read(list, given, results, shared));
      } else if (value instanceof Tensor tensor) {
        int source = source(tensor, given);
        Form form = Form.of(tensor);
        results.add(form);
        shared.add(source);
        bytes = source < 0 ? Form.plus(bytes, form.bytes()) : bytes;
      } else {
        results.add(value);
        shared.add(-1);
      }
    }
    return bytes;
  }

  private static int source(Tensor made, List<Tensor> given) {
    for (int i = 0; i < given.size(); i++) {
      if (made.handle().is_alias_of(given.get(i).handle())) {
        return i;
      }
    }
    return -1;
  }
}
