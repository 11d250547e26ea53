package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamingTest {
  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void writeATable() throws IOException {
    file = Files.writeString(folder.resolve("people.csv"), """
        name,age in years,income,children,note,who
        a,20,1.5,0,"quiet, mostly",x
        b,30,2.5,1,loud,y
        """);
  }

  private Dataset read(String from) throws IOException {
    return Datasets.read(DataSpec.parse(
        Map.of("path", "people.csv", "id", "name", "text", "note", "columns", Map.of("row", from), "label",
            "who"),
        folder));
  }

  @Test
  void aRangeBetweenTwoNamesFollowsTheFilesOrderAndNamesTheNumbers() throws IOException {
    Dataset people = read("age in years..children");
    assertThat(people.columns().getFirst().shape()).containsExactly(3L);
    assertThat(people.elementNames("row")).containsExactly("age in years", "income", "children");
    assertThat(people.elementNames("label")).isEmpty();
  }

  @Test
  void aRangeThatRunsBackwardsOrFromNowhereIsRefused() {
    assertThatThrownBy(() -> read("children..income")).isInstanceOf(DataException.class)
        .hasMessageContaining("turn it around");
    assertThatThrownBy(() -> read("ages..income")).isInstanceOf(DataException.class)
        .hasMessageContaining("the file has no column 'ages'");
  }

  @Test
  void textsGoWithTheirRowsAndAreNoPartOfTheFingerprint() throws IOException {
    Dataset people = read("income");
    assertThat(people.text(0)).contains("quiet, mostly");
    assertThat(people.select(1).text(0)).contains("loud");
    Dataset silent = Datasets.read(DataSpec.of(file).withId("name").withColumn("row", Source.of("income"))
        .withLabel(Label.classes("who")));
    assertThat(silent.text(0)).isEmpty();
    assertThat(silent.fingerprint()).isEqualTo(people.fingerprint());
  }
}
