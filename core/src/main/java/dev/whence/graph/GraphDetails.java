package dev.whence.graph;

import dev.whence.run.Fingerprint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model file tells beside the calls themselves.
 *
 * @param sizes value → extents when the model was traced
 * @param mutations buffer name → value it takes after a run, where the file declares it
 * @param modules module path → class that made calls there, such as {@code torch.nn.modules.linear.Linear}
 * @param exporterRecord what tools/export.py wrote
 * @param digest of the file
 * @param limits on the memory of a run
 * @param tied other name of a parameter → the first of its names, which the graph knows it by
 */
public record GraphDetails(Map<String, List<Extent>> sizes, Map<String, String> mutations,
    Map<String, String> modules, @Nullable ExportRecord exporterRecord, @Nullable Fingerprint digest,
    Limits limits, Map<String, String> tied) {
  /** Nothing is known. */
  public static final GraphDetails NONE = new GraphDetails(Map.of(), Map.of(), Map.of(), null, null,
      new Limits());

  /** Copies. */
  public GraphDetails {
    sizes = Map.copyOf(sizes);
    mutations = Collections.unmodifiableMap(new LinkedHashMap<>(mutations));
    modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    tied = Collections.unmodifiableMap(new LinkedHashMap<>(tied));
  }

  /** No parameter is known to have a second name. */
  public GraphDetails(Map<String, List<Extent>> sizes, Map<String, String> mutations,
      Map<String, String> modules, @Nullable ExportRecord exporterRecord, @Nullable Fingerprint digest,
      Limits limits) {
    this(sizes, mutations, modules, exporterRecord, digest, limits, Map.of());
  }

  /** What tools/export.py wrote, or empty. */
  public Optional<ExportRecord> record() {
    return Optional.ofNullable(exporterRecord);
  }

  /** The digest of the file, or empty. */
  public Optional<Fingerprint> fingerprint() {
    return Optional.ofNullable(digest);
  }
}
