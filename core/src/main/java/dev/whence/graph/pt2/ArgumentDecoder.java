package dev.whence.graph.pt2;

import dev.whence.graph.Argument;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the archive's tagged arguments into {@link Argument}s. */
final class ArgumentDecoder {
  private final Names names;
  private final SubGraphs subGraphs;

  /** Decodes a closed sub-graph. */
  interface SubGraphs {
    Argument decode(Member graphArgument) throws IOException;
  }

  ArgumentDecoder(Names names, SubGraphs subGraphs) {
    this.names = names;
    this.subGraphs = subGraphs;
  }

  private interface Reader<T extends @Nullable Object> {
    T read(Member json) throws IOException;
  }

  Argument decode(Member argument) throws IOException {
    var tag = argument.tagged();
    Member value = tag.getValue();
    return switch (tag.getKey()) {
      case "as_none" -> {
        value.flag();
        yield new Argument.Literal(null);
      }
      case "as_tensor" -> reference(value.at("name"));
      case "as_optional_tensor" -> decode(value);
      case "as_tensors" -> sequence(value, item -> reference(item.at("name")));
      case "as_optional_tensors" -> sequence(value, this::decode);
      case "as_nested_tensors" ->
        sequence(value, inner -> sequence(inner, item -> reference(item.at("name"))));
      case "as_int" -> literal(value.integer());
      case "as_float" -> literal(value.number());
      case "as_bool" -> literal(value.flag());
      case "as_string" -> literal(value.text());
      case "as_ints" -> literal(list(value, Member::integer));
      case "as_floats" -> literal(list(value, Member::number));
      case "as_bools" -> literal(list(value, Member::flag));
      case "as_strings" -> literal(list(value, Member::text));
      case "as_int_lists" -> literal(list(value, inner -> list(inner, Member::integer)));
      case "as_float_lists" -> literal(list(value, inner -> list(inner, Member::number)));
      case "as_name" -> reference(value);
      case "as_sym_int", "as_sym_float", "as_sym_bool" -> decode(value);
      case "as_sym_ints", "as_sym_floats", "as_sym_bools" -> sequence(value, this::decode);
      case "as_scalar_type" -> literal(Meta.dtype(value));
      case "as_memory_format" -> literal(Meta.memoryFormat(value));
      case "as_layout" -> literal(Meta.layout(value));
      case "as_device" -> {
        value.at("type").text();
        yield literal(Device.CPU);
      }
      case "as_graph" -> subGraphs.decode(value);
      default -> throw new UnsupportedModelException(argument.path() + ": arguments of kind '" + tag.getKey()
          + "' are not supported; rewrite the model without and export again");
    };
  }

  private Argument reference(Member name) throws IOException {
    return names.resolve(name.text(), name.path());
  }

  private static Argument literal(Object value) {
    return new Argument.Literal(value);
  }

  private static Argument sequence(Member list, Reader<Argument> reader) throws IOException {
    return new Argument.Sequence(list(list, reader));
  }

  private static <T> List<T> list(Member list, Reader<T> reader) throws IOException {
    var items = new ArrayList<T>();
    for (Member item : list.items()) {
      items.add(reader.read(item));
    }
    return List.copyOf(items);
  }

  /** The names an output of a call defines; an empty one for a result that is not kept. */
  static List<String> outputs(Member output) throws IOException {
    var tag = output.tagged();
    Member value = tag.getValue();
    return switch (tag.getKey()) {
      case "as_none" -> List.of("");
      case "as_tensor" -> List.of(value.at("name").text());
      case "as_tensors" -> list(value, item -> item.at("name").text());
      case "as_optional_tensor" -> outputs(value);
      case "as_optional_tensors" -> {
        var all = new ArrayList<String>();
        for (Member item : value.items()) {
          all.addAll(outputs(item));
        }
        yield all;
      }
      case "as_sym_int", "as_sym_float", "as_sym_bool" -> List.of(value.at("as_name").text());
      case "as_sym_ints" -> list(value, item -> item.at("as_name").text());
      default -> throw new UnsupportedModelException(
          output.path() + ": results of kind '" + tag.getKey()
              + "' are not supported; rewrite the model without");
    };
  }
}
