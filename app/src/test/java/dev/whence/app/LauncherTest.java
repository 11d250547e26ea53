package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher over JDKs that are a release file and a script that prints how it was called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir
  private Path folder;
  private Path launcher;
  private Path lib;

  @BeforeEach
  void layOutADistribution() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("whence 1/bin"));
    lib = Files.createDirectories(folder.resolve("whence 1/lib"));
    for (String jar : List.of("b.jar", "C.jar", "a.jar")) {
      Files.createFile(lib.resolve(jar));
    }
    launcher = Files.copy(Path.of(System.getProperty("whence.root"), "whence"), bin.resolve("whence"));
    executable(launcher);
  }

  @Test
  void theNewestJdkOfTheUsualFoldersWins() throws Exception {
    jdk("jvms/jdk-25", "25.0.3");
    jdk("jvms/jdk-26", "26.0.1");
    jdk("jvms/jdk-17", "17.0.15");
    jdk("more/mac.jdk/Contents/Home", "25.0.9");

    Result result = run(Map.of(), "methods");

    assertThat(result.code).isZero();
    assertThat(result.out).startsWith("jdk-26 ").contains(" dev.whence.app.Main methods");
  }

  @Test
  void aJdkInsideAMacBundleIsFound() throws Exception {
    jdk("more/mac.jdk/Contents/Home", "25.0.9");

    assertThat(run(Map.of()).out).startsWith("Home ");
  }

  @Test
  void javaHomeIsTakenWhereItFitsAndPassedOverWhereItDoesNot() throws Exception {
    jdk("jvms/jdk-26", "26");
    Path fitting = jdk("own/jdk-25", "25");
    Path old = jdk("own/jdk-21", "21.0.2");

    assertThat(run(Map.of("JAVA_HOME", fitting.toString())).out).startsWith("jdk-25 ");
    assertThat(run(Map.of("JAVA_HOME", old.toString())).out).startsWith("jdk-26 ");
  }

  @Test
  void theJdkBehindTheJavaOnThePathIsFoundThroughLinks() throws Exception {
    Path home = jdk("somewhere/jdk-25", "25.0.4");
    Path first = Files.createSymbolicLink(folder.resolve("alternative"), home.resolve("bin/java"));
    Files.createSymbolicLink(Files.createDirectories(folder.resolve("path")).resolve("java"), first);

    assertThat(run(Map.of("PATH", folder.resolve("path") + ":/usr/bin:/bin")).out).startsWith("jdk-25 ");
  }

  @Test
  void theOwnVariableIsObeyedOrRefusedButNeverPassedOver() throws Exception {
    jdk("jvms/jdk-26", "26");
    Path own = jdk("own/jdk-25", "25.0.3");
    Path old = jdk("own/jdk-21", "21.0.2");

    assertThat(run(Map.of("WHENCE_JAVA_HOME", own.toString())).out).startsWith("jdk-25 ");
    Result refused = run(Map.of("WHENCE_JAVA_HOME", old.toString()));
    assertThat(refused.code).isEqualTo(4);
    assertThat(refused.err).contains("WHENCE_JAVA_HOME is '" + old + "'").hasLineCount(1);
  }

  @Test
  void withoutAJdkOneSentenceSaysWhatToInstall() throws Exception {
    jdk("jvms/jdk-21", "21.0.2");

    Result result = run(Map.of());

    assertThat(result.code).isEqualTo(4);
    assertThat(result.out).isEmpty();
    assertThat(result.err).hasLineCount(1).contains("needs a JDK 25", "install one", "adoptium.net");
  }

  @Test
  void onlyTheReleasesWithTheCollectorsBugGetAnotherCollector() throws Exception {
    for (var release : Map.of("25", true, "25.0.2", true, "25.0.3", false, "25.1.1", false, "26.0.1", false)
        .entrySet()) {
      Path home = jdk("own/" + release.getKey(), release.getKey());
      assertThat(run(Map.of("WHENCE_JAVA_HOME", home.toString())).out.contains("-XX:+UseParallelGC"))
          .as(release.getKey()).isEqualTo(release.getValue());
    }
  }

  @Test
  void itRunsFromAnyFolderThroughLinksAndPassesArgumentsUntouched() throws Exception {
    jdk("jvms/jdk-25", "25.0.3");
    Path link = Files.createSymbolicLink(folder.resolve("w"), Path.of("whence 1/bin/whence"));
    Path elsewhere = Files.createDirectories(folder.resolve("else where"));

    Result result = run(link, elsewhere, Map.of(), "top", "a b", "*", "");

    Path jars = lib.toRealPath();
    assertThat(result.out).contains("--enable-native-access=ALL-UNNAMED", "maxPhysicalBytes=0",
        " -cp " + jars + "/C.jar:" + jars + "/a.jar:" + jars + "/b.jar dev.whence.app.Main top");
    assertThat(result.out).contains("<a b><*><>").contains("in " + elsewhere.toRealPath());
  }

  @Test
  void theStartCacheIsUsedByTheJdkThatMadeItAlone() throws Exception {
    Path made = jdk("own/jdk-25", "25.0.3");
    Path other = jdk("own/jdk-26", "26");
    String cache = "-XX:AOTCache=" + lib.toRealPath() + "/whence.aot ";
    assertThat(run(Map.of("WHENCE_JAVA_HOME", made.toString())).out).doesNotContain("AOT");
    Files.createFile(lib.resolve("whence.aot"));
    assertThat(run(Map.of("WHENCE_JAVA_HOME", made.toString())).out).doesNotContain("AOT");
    Files.copy(made.resolve("release"), lib.resolve("whence.aot.release"));

    assertThat(run(Map.of("WHENCE_JAVA_HOME", made.toString())).out).contains(cache);
    assertThat(run(Map.of("WHENCE_JAVA_HOME", other.toString())).out).startsWith("jdk-26 ")
        .doesNotContain("AOT");
  }

  @Test
  void flagsTheJdkRefusesBesideAStartCacheLeaveItOut() throws Exception {
    Path home = jdk("jvms/jdk-25", "25.0.3");
    Files.createFile(lib.resolve("whence.aot"));
    Files.copy(home.resolve("release"), lib.resolve("whence.aot.release"));

    for (String flag : List.of("-Xshare:off", "-XX:SharedArchiveFile=x.jsa", "-XX:AOTMode=off")) {
      assertThat(run(Map.of("WHENCE_JAVA_OPTS", flag)).out).contains(flag).doesNotContain("AOTCache");
      assertThat(run(Map.of("JAVA_TOOL_OPTIONS", flag)).out).doesNotContain("AOTCache");
    }
    assertThat(run(Map.of("WHENCE_JAVA_OPTS", "-Xmx4g")).out).contains("-Xmx4g", "AOTCache");
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    String script = "#!/bin/sh\necho \"" + home.getFileName() + " $*\"\nwhile [ $# -gt 3 ]; do shift; done\n"
        + "printf '<%s>' \"$@\"\necho \" in $(pwd -P)\"\n";
    executable(Files.writeString(bin.resolve("java"), script));
    return home;
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    return run(launcher, folder, environment, arguments);
  }

  private Result run(Path program, Path from, Map<String, String> environment, String... arguments)
      throws Exception {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    var builder = new ProcessBuilder(command).directory(from.toFile()).redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_HOME") || name.startsWith("WHENCE_"));
    builder.environment().putAll(Map.of("WHENCE_JVM_FOLDERS", folder + "/jvms:" + folder + "/more:/nowhere",
        "PATH", pathWithoutJava()));
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** A path with the tools the script calls and no java, whatever the machine has. */
  private String pathWithoutJava() throws IOException {
    Path tools = folder.resolve("tools");
    if (!Files.isDirectory(tools)) {
      Files.createDirectories(tools);
      for (String tool : List.of("sh", "dirname", "basename", "readlink", "sed")) {
        Path found = Files.exists(Path.of("/usr/bin", tool))
            ? Path.of("/usr/bin", tool)
            : Path.of("/bin", tool);
        Files.createSymbolicLink(tools.resolve(tool), found);
      }
    }
    return tools.toString();
  }

  private record Result(int code, String out, String err) {
  }
}
