package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.app.command.SettingTables;
import dev.whence.app.command.WhenceCommand;
import dev.whence.app.terminal.ExitCode;
import dev.whence.study.EvaluationSettings;
import dev.whence.study.LeaveOneOutSettings;
import dev.whence.study.MislabelSettings;
import dev.whence.study.OutcomeFiles;
import dev.whence.study.TaskSettings;
import dev.whence.study.TrainingSettings;
import dev.whence.training.Recipe;
import java.io.IOException;
import java.lang.reflect.Field;
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
    generated("docs/json.md", "json", SchemaTables.of(ROOT.resolve("docs/json")));
    generated("docs/run-file.md", "evaluation", SettingTables.markdown(EvaluationSettings.class));
    generated("docs/run-file.md", "leave-one-out", SettingTables.markdown(LeaveOneOutSettings.class));
    generated("docs/run-file.md", "mislabels", SettingTables.markdown(MislabelSettings.class));
    generated("docs/run-file.md", "outcomes", SettingTables.markdown(OutcomeFiles.class));
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
  void everyExitCodeIsExplained() throws IOException, IllegalAccessException {
    String page = Files.readString(ROOT.resolve("docs/commands.md"));
    for (Field code : ExitCode.class.getFields()) {
      assertThat(page).as(code.getName()).contains("\n| " + code.getInt(null) + " | ");
    }
  }

  @Test
  void everyCommandIsInTheTable() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/commands.md"));
    assertThat(WhenceCommand.names()).hasSizeGreaterThan(9)
        .allSatisfy(command -> assertThat(page).contains("\n| `whence " + command));
  }

  @Test
  void theBillOfMaterialsAndTheGuideHaveTheVersionOfTheRest() throws IOException {
    String version = version(Files.readString(ROOT.resolve("pom.xml")), "whence-parent");

    assertThat(version(Files.readString(ROOT.resolve("bom/pom.xml")), "whence-bom")).isEqualTo(version);
    for (String page : List.of("README.md", "docs/library.md")) {
      assertThat(version(Files.readString(ROOT.resolve(page)), "whence-bom")).as(page).isEqualTo(version);
    }
  }

  private static String version(String text, String artifact) {
    Matcher found = Pattern
        .compile("<artifactId>" + artifact + "</artifactId>\\s*<version>(.*?)</version>").matcher(text);
    assertThat(found.find()).as(artifact).isTrue();
    return found.group(1);
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
