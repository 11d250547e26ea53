package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.terminal.Cancellation;
import dev.whence.app.terminal.Terminal;
import dev.whence.data.DataSpec;
import dev.whence.data.Datasets;
import dev.whence.run.Json;
import dev.whence.run.Named;
import dev.whence.study.StudyFile;
import dev.whence.study.StudyKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A second kind of study, with one command: registered in the test resources, and all told in one class. */
class SecondStudyTest {
  /** How many rows a data set has. */
  @Named("row-count")
  public record RowCount() implements StudyKind {
    @Override
    public List<String> keys() {
      return List.of("data", "seed");
    }

    @Override
    public List<String> decisive() {
      return List.of("data");
    }

    @Override
    public List<String> contents() {
      return List.of("run.yaml", "count.json");
    }

    @Override
    public List<String> commands() {
      return List.of("count");
    }

    @Override
    public List<String> sections() {
      return List.of("count");
    }
  }

  @Command(name = "count")
  static final class CountCommand implements Callable<Integer> {
    @ParentCommand
    private WhenceCommand whence;
    @Parameters(paramLabel = "RUN.yaml")
    private Path file;

    @Override
    @SuppressWarnings("unchecked")
    public Integer call() throws IOException {
      StudyFile asked = StudyFile.read(file);
      asked.kind().requireCommand("count", file);
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      var data = Datasets.read(
          DataSpec.parse((Map<String, Object>) Objects.requireNonNull(asked.values().get("data")), folder));
      whence.terminal().out().println(Json.compact(Map.of("rows", data.size())));
      return 0;
    }
  }

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("t.csv"), "x,y\n1,0\n2,1\n3,0\n");
    file = Files.writeString(folder.resolve("count.yaml"),
        "asks: row-count\ndata: {path: t.csv, columns: {x: x}, label: y}\n");
  }

  @Test
  void itsCommandReadsItsRunFile() {
    var out = new ByteArrayOutputStream();
    var line = WhenceCommand.line(Terminal.of(out, OutputStream.nullOutputStream()), new Cancellation());
    line.addSubcommand(new CountCommand());
    assertThat(line.execute("count", file.toString())).isZero();
    assertThat(Json.parse(out.toString(StandardCharsets.UTF_8))).containsEntry("rows", 3);
  }

  @Test
  void otherCommandsSayWhoseItIs() throws IOException {
    Call call = Call.of("attribute", file.toString());
    assertThat(call.code()).isEqualTo(2);
    assertThat(call.err()).contains("count.yaml asks row-count, which has no step 'attribute'; it has count");
    Files.writeString(file, "asks: row-cout\n");
    assertThat(Call.of("attribute", file.toString()).err())
        .contains("unknown study 'row-cout'; known: row-count, training-data; did you mean 'row-count'?");
    Files.writeString(file, "asks: row-count\ndate: {path: t.csv}\n");
    assertThat(Call.of("attribute", file.toString()).err())
        .contains("unknown key 'date'; did you mean 'data'?");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void trainingDataIsAskedAboutWhereNothingElseIsSaid() throws IOException {
    Files.writeString(file, "model: m.pt2\ndata: {path: t.csv}\ntargets: {rows: 0..1}\n");
    assertThat(StudyFile.read(file).kind().commands()).containsExactly("train", "attribute", "top",
        "evaluate",
        "report", "demo");
    Files.writeString(file, "asks: training-data\n" + Files.readString(file));
    assertThat(Call.of("attribute", file.toString()).err()).contains("no such").contains("m.pt2");
  }
}
