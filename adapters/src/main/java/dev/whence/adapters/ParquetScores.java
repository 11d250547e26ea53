package dev.whence.adapters;

import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.Named;
import dev.whence.score.Axis;
import dev.whence.score.ScoreExporter;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Parquet, a row for each score that was evaluated: {@code target} and {@code source} (INT32 positions),
 * {@code target_id}, {@code source_id}, {@code score} (FLOAT) and, if any, {@code standard_error}; ordered by target, then
 * source. Semantics and provenance are JSON in the file's metadata under {@code whence}. Written by an embedded DuckDB.
 */
@Named("parquet")
public record ParquetScores() implements ScoreExporter {
  @Override
  public String extension() {
    return "parquet";
  }

  @Override
  public void export(ScoreMatrix scores, Path file) throws IOException {
    AtomicFiles.write(file, part -> {
      try (DuckDBConnection connection = connect()) {
        fill(connection, scores);
        copy(connection, scores, part);
      } catch (SQLException thrown) {
        throw new IOException("cannot write " + file + " as Parquet: " + thrown.getMessage(), thrown);
      }
    });
  }

  private static DuckDBConnection connect() throws SQLException {
    var settings = new Properties();
    settings.put("autoinstall_known_extensions", "false");
    settings.put("autoload_known_extensions", "false");
    settings.put("threads", "1");
    return DriverManager.getConnection("jdbc:duckdb:", settings).unwrap(DuckDBConnection.class);
  }

  private static void fill(DuckDBConnection connection, ScoreMatrix scores) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE targets (position INTEGER, id VARCHAR)");
      statement.execute("CREATE TABLE sources (position INTEGER, id VARCHAR)");
      statement
          .execute("CREATE TABLE scores (target INTEGER, source INTEGER, score FLOAT, standard_error FLOAT)");
    }
    fill(connection, "targets", scores.targets());
    fill(connection, "sources", scores.sources());
    try (DuckDBAppender rows = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "scores")) {
      for (int target = 0; target < scores.targets().size(); target++) {
        for (int source = 0; source < scores.sources().size(); source++) {
          if (scores.has(target, source)) {
            rows.beginRow().append(target).append(source).append(scores.score(target, source))
                .append((float) scores.standardError(target, source).orElse(0)).endRow();
          }
        }
      }
    }
  }

  private static void fill(DuckDBConnection connection, String table, Axis axis) throws SQLException {
    try (DuckDBAppender rows = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table)) {
      for (int at = 0; at < axis.size(); at++) {
        rows.beginRow().append(at).append(axis.ids().get(at)).endRow();
      }
    }
  }

  private static void copy(DuckDBConnection connection, ScoreMatrix scores, Path part) throws SQLException {
    String select = "SELECT target, source, t.id AS target_id, s.id AS source_id, score"
        + (scores.hasStandardErrors() ? ", standard_error" : "")
        + " FROM scores JOIN targets t ON t.position = target JOIN sources s ON s.position = source ORDER BY target, source";
    try (Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + select + ") TO " + quoted(part.toAbsolutePath().toString())
          + " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {whence: " + quoted(metadata(scores)) + "})");
    }
  }

  private static String metadata(ScoreMatrix scores) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("semantics", scores.semantics().values());
    values.put("provenance", scores.provenance().values());
    return Json.compact(values);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
