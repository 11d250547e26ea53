package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a table whose columns became other numbers: shown are the file's own. */
class LikenessTest {
  @TempDir
  private Path folder;
  private Dataset data;

  @BeforeEach
  void readATable() throws IOException {
    Files.writeString(folder.resolve("t.csv"), """
        mass,island,sex,height,y
        4000,Dream,f,10,0
        NA,Biscoe,m,20,1
        3000,Biscoe,f,30,0
        5000,Dream,m,40,1
        """);
    data = read(Map.of("x", List.of(
        Map.of("from", "mass", "impute", "median", "indicator", true, "standardize", true),
        Map.of("from", "island", "encode", "one-hot"), Map.of("from", "sex", "encode", "ordinal"),
        Map.of("from", "height", "standardize", true))));
  }

  private Dataset read(Map<String, Object> columns) throws IOException {
    var spec = DataSpec.parse(Map.of("path", "t.csv", "columns", columns), folder);
    return Datasets.read(Datasets.fitted(spec));
  }

  @Test
  void mappedColumnsAreShownInTheFilesUnitsAndWords() {
    var row = (Report.Content.Row) new Looks(data).example(0).content();
    assertThat(row.values()).containsExactly(Map.entry("mass", "4000"), Map.entry("island", "Dream"),
        Map.entry("sex", "f"), Map.entry("height", "10"));
    var gap = (Report.Content.Row) new Looks(data).example(1).content();
    assertThat(gap.values()).containsEntry("mass", "missing").containsEntry("island", "Biscoe");
  }

  @Test
  void aGroupOfCodesIsOneColumnThatIsAlikeOrDiffers() {
    var compared = new Likeness(data, data).of(2, 0);
    assertThat(compared.alike()).extracting(Report.Cell::column).containsExactly("sex");
    assertThat(compared.differing())
        .contains(new Report.Cell("island", "Biscoe", "Dream"), new Report.Cell("height", "30", "10"),
            new Report.Cell("mass", "3000", "4000"));
    assertThat(compared.others()).isZero();
  }

  @Test
  void aMissingValueIsLikeNoOtherButAMissingOne() {
    var likeness = new Likeness(data, data);
    assertThat(likeness.of(1, 0).differing()).contains(new Report.Cell("mass", "missing", "4000"));
    assertThat(likeness.of(1, 1).alike()).contains(new Report.Cell("mass", "missing", "missing"));
  }

  @Test
  void aStandardisedColumnAloneIsShownInItsOwnUnits() throws IOException {
    var single = read(Map.of("h", Map.of("from", "height", "standardize", true)));
    var row = (Report.Content.Row) new Looks(single).example(3).content();
    assertThat(row.values()).containsExactly(Map.entry("height", "40"));
  }
}
