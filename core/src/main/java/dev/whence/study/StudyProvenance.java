package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Provenance;
import dev.whence.run.Run;
import dev.whence.run.Version;
import dev.whence.task.Task;
import dev.whence.torch.Natives;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes what a run was made from, on what machine, and how long it took. */
final class StudyProvenance {
  private StudyProvenance() {
  }

  static Provenance of(StudyFolder folder, RunFile file, Run run, Task.Differentiable task,
      Dataset training, Dataset targets) throws IOException {
    var asked = new LinkedHashMap<>(file.valuesIn(folder.root()));
    if (!training.mappings().isEmpty()) {
      asked.put("mappings", training.mappings());
    }
    return new Provenance(Version.text(), "whence", asked, Map.of(), Map.of(), Map.of())
        .withFingerprint("model", task.graph().fingerprint().hex())
        .withFingerprint("training", training.fingerprint().hex())
        .withFingerprint("targets", targets.fingerprint().hex())
        .withSeed("run", run.seed())
        .withEnvironment("java", Runtime.version().toString())
        .withEnvironment("libtorch", Natives.version())
        .withEnvironment("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        .withEnvironment("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  static void write(StudyFolder folder, RunFile file, Run run, Task.Differentiable task, Dataset training,
      Dataset targets, Stopwatch stopwatch) throws IOException {
    AtomicFiles.writeText(folder.provenance(),
        of(folder, file, run, task, training, targets).json(Optional.of(stopwatch.kept())));
  }
}
