package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.DataException;
import dev.whence.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that pick rows of a model's tables must be rows of them: found out before anything runs, by the guilty cell. */
class TableIndicesTest {
  @TempDir
  private Path folder;

  /** Eight records, one of which holds another number at a place. */
  private void write(int width, int row, int position, long value, String label) throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      int record = i;
      String tokens = IntStream.range(0, width)
          .mapToObj(at -> Long.toString(record == row && at == position ? value : at))
          .collect(Collectors.joining(", "));
      lines.add("{\"t\": [" + tokens + "], \"y\": " + (label.isEmpty() ? "[" + tokens + "]" : label) + "}");
    }
    Files.write(folder.resolve("data.jsonl"), lines);
  }

  private Study open(String model, String labelType) throws IOException {
    Path file = Path.of(System.getProperty("whence.root"), "fixtures", "models", model + ".pt2");
    Map<String, Object> values = Map.of("model", file.toString(), "data",
        Map.of("path", "data.jsonl", "columns", Map.of("tokens", Map.of("from", "t", "dtype", "int64")),
            "label",
            Map.of("from", "y", "type", labelType)),
        "targets", Map.of("rows", "0..1"));
    return Study.open(RunFile.parse(values, folder), folder.resolve("run"), Run.of(0));
  }

  private void refused(String model, String labelType, String... parts) {
    assertThatThrownBy(() -> open(model, labelType)).isInstanceOf(DataException.class).message()
        .contains(parts)
        .doesNotContain("aten::");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aTokenBeyondTheTableIsNamedByItsCell() throws IOException {
    write(10, 5, 3, 40, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    refused("gpt", "tokens", "data.jsonl, line 6, column 't'", "data.columns.tokens",
        "example '5' has 40 at position 3",
        "'token.weight'", "40 rows, 0..39");
  }

  @Test
  void aTokenBelowTheTableIsNamedByItsCell() throws IOException {
    write(10, 7, 9, -1, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    refused("gpt", "tokens", "data.jsonl, line 8, column 't'", "example '7' has -1 at position 9");
  }

  @Test
  void bagsAreHeldAgainstTheirTableToo() throws IOException {
    write(8, 2, 0, 60, "[1, 0, 1]");
    refused("bag", "number", "data.jsonl, line 3, column 't'", "example '2' has 60 at position 0",
        "'bag.weight'", "60 rows, 0..59");
  }

  @Test
  void theLastRowOfATableIsOne() throws IOException {
    write(10, 5, 3, 39, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    try (Study study = open("gpt", "tokens")) {
      assertThat(List.of(study)).isNotEmpty();
    }
  }
}
