package dev.whence.torch;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.FunctionSchema;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.jspecify.annotations.Nullable;

/**
 * An operator of libtorch, found by its name and overload and called with boxed arguments, so that every
 * operator runs without being listed anywhere. Immutable and safe for any thread.
 */
public final class Operator {
  private static final ConcurrentHashMap<String, Operator> KNOWN = new ConcurrentHashMap<>();

  private final String name;
  private final String overload;
  private final OperatorHandle handle;
  private final boolean factors;
  private final List<Parameter> parameters;
  private final List<Boxing> boxings;
  private final List<Set<String>> returnAliases;
  /** Types and defaults lie inside the declared arguments, which the collector frees when nothing names them. */
  private final Argument declaredArguments;

  private Operator(String name, String overload) {
    Natives.load();
    this.name = name;
    this.overload = overload;
    this.factors = Factoring.isBy(name);
    try {
      this.handle = Boxing.forever(Dispatcher.singleton().findSchemaOrThrow(name, overload));
    } catch (RuntimeException e) {
      throw new TorchException("unknown operator " + name + (overload.isEmpty() ? "" : "." + overload), e);
    }
    var schema = Boxing.forever(handle.schema());
    var arguments = Boxing.forever(schema.arguments());
    this.declaredArguments = arguments;
    var declared = new ArrayList<Parameter>();
    var boxed = new ArrayList<Boxing>();
    for (int i = 0; !isNull(arguments) && i < arguments.limit(); i++) {
      var argument = arguments.getPointer(i);
      var boxing = new Boxing(Boxing.forever(argument.type()), Boxing.forever(argument.default_value()));
      boolean written = !isNull(argument.alias_info()) && argument.alias_info().isWrite();
      declared.add(new Parameter(argument.name().getString(), boxing.typeName(), boxing.hasDefault(), written,
          aliases(argument)));
      boxed.add(boxing);
    }
    this.parameters = List.copyOf(declared);
    this.boxings = List.copyOf(boxed);
    this.returnAliases = returnAliases(schema);
  }

  private static List<Set<String>> returnAliases(FunctionSchema schema) {
    var found = new ArrayList<Set<String>>();
    try (var _ = new PointerScope()) {
      var returns = schema.returns();
      for (int i = 0; !isNull(returns) && i < returns.limit(); i++) {
        found.add(aliases(returns.getPointer(i)));
      }
    }
    return List.copyOf(found);
  }

  private static Set<String> aliases(Argument argument) {
    var info = argument.alias_info();
    if (isNull(info)) {
      return Set.of();
    }
    var names = new TreeSet<String>();
    try (var _ = new PointerScope()) {
      var set = info.beforeSets();
      for (var at = set.begin(); !at.equals(set.end()); at.increment()) {
        names.add(at.get().toQualString().getString());
      }
    }
    return Set.copyOf(names);
  }

  private static boolean isNull(org.bytedeco.javacpp.@Nullable Pointer pointer) {
    return pointer == null || pointer.isNull();
  }

  /**
   * One declared argument.
   *
   * @param name as the schema writes it
   * @param type as the schema writes it
   * @param hasDefault whether a call may leave it out
   * @param written whether the call writes into it
   * @param aliases the alias sets it belongs to; a result of the same set may share its memory
   */
  public record Parameter(String name, String type, boolean hasDefault, boolean written,
      Set<String> aliases) {
    /** Copies the sets. */
    public Parameter {
      aliases = Set.copyOf(aliases);
    }
  }

  /**
   * The operator of that name and overload.
   *
   * @param name such as {@code aten::linear}
   * @param overload such as {@code Tensor}, or empty for the default overload
   * @throws TorchException if there is none
   */
  public static Operator of(String name, String overload) {
    return KNOWN.computeIfAbsent(name + "." + overload, _ -> new Operator(name, overload));
  }

  /** As {@link #of(String, String)}, from one text such as {@code aten::add.Tensor}. */
  public static Operator of(String qualified) {
    Operator known = KNOWN.get(qualified);
    if (known != null) {
      return known;
    }
    int dot = qualified.indexOf('.');
    return dot < 0 ? of(qualified, "") : of(qualified.substring(0, dot), qualified.substring(dot + 1));
  }

  /** Whether libtorch has an operator of that name and overload. */
  public static boolean exists(String name, String overload) {
    try {
      of(name, overload);
      return true;
    } catch (TorchException _) {
      return false;
    }
  }

  /** Name with namespace, such as {@code aten::linear}. */
  public String name() {
    return name;
  }

  /** Overload, or the empty text. */
  public String overload() {
    return overload;
  }

  /** The declared arguments in order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The alias sets of each declared result: whatever shares one with a parameter may share its memory. Operators made
   * of others, such as dropout, may return an argument itself without declaring it.
   */
  public List<Set<String>> returnAliases() {
    return returnAliases;
  }

  /** Whether the operator writes into one of its arguments, as in-place and {@code out=} forms do. */
  public boolean isMutating() {
    return parameters.stream().anyMatch(Parameter::written);
  }

  /** Position of the named argument, or empty. */
  public Optional<Integer> position(String parameter) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(parameter)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /**
   * Calls with the leading arguments; missing ones take the schema's defaults.
   *
   * <p>Accepted: {@link Tensor}, null, Boolean, Integer, Long, Float, Double, String, {@link DType},
   * {@link Device}, {@link Generator}, int[], long[], double[], boolean[] and List of these. {@link #DEFAULT} asks for the
   * schema's default in the middle.
   *
   * @return the outputs in order: Tensor, Long, Double, Boolean, String, List, or null for none; tensors
   *     belong to the caller's scope
   * @throws TorchException if an argument does not fit the schema or libtorch refuses
   */
  public List<@Nullable Object> call(@Nullable Object... arguments) {
    if (arguments.length > boxings.size()) {
      throw new TorchException(
          this + " takes at most " + boxings.size() + " arguments, got " + arguments.length);
    }
    PointerScope caller = PointerScope.getInnerScope();
    try (var _ = new PointerScope()) {
      var stack = new IValueVector();
      stack.resize(boxings.size());
      for (int i = 0; i < boxings.size(); i++) {
        @Nullable
        Object value = i < arguments.length ? arguments[i] : DEFAULT;
        stack.put(i, box(i, value));
      }
      try (var _ = factors ? Factoring.call() : Threads.Lone.NONE) {
        handle.callBoxed(stack);
      }
      return unbox(stack, caller);
    } catch (TorchException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TorchException(toString(), e);
    } finally {
      Reference.reachabilityFence(declaredArguments);
    }
  }

  /** As {@link #call}, for the operators that return one tensor. */
  public Tensor apply(@Nullable Object... arguments) {
    Object first = call(arguments).getFirst();
    if (first instanceof Tensor tensor) {
      return tensor;
    }
    throw new TorchException(this + " returned " + first + " where a tensor was expected");
  }

  /** Stands for the schema's default value in a call. */
  public static final Object DEFAULT = Absent.DEFAULT;

  private enum Absent {
    DEFAULT
  }

  private IValue box(int i, @Nullable Object value) {
    try {
      return value == Absent.DEFAULT ? boxings.get(i).defaultValue() : boxings.get(i).box(value);
    } catch (IllegalArgumentException e) {
      throw new TorchException(this + ", argument '" + parameters.get(i).name() + "': " + e.getMessage());
    }
  }

  private static List<@Nullable Object> unbox(IValueVector stack, @Nullable PointerScope receiver) {
    int outputs = (int) stack.size();
    var result = new ArrayList<@Nullable Object>(outputs);
    for (int i = 0; i < outputs; i++) {
      result.add(Boxing.unbox(stack.get(i), receiver));
    }
    return Collections.unmodifiableList(result);
  }

  @Override
  public String toString() {
    return overload.isEmpty() ? name : name + "." + overload;
  }
}
