package dev.whence.adapters;

import dev.whence.data.DataException;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.RecordReader;
import dev.whence.data.format.PlainValue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The rows of a Parquet file, streamed out of an embedded database that sees nothing else. */
final class ParquetReader implements RecordReader {
  private final Place file;
  private final String source;
  private final Connection connection;
  private final List<String> names = new ArrayList<>();
  /** The database tells no upper from lower case, and renames what is then alike. */
  private final List<String> engineNames = new ArrayList<>();
  private final Map<Integer, Integer> positions = new HashMap<>();
  private @Nullable ResultSet rows;
  private long row = -1;

  ParquetReader(Path path) throws SQLException, IOException {
    this.file = Place.of(path);
    String absolute = path.toRealPath().toString();
    if (absolute.matches(".*[*?\\[].*")) {
      throw new DataException(file,
          "the path must not contain *, ? or [ for Parquet; rename the file or its folder");
    }
    String quoted = "'" + absolute.replace("'", "''") + "'";
    this.source = "read_parquet(" + quoted + ", hive_partitioning = false)";
    this.connection = connect(quoted);
    try (Statement statement = connection.createStatement();
        ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + source)) {
      while (columns.next()) {
        engineNames.add(columns.getString(1));
      }
      names.addAll(schemaNames(statement, quoted));
      if (names.size() != engineNames.size()) {
        throw new DataException(file,
            "its schema names " + names.size() + " columns, its pages " + engineNames.size()
                + "; the file is damaged, write it again");
      }
    } catch (DataException e) {
      close();
      throw e;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** The names of the outermost columns, as the file itself has them. */
  private static List<String> schemaNames(Statement statement, String quoted) throws SQLException {
    var outermost = new ArrayList<String>();
    try (ResultSet nodes = statement
        .executeQuery("SELECT name, num_children FROM parquet_schema(" + quoted + ")")) {
      long inside = nodes.next() ? -1 : 0;
      while (nodes.next()) {
        if (inside <= 0) {
          outermost.add(nodes.getString(1));
          inside = 0;
        } else {
          inside--;
        }
        inside += nodes.getLong(2);
      }
    }
    return outermost;
  }

  private static Connection connect(String allowed) throws SQLException {
    var settings = new Properties();
    settings.put("jdbc_stream_results", "true");
    settings.put("autoinstall_known_extensions", "false");
    settings.put("autoload_known_extensions", "false");
    settings.put("threads", "1");
    settings.put("memory_limit", "512MB");
    settings.put("temp_directory", "");
    Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET allowed_paths = [" + allowed + "]");
      statement.execute("SET enable_external_access = false");
      statement.execute("SET lock_configuration = true");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  static DataException corrupt(Place place, SQLException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new DataException(place, "cannot be read as Parquet (" + message + "); write the file again", e);
  }

  @Override
  public List<String> fields() {
    return List.copyOf(names);
  }

  @Override
  public void begin(List<Integer> used) throws IOException {
    List<String> quoted = new ArrayList<>();
    for (int field : used) {
      quoted.add('"' + engineNames.get(field).replace("\"", "\"\"") + '"');
      positions.put(field, quoted.size());
    }
    try {
      Statement statement = connection.createStatement();
      statement.closeOnCompletion();
      rows = statement.executeQuery("SELECT " + String.join(", ", quoted) + " FROM " + source);
    } catch (SQLException e) {
      throw corrupt(file, e);
    }
  }

  @Override
  public boolean next() throws IOException {
    try {
      row++;
      return result().next();
    } catch (SQLException e) {
      throw corrupt(file.atRow(row), e);
    }
  }

  private ResultSet result() {
    if (rows == null) {
      throw new IllegalStateException("begin() must be called before next()");
    }
    return rows;
  }

  private PlainValue value(int field) throws IOException {
    try {
      return new PlainValue(plain(result().getObject(positions.getOrDefault(field, 0))));
    } catch (SQLException e) {
      throw corrupt(place(field), e);
    }
  }

  private static @Nullable Object plain(@Nullable Object value) throws SQLException {
    if (!(value instanceof Array array)) {
      return value;
    }
    @Nullable
    Object[] elements = (Object[]) array.getArray();
    @Nullable
    Object[] plain = new @Nullable Object[elements.length];
    for (int i = 0; i < elements.length; i++) {
      plain[i] = plain(elements[i]);
    }
    return Arrays.asList(plain);
  }

  @Override
  public void numbers(int field, Numbers into) throws IOException {
    value(field).numbers(into);
  }

  @Override
  public boolean isNull(int field) throws IOException {
    return value(field).value() == null;
  }

  @Override
  public String text(int field) throws IOException {
    try {
      return value(field).text();
    } catch (DataException e) {
      throw e.at(place(field));
    }
  }

  @Override
  public Optional<String> id() {
    return Optional.empty();
  }

  @Override
  public Place place(int field) {
    return file.atRow(row).in(names.get(field));
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException(file + ": cannot close the reader", e);
    }
  }
}
