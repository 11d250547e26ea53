package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/commands.md says of all commands: exit codes, help, completion. */
class EveryCommandTest {
  @TempDir
  private Path folder;

  static List<String> all() {
    return WhenceCommand.names();
  }

  static List<String> overARunFile() {
    return List.of("train", "attribute", "top", "evaluate", "report");
  }

  @ParameterizedTest
  @MethodSource("all")
  void helpIsPrintedByTheFlagAndByTheCommandHelp(String command) {
    Call flag = Call.of(command, "--help");

    assertThat(flag.code()).isZero();
    assertThat(flag.err()).isEmpty();
    assertThat(flag.out()).contains("Usage: whence " + command);
    assertThat(Call.of("help", command)).isEqualTo(flag);
  }

  /** All but help, which answers whatever it is asked. */
  static List<String> strict() {
    return all().stream().filter(command -> !command.equals("help")).toList();
  }

  @ParameterizedTest
  @MethodSource("strict")
  void anUnknownFlagIsAUsageError(String command) {
    Call call = Call.of(command, "--no-such-flag");

    assertThat(call.code()).isEqualTo(2);
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).startsWith("whence: ").contains("Try 'whence " + command + " --help'.");
  }

  @ParameterizedTest
  @MethodSource("overARunFile")
  void aWrongRunFileEndsWithTwoAndAFileThatCannotBeUsedWithThree(String command) throws IOException {
    assertThat(Call.of(command).code()).isEqualTo(2);
    assertThat(Call.of(command, folder.resolve("none.yaml").toString()).code()).isEqualTo(2);
    assertThat(call(command, "no-such-key: 1\n").code()).isEqualTo(2);
    String rest = "data: {path: %s/fixtures/data/digits-100.csv, columns: {image: pixel_*}, label: label}\n"
        .formatted(Call.ROOT);

    Call missing = call(command, "model: nowhere.pt2\n" + rest);
    assertThat(missing.code()).as(missing.err()).isEqualTo(3);
    assertThat(missing.err()).contains("nowhere.pt2").hasLineCount(1);
    Files.writeString(folder.resolve("damaged.pt2"), "PK no archive");
    Call damaged = call(command, "model: damaged.pt2\n" + rest);
    assertThat(damaged.code()).as(damaged.err()).isEqualTo(3);
    assertThat(damaged.err()).contains("damaged.pt2").hasLineCount(1);
    assertThat(missing.out() + damaged.out()).isEmpty();
  }

  private Call call(String command, String runFile) throws IOException {
    Path file = Files.writeString(folder.resolve("run-file.yaml"), runFile + "targets: {rows: 0..1}\n");
    return Call.of(command, file.toString(), "--quiet", "--out", folder.resolve("run").toString());
  }

  @Test
  void whatIsNoCommandIsAUsageErrorThatNamesTheNearest() {
    Call call = Call.of("atribute");

    assertThat(call.code()).isEqualTo(2);
    assertThat(call.err()).contains("atribute", "attribute");
    assertThat(Call.of().code()).isEqualTo(2);
    assertThat(Call.of().err()).contains("say what to do: demo, ").doesNotContain("warm-up");
    assertThat(Call.of("help", "nothing").code()).isEqualTo(2);
  }

  @Test
  void completionIsForTheShellsThatAreKnown() {
    assertThat(Call.of("completion", "zsh")).isEqualTo(Call.of("completion", "bash"));
    Call fish = Call.of("completion", "fish");
    assertThat(fish.code()).isEqualTo(2);
    assertThat(fish.err()).contains("unknown shell 'fish'; known: bash, zsh");
  }

  static boolean bashIsHere() {
    return Files.isExecutable(Path.of("/bin/bash"));
  }

  @Test
  @EnabledIf("bashIsHere")
  void bashCompletesCommandsAndFlags() throws Exception {
    Path script = Files.writeString(folder.resolve("whence"), Call.of("completion", "bash").out());

    assertThat(completed(script, "whence", "at")).containsExactly("attribute");
    assertThat(completed(script, "whence", "attribute", "--exp")).containsExactly("--export");
    assertThat(completed(script, "whence", "completion", "z")).containsExactly("zsh");
    assertThat(completed(script, "whence", "")).contains("top", "report").doesNotContain("warm-up");
  }

  private List<String> completed(Path script, String... words) throws Exception {
    String ask = """
        source "%s"; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        _complete_whence; printf '%%s\\n' "${COMPREPLY[@]}"
        """.formatted(script, String.join(" ", Stream.of(words).map(word -> "'" + word + "'").toList()),
        words.length - 1);
    Path out = folder.resolve("completed.txt");
    Process bash = new ProcessBuilder("/bin/bash", "-c", ask).redirectOutput(out.toFile())
        .redirectError(folder.resolve("err.txt").toFile()).start();
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return Files.readAllLines(out).stream().map(String::strip).toList();
  }
}
