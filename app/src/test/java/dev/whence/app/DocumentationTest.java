package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.command.SettingTables;
import dev.whence.study.EvaluationSettings;
import dev.whence.study.TaskSettings;
import dev.whence.study.TrainingSettings;
import dev.whence.training.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The documentation says what the program does: tables of settings are the registry's, links lead
 * somewhere. {@code -Dwhence.docs=write} writes the tables anew.
 */
class DocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));

  @Test
  void tablesOfSettingsAreWhatTheProgramKnows() throws IOException {
    generated("docs/methods.md", "methods", SettingTables.methods());
    generated("docs/run-file.md", "task", SettingTables.markdown(TaskSettings.class));
    generated("docs/run-file.md", "training", SettingTables.markdown(TrainingSettings.class));
    generated("docs/run-file.md", "recipe", SettingTables.markdown(Recipe.class));
    generated("docs/run-file.md", "evaluation", SettingTables.markdown(EvaluationSettings.class));
  }

  private static void generated(String page, String name, String table) throws IOException {
    Path file = ROOT.resolve(page);
    String text = Files.readString(file);
    var section = Pattern.compile("(<!-- generated: " + name + " -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL)
        .matcher(text);
    assertThat(section.find()).as(page + " has the section " + name).isTrue();
    if ("write".equals(System.getProperty("whence.docs"))) {
      Files.writeString(file, section.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$3"));
    } else {
      assertThat(section.group(2)).as(page + ", " + name).isEqualTo(table);
    }
  }

  @Test
  void everyLinkBetweenPagesLeadsSomewhere() throws IOException {
    List<Path> pages;
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      pages = Stream
          .concat(docs, Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(ROOT::resolve))
          .filter(file -> file.toString().endsWith(".md")).toList();
    }
    assertThat(pages).hasSizeGreaterThan(12);
    for (Path page : pages) {
      Matcher links = Pattern.compile("\\]\\(([^)#:\\s]+)\\)").matcher(Files.readString(page));
      while (links.find()) {
        assertThat(page.resolveSibling(links.group(1))).as("in " + ROOT.relativize(page)).exists();
      }
    }
  }
}
