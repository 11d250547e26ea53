package dev.whence.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Json;
import dev.whence.run.Provenance;
import dev.whence.run.Registry;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.ScoreExporter;
import dev.whence.score.Semantics;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetScoresTest {
  private static final Semantics LOSS = new Semantics("log-probability", Optional.empty(), true,
      false, Optional.empty());
  private static final Provenance MADE = new Provenance("0.1.0", "it's trak", Map.of("columns", 8), Map.of(),
      Map.of("projection", 7L), Map.of());
  @TempDir
  Path folder;

  private static ScoreBuilder builder(boolean errors) {
    return new ScoreBuilder(new Axis(Axis.Kind.TARGET, List.of("t'0", "té1")),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, List.of("a", "b", "c")), LOSS, MADE, errors);
  }

  private static List<String> read(Path file, String query) throws SQLException {
    String source = "'" + file.toString().replace("'", "''") + "'";
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query.replace("FILE", source))) {
      var read = new ArrayList<String>();
      while (rows.next()) {
        var row = new ArrayList<String>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          row.add(rows.getString(column));
        }
        read.add(String.join(" ", row));
      }
      return read;
    }
  }

  @Test
  void rowsHoldJustTheScoresThatWereEvaluated() throws Exception {
    Path file = folder.resolve("it's.parquet");
    Registry.of(ScoreExporter.class, "score format").get("parquet")
        .export(builder(false).put(0, 2, -1.5f).put(1, 0, 2).put(1, 1, .1f).build(), file);
    assertThat(read(file, "SELECT * FROM FILE")).containsExactly("0 2 t'0 c -1.5", "1 0 té1 a 2.0",
        "1 1 té1 b 0.1");
    assertThat(read(file, "SELECT name, type FROM parquet_schema(FILE) OFFSET 1")).containsExactly(
        "target INT32",
        "source INT32", "target_id BYTE_ARRAY", "source_id BYTE_ARRAY", "score FLOAT");
    assertThat(folder.toFile().list()).containsExactly("it's.parquet");
  }

  @Test
  void standardErrorsAndProvenanceAreKept() throws Exception {
    Path file = folder.resolve("scores.parquet");
    new ParquetScores().export(builder(true).put(0, 0, 1, .25f).build(), file);
    assertThat(read(file, "SELECT score, standard_error FROM FILE")).containsExactly("1.0 0.25");
    Map<String, Object> metadata = Json
        .parse(read(file, "SELECT decode(value) FROM parquet_kv_metadata(FILE) WHERE decode(key) = 'whence'")
            .getFirst());
    assertThat(metadata).extractingByKey("semantics").asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("measurement", "log-probability").containsEntry("targetsComparable", false);
    @SuppressWarnings("unchecked")
    var provenance = Provenance.of((Map<String, Object>) metadata.getOrDefault("provenance", Map.of()));
    assertThat(provenance).isEqualTo(MADE);
  }
}
