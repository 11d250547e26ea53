package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the tensors of a configuration entry, such as {@code data/weights/model_weights_config.json}. */
final class Weights {
  private final Pt2Archive archive;
  private final String folder;
  private final Map<String, Member> config = new HashMap<>();
  private final Map<String, Tensor> payloads = new HashMap<>();
  private final Map<List<Object>, String> firstNames = new HashMap<>();
  private @Nullable Boolean trainsSome;

  Weights(Pt2Archive archive, String folder, String configName) throws IOException {
    this.archive = archive;
    this.folder = folder;
    if (archive.names().contains(folder + configName)) {
      for (var entry : Member.parse(archive.bytes(folder + configName), folder + configName).at("config")
          .fields()) {
        config.put(entry.getKey(), entry.getValue());
      }
    }
  }

  boolean has(String name) {
    return config.containsKey(name);
  }

  /**
   * Whether the tensor was kept from training ({@code requires_grad} false). A file in which all parameters are, as an export for
   * inference makes it, tells nothing: then none is.
   */
  boolean isFrozen(String name) throws IOException {
    Member entry = config.get(name);
    return entry != null && isParameter(entry) && !requiresGradient(entry) && trainsSome();
  }

  /** Whether any parameter is trained; looked up once, for there may be as many parameters as calls. */
  private boolean trainsSome() throws IOException {
    Boolean known = trainsSome;
    if (known != null) {
      return known;
    }
    boolean some = false;
    for (Member entry : config.values()) {
      some |= isParameter(entry) && requiresGradient(entry);
    }
    trainsSome = some;
    return some;
  }

  private static boolean isParameter(Member entry) throws IOException {
    Optional<Member> told = entry.find("is_param");
    return told.isPresent() && told.get().flag();
  }

  private static boolean requiresGradient(Member entry) throws IOException {
    Optional<Member> told = entry.at("tensor_meta").find("requires_grad");
    return told.isEmpty() || told.get().flag();
  }

  /** Where a tensor lies and how; two names of equal places are tied. */
  private record Place(String payload, DType dtype, List<Long> sizes, List<Long> strides, long offset) {
    long reach() {
      long last = offset;
      for (int i = 0; i < sizes.size(); i++) {
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes.get(i) - 1), strides.get(i)));
      }
      return sizes.contains(0L) ? 0 : Math.addExact(last, 1);
    }
  }

  /** The first name that was asked for at the same place, or empty if this one is the first. */
  Optional<String> tied(String name) throws IOException {
    String first = firstNames.putIfAbsent(List.of(place(name)), name);
    return Optional.ofNullable(first);
  }

  /** The tensor, outside every scope; the caller closes it. */
  Tensor tensor(String name) throws IOException {
    Place place = place(name);
    Tensor payload = payload(place);
    try (var _ = Scope.open()) {
      return Scope
          .release(Tensor.call("aten::as_strided", payload, place.sizes, place.strides, place.offset));
    }
  }

  private Place place(String name) throws IOException {
    Member entry = config.get(name);
    if (entry == null) {
      throw new CorruptModelException(folder + " has no tensor '" + name + "' that the graph reads");
    }
    if (entry.find("use_pickle").isPresent() && entry.at("use_pickle").flag()) {
      throw new UnsupportedModelException("tensor '" + name
          + "' is kept as a Python pickle, which is never read; export again with tools/export.py and plain tensors");
    }
    Member meta = entry.at("tensor_meta");
    DType dtype = Meta.dtype(meta.at("dtype"));
    Meta.layout(meta.at("layout"));
    var place = new Place(folder + entry.at("path_name").text(), dtype,
        boxed(Meta.fixed(meta.at("sizes").items())), boxed(Meta.fixed(meta.at("strides").items())),
        meta.at("storage_offset").at("as_int").integer());
    requireInside(place, name);
    return place;
  }

  private static List<Long> boxed(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private void requireInside(Place place, String name) throws IOException {
    if (place.sizes.size() != place.strides.size() || place.sizes.size() > 64 || place.offset < 0) {
      throw new CorruptModelException("tensor '" + name + "' has impossible sizes, strides or offset");
    }
    long available = archive.size(place.payload) / place.dtype.bytes();
    try {
      long elements = place.sizes.stream().reduce(1L, Math::multiplyExact);
      if (place.reach() > available || elements > Math.max(available, 1L << 32)) {
        throw new CorruptModelException("tensor '" + name + "' reaches element " + place.reach() + " of "
            + place.payload + ", which has " + available);
      }
    } catch (ArithmeticException e) {
      throw new CorruptModelException("tensor '" + name + "' has sizes beyond all bounds", e);
    }
  }

  private Tensor payload(Place place) throws IOException {
    String key = place.payload + " " + place.dtype;
    Tensor known = payloads.get(key);
    if (known != null) {
      return known;
    }
    long bytes = archive.size(place.payload);
    if (bytes % place.dtype.bytes() != 0) {
      throw new CorruptModelException(
          place.payload + " has " + bytes + " bytes, no multiple of " + place.dtype + "'s "
              + place.dtype.bytes());
    }
    Tensor made;
    try (var _ = Scope.open()) {
      made = Scope.release(Tensor.empty(place.dtype, bytes / place.dtype.bytes()));
    }
    payloads.put(key, made);
    archive.read(place.payload, made.segment());
    return made;
  }

  /** Frees the handles on whole payloads; tensors taken from them stay. */
  void release() {
    payloads.values().forEach(Tensor::close);
  }
}
