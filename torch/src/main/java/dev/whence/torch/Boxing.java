package dev.whence.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueOptional;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.TypeKind;
import org.jspecify.annotations.Nullable;

/** Turns Java values into libtorch's boxed ones, as one declared argument wants them, and back. */
final class Boxing {
  private final Type.TypePtr type;
  private final TypeKind kind;
  private final boolean optional;
  private final IValueOptional defaultValue;
  private final @Nullable Boxing element;

  Boxing(Type.TypePtr declared, IValueOptional defaultValue) {
    this.defaultValue = defaultValue;
    Type.TypePtr inner = declared;
    boolean mayBeNone = false;
    if (kind(inner) == TypeKind.OptionalType) {
      mayBeNone = true;
      inner = forever(inner.get().containedType(0));
    }
    this.type = inner;
    this.kind = kind(inner);
    this.optional = mayBeNone;
    this.element = kind == TypeKind.ListType
        ? new Boxing(forever(inner.get().containedType(0)), forever(new IValueOptional()))
        : null;
  }

  /** Takes a native object out of the scopes' hands: schemas live as long as the process. */
  static <P extends Pointer> P forever(P pointer) {
    if (pointer != null) {
      pointer.retainReference();
    }
    return pointer;
  }

  private static TypeKind kind(Type.TypePtr type) {
    return type.get().kind().intern();
  }

  String typeName() {
    String inner = element == null ? kind.name().replace("Type", "") : element.typeName() + "[]";
    return optional ? inner + "?" : inner;
  }

  boolean hasDefault() {
    return defaultValue.has_value();
  }

  IValue defaultValue() {
    if (!hasDefault()) {
      throw new IllegalArgumentException("is required");
    }
    return defaultValue.get();
  }

  IValue box(@Nullable Object value) {
    if (value == null) {
      if (!optional && kind != TypeKind.TensorType) {
        throw new IllegalArgumentException("must be " + typeName() + ", got none");
      }
      return optional ? new IValue() : new IValue(new org.bytedeco.pytorch.Tensor());
    }
    return switch (kind) {
      case TensorType ->
        value instanceof Tensor tensor ? new IValue(tensor.handle()) : boxScalarTensor(value);
      case ListType -> new IValue(boxList(value));
      case IntType, SymIntType, ScalarTypeType, LayoutType, MemoryFormatType -> new IValue(toLong(value));
      case FloatType -> new IValue(toDouble(value));
      case NumberType -> boxNumber(value);
      case BoolType -> new IValue(toBoolean(value));
      case StringType -> new IValue(value.toString());
      case DeviceObjType -> boxDevice(value);
      case GeneratorType -> value instanceof Generator own ? new IValue(own.handle()) : refuse(value);
      default -> throw new IllegalArgumentException("arguments of type " + kind + " are not supported");
    };
  }

  private static IValue boxDevice(Object value) {
    if (Forecast.NOWHERE.equals(value)) {
      return new IValue(new org.bytedeco.pytorch.Device("meta"));
    }
    return value instanceof Device device ? new IValue(device.handle()) : refuse(value);
  }

  private GenericList boxList(Object value) {
    Boxing boxing = java.util.Objects.requireNonNull(element);
    var list = new GenericList(java.util.Objects.requireNonNull(type.get().containedType(0)));
    for (Object item : items(value)) {
      list.push_back(boxing.box(item));
    }
    return list;
  }

  private static List<? extends @Nullable Object> items(Object value) {
    return switch (value) {
      case List<?> list -> list;
      case long[] longs -> Arrays.stream(longs).boxed().toList();
      case int[] ints -> Arrays.stream(ints).boxed().toList();
      case double[] doubles -> Arrays.stream(doubles).boxed().toList();
      case Number single -> List.of(single);
      case boolean[] flags -> {
        var boxed = new ArrayList<Boolean>();
        for (boolean flag : flags) {
          boxed.add(flag);
        }
        yield boxed;
      }
      default ->
        throw new IllegalArgumentException("must be a list, got " + value.getClass().getSimpleName());
    };
  }

  private static IValue boxNumber(Object value) {
    return switch (value) {
      case Boolean flag -> new IValue((boolean) flag);
      case Double number -> new IValue((double) number);
      case Float number -> new IValue((double) number);
      case Number number -> new IValue(number.longValue());
      default -> refuse(value);
    };
  }

  /** A number stands where the schema wants a tensor, as Python allows in {@code x * 2}. */
  private static IValue boxScalarTensor(Object value) {
    return switch (value) {
      case Boolean flag -> new IValue(Tensor.scalar(flag ? 1 : 0, DType.BOOL).handle());
      case Double number -> new IValue(wrapped(Tensor.scalar(number, DType.FLOAT64)));
      case Float number -> new IValue(wrapped(Tensor.scalar(number, DType.FLOAT64)));
      case Number number -> new IValue(wrapped(Tensor.of(new long[]{number.longValue()})));
      default -> refuse(value);
    };
  }

  private static org.bytedeco.pytorch.Tensor wrapped(Tensor number) {
    number.handle().unsafeGetTensorImpl().set_wrapped_number(true);
    return number.handle();
  }

  private static long toLong(Object value) {
    return switch (value) {
      case DType dtype -> dtype.scalarType().value;
      case Boolean flag -> flag ? 1 : 0;
      case Long number -> number;
      case Integer number -> number;
      default -> throw new IllegalArgumentException("must be a whole number, got " + value);
    };
  }

  private static double toDouble(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException("must be a number, got " + value);
  }

  private static boolean toBoolean(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("must be true or false, got " + value);
  }

  private static IValue refuse(Object value) {
    throw new IllegalArgumentException("does not take " + value.getClass().getSimpleName() + " " + value);
  }

  static @Nullable Object unbox(IValue value, @Nullable PointerScope receiver) {
    if (value.isNone()) {
      return null;
    }
    if (value.isTensor()) {
      return unboxTensor(value.toTensor(), receiver);
    }
    if (value.isList()) {
      return unboxList(value.toList(), receiver);
    }
    if (value.isBool()) {
      return value.toBool();
    }
    if (value.isInt()) {
      return value.toInt();
    }
    if (value.isDouble()) {
      return value.toDouble();
    }
    if (value.isString()) {
      return value.toStringRef().getString();
    }
    throw new TorchException("outputs of kind " + value.tagKind().getString() + " are not supported");
  }

  private static @Nullable Object unboxTensor(org.bytedeco.pytorch.Tensor tensor,
      @Nullable PointerScope receiver) {
    if (!tensor.defined()) {
      return null;
    }
    // toTensor() names the boxed value's own tensor, which dies with the stack: take a handle of our own
    var own = new org.bytedeco.pytorch.Tensor(tensor);
    Scope.hand(own, receiver);
    return new Tensor(own);
  }

  private static List<@Nullable Object> unboxList(GenericList list, @Nullable PointerScope receiver) {
    var items = new ArrayList<@Nullable Object>();
    for (long i = 0; i < list.size(); i++) {
      items.add(unbox(list.get(i), receiver));
    }
    return Collections.unmodifiableList(items);
  }
}
