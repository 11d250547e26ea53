package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.torch.DType;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {
  @TempDir
  private Path folder;

  @Test
  void arraysBecomeADataSet() {
    Dataset data = Datasets.builder().column("x", new float[]{1, 2, 3, 4}, 2).labels(1, 0)
        .classNames("a", "b")
        .ids("first", "second").build();
    assertThat(data.columns()).containsExactly(new Column("x", DType.FLOAT32, List.of(2L)),
        new Column("label", DType.INT64, List.of()));
    assertThat(data.classNames()).containsExactly("a", "b");
    try (var _ = Scope.open()) {
      Batch batch = data.batch(1, 0, 1);
      assertThat(batch.rows()).containsExactly(1, 0, 1);
      assertThat(batch.column("x").toFloats()).containsExactly(3, 4, 1, 2, 3, 4);
      assertThat(batch.column("label").toLongs()).containsExactly(0, 1, 0);
    }
    assertThatThrownBy(() -> data.id(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.batch(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.select(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void arraysThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Datasets.builder().column("x", new float[3], 2))
        .hasMessageContaining("multiple of 2");
    assertThatThrownBy(() -> Datasets.builder().column("x", new float[]{1, Float.NaN}))
        .hasMessageContaining("NaN in row 1");
    assertThatThrownBy(() -> Datasets.builder().column("x", new float[3]).labels(1, 2).build())
        .hasMessageContaining("'label' has 2 rows, the first column has 3");
    assertThatThrownBy(() -> Datasets.builder().labels(1, 2).ids("a", "a").build())
        .hasMessageContaining("1 of them different");
    assertThatThrownBy(() -> Datasets.builder().labels(1).labels(1)).hasMessageContaining("twice");
  }

  @Test
  void aSelectionIsADataSetOfItsOwn() {
    Dataset data = Datasets.builder().column("x", new float[]{0, 10, 20, 30}).build();
    Dataset some = data.select(3, 1, 1).select(2, 0);
    assertThat(some.size()).isEqualTo(2);
    assertThat(List.of(some.id(0), some.id(1))).containsExactly("1", "3");
    assertThat(Fixtures.floats(some, "x")).containsExactly(10, 30);
    assertThat(data.select(0, 1, 2, 3).fingerprint()).isEqualTo(data.fingerprint());
    assertThat(data.select(1, 0, 2, 3).fingerprint()).isNotEqualTo(data.fingerprint());
    assertThat(data.select(0, 1, 2).fingerprint()).isNotEqualTo(data.fingerprint());
  }

  @Test
  void anyChangeChangesTheFingerprint() {
    Dataset data = builder().build();
    assertThat(builder().build().fingerprint()).isEqualTo(data.fingerprint());
    assertThat(List.of(builder().ids("a", "c").build(), builder().classNames("q", "p").build(),
        Datasets.builder().column("x", new float[]{1, 3}).labels(0, 1).classNames("p", "q").ids("a", "b")
            .build(),
        Datasets.builder().column("y", new float[]{1, 2}).labels(0, 1).classNames("p", "q").ids("a", "b")
            .build(),
        Datasets.builder().column("x", new float[]{1, 2}, 1).labels(0, 1).classNames("p", "q").ids("a", "b")
            .build(),
        Datasets.builder().column("x", new long[]{1, 2}).labels(0, 1).classNames("p", "q").ids("a", "b")
            .build(),
        Datasets.builder().column("x", new float[]{1, 2}).labels(1, 0).classNames("p", "q").ids("a", "b")
            .build()))
        .extracting(Dataset::fingerprint).doesNotContain(data.fingerprint()).doesNotHaveDuplicates();
  }

  private static DatasetBuilder builder() {
    return Datasets.builder().column("x", new float[]{1, 2}).labels(0, 1).classNames("p", "q").ids("a", "b");
  }

  @Test
  void equalContentHasEqualFingerprintsInEveryFormat() throws IOException {
    Path csv = Files.writeString(folder.resolve("d.csv"), "a,b,y\n1,2,0\n3,4.5,1\n");
    Path json = Files.writeString(folder.resolve("d.jsonl"),
        "{\"v\":[1,2],\"y\":0}\n{\"y\":1,\"v\":[3,4.5]}\n");
    Path npy = Files.createDirectory(folder.resolve("npy"));
    Files.write(npy.resolve("v.npy"), Fixtures.npy(new float[]{1, 2, 3, 4.5f}, "(2, 2)"));
    Files.write(npy.resolve("y.npy"), Fixtures.npy(new float[]{0, 1}, "(2,)"));
    Dataset made = Datasets.builder().column("x", new float[]{1, 2, 3, 4.5f}, 2).labels(0, 1)
        .classNames("0", "1")
        .build();
    for (DataSpec spec : List.of(DataSpec.of(csv).withColumn("x", Source.of("a", "b")),
        DataSpec.of(json).withColumn("x", Source.of("v")),
        DataSpec.of(npy).withColumn("x", Source.of("v")))) {
      assertThat(Datasets.read(spec.withLabel(Label.classes("y"))).fingerprint()).as("%s", spec.path())
          .isEqualTo(made.fingerprint());
      assertThat(Datasets.read(spec.withLabel(Label.number("y"))).fingerprint())
          .isNotEqualTo(made.fingerprint());
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32,-1.5", "FLOAT64,-1.1", "FLOAT16,65504", "BFLOAT16,1.0078125",
      "INT64,-9007199254740993",
      "INT32,-2147483648", "INT16,-32768", "INT8,-128", "UINT8,255", "BOOL,1"})
  void everyElementTypeHoldsItsNumbersExactly(DType dtype, String value) throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), "x\n" + value + "\n");
    Dataset data = Datasets.read(DataSpec.of(file).withColumn("x", Source.of("x").as(dtype)));
    try (var _ = Scope.open()) {
      assertThat(data.batch(0).column("x").dtype()).isEqualTo(dtype);
      assertThat(data.batch(0).column("x").item()).isEqualTo(Double.parseDouble(value));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16,65520", "BFLOAT16,3.4e38", "INT32,2147483648", "INT16,-32769", "INT8,128", "UINT8,-1",
      "UINT8,1.5", "BOOL,2", "INT64,9223372036854775808", "INT64,1e19"})
  void numbersPastAnElementTypeAreRefused(DType dtype, String value) throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), "x\n" + value + "\n");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("x", Source.of("x").as(dtype))))
        .isInstanceOf(DataException.class).hasMessageContaining("line 2, column 'x'");
  }

  @Test
  void classesAreFoundByNameAndByNumber() throws IOException {
    assertThat(labels("cat\ndog\ncat", "dog", "cat")).containsExactly(1, 0, 1);
    assertThat(labels("1\n0\n1.0", "dog", "cat")).containsExactly(1, 0, 1);
    assertThat(labels("5\n7\n5.0", "7", "5")).containsExactly(1, 0, 1);
    assertThat(labels("cat\ndog\nant")).containsExactly(1, 2, 0);
    assertThat(labels("2\n0\n2.0")).containsExactly(2, 0, 2);
    assertThat(labels("1\n-1\n1")).containsExactly(1, 0, 1);
    assertThatThrownBy(() -> labels("cat\ncot", "dog", "cat")).isInstanceOf(DataException.class)
        .hasMessageContaining(
            "line 3, column 'y': unknown label 'cot'; did you mean 'cat'?; known: cat, dog");
    assertThatThrownBy(() -> labels("cat\n2", "dog", "cat")).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> labels("cat\n\"\""))
        .hasMessageContaining("line 3, column 'y': the label is empty");
  }

  private long[] labels(String lines, String... names) throws IOException {
    Path file = Files.writeString(folder.resolve("y.csv"), "x,y\n1," + lines.replace("\n", "\n1,") + "\n");
    return Fixtures.longs(Datasets.read(DataSpec.of(file).withLabel(Label.classes("y", names))), "label");
  }

  @Test
  void rowsAreASliceOfTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), "x\n0\n1\n2\n3\n");
    Dataset middle = Datasets.read(DataSpec.of(file).withRows(Rows.parse("1..2")));
    assertThat(Fixtures.floats(middle, "x")).containsExactly(1, 2);
    assertThat(middle.id(0)).isEqualTo("1");
    assertThat(Fixtures.floats(Datasets.read(DataSpec.of(file).withRows(Rows.parse("3.."))), "x"))
        .containsExactly(3);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withRows(Rows.parse("2..9"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rows 2..9 were asked for, but it has 4 records, 0..3");
  }

  @Test
  void memoryIsBoundedWithASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), "x\n" + "1\n".repeat(100_000));
    DataSpec spec = DataSpec.of(file);
    assertThat(Datasets.read(spec.withLimits(new DataLimits().withMemory(1 << 20))).size())
        .isEqualTo(100_000);
    assertThatThrownBy(() -> Datasets.read(spec.withLimits(new DataLimits().withMemory(300_000))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("needs more than limits.memory = 300,000 bytes");
  }

  @Test
  void batchesLeaveNoNativeObjectsBehind() {
    Dataset data = builder().build();
    try (var _ = Scope.open()) {
      data.batch(0, 1);
    }
    long live = Natives.liveObjects();
    for (int i = 0; i < 10; i++) {
      try (var _ = Scope.open()) {
        data.batch(0, 1);
        data.select(1).batch(0);
      }
    }
    assertThat(Natives.liveObjects()).isEqualTo(live);
  }

  @Test
  void filesLargerThanTheHeapAreStreamed() throws Exception {
    for (String format : List.of("csv", "jsonl")) {
      Path file = folder.resolve("big." + format);
      String record = format.equals("csv")
          ? "1," + "\"some text, quoted\",".repeat(100) + "end\n"
          : "{\"c0\":1,\"more\":[" + "12345678.5,".repeat(180) + "0]}\n";
      try (BufferedWriter writer = Files.newBufferedWriter(file)) {
        if (format.equals("csv")) {
          for (int i = 0; i <= 100; i++) {
            writer.write("c" + i + ",");
          }
          writer.write("last\n");
        }
        for (int i = 0; i < 30_000; i++) {
          writer.write(record);
        }
      }
      // 60 MB of text, a heap of 24 MB
      assertThat(Files.size(file)).isGreaterThan(55_000_000);
      assertThat(read(file)).isEqualTo("30000");
      Files.delete(file);
    }
  }

  private static String read(Path file) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx24m",
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
        SmallHeap.class.getName(),
        file.toString()).redirectErrorStream(true).redirectOutput(new File(file + ".out")).start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return Files.readString(Path.of(file + ".out")).strip();
  }

  /** Reads one column of a file in a JVM of its own. */
  static final class SmallHeap {
    private SmallHeap() {
    }

    static void main(String[] arguments) throws IOException {
      DataSpec spec = DataSpec.of(Path.of(arguments[0])).withColumn("x", Source.of("c0"));
      System.out.println(Datasets.read(spec).size());
    }
  }
}
