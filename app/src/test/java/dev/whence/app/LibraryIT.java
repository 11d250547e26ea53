package dev.whence.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The project of {@code docs/library.md}, built by a Maven that knows Whence from a repository alone. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class LibraryIT {
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));
  private static final Path REPOSITORY = ROOT.resolve("target/repository");

  @TempDir
  private Path folder;

  @Test
  void theProjectOfTheGuideBuildsAndRuns() throws Exception {
    String guide = Files.readString(ROOT.resolve("docs/library.md"));
    Files.writeString(folder.resolve("pom.xml"), block(guide, "xml", "<project"));
    Path source = folder.resolve("src/main/java/com/example/WhoTaughtIt.java");
    Files.createDirectories(AtomicFiles.folder(source));
    Files.writeString(source, block(guide, "java", "package com.example"));

    Path said = folder.resolve("said.txt");
    Path complained = folder.resolve("complained.txt"); // an old Maven on a new JDK does, whatever it builds
    int code = new ProcessBuilder(maven(), "-B", "-q", "-Dstyle.color=never", "-s", settings().toString(),
        "-Dmaven.repo.local=" + folder.resolve("local"), "verify", "-Dfixtures=" + ROOT.resolve("fixtures"))
        .directory(folder.toFile()).redirectError(complained.toFile()).redirectOutput(said.toFile()).start()
        .waitFor();

    // Maven ends its output with a colour's end, whatever it is told
    List<String> lines = Files.readString(said).replaceAll("\u001B\\[[;0-9]*m", "").lines()
        .filter(line -> !line.isBlank()).toList();
    assertThat(code).as(String.join("\n", lines) + "\n" + Files.readString(complained)).isZero();
    assertThat(lines).hasSize(5)
        .allMatch(line -> line.matches("Entry\\[source=\\d+, id=\\d+, score=[0-9.E-]+]"));
  }

  @Test
  void sourcesAndJavadocLieBesideTheJars() throws IOException {
    List<String> files;
    try (Stream<Path> found = Files.walk(REPOSITORY)) {
      files = found.map(file -> file.getFileName().toString()).toList();
    }
    for (String module : List.of("torch", "core", "adapters")) {
      for (String suffix : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar")) {
        assertThat(files)
            .anyMatch(name -> name.startsWith("whence-" + module + "-0") && name.endsWith(suffix));
      }
    }
    assertThat(files).anyMatch(name -> name.matches("whence-bom-.*\\.pom"))
        .noneMatch(name -> name.startsWith("whence-app"));
  }

  private static String block(String guide, String language, String begin) {
    return Pattern
        .compile("^```" + language + "\n(" + begin + ".*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(guide).results().map((MatchResult found) -> found.group(1)).findFirst().orElseThrow();
  }

  private static String maven() {
    String home = System.getProperty("whence.maven", "");
    return home.isEmpty() ? "mvn" : Path.of(home, "bin/mvn").toString();
  }

  /** Whence from the build, all else from what this machine has downloaded already, or from Central. */
  private Path settings() throws IOException {
    String repositories = repository("whence", REPOSITORY) + repository("downloaded",
        Path.of(System.getProperty("whence.downloads", System.getProperty("user.home") + "/.m2/repository")));
    return Files.writeString(folder.resolve("settings.xml"), """
        <settings><profiles><profile><id>here</id>
          <repositories>%s</repositories>
          <pluginRepositories>%s</pluginRepositories>
        </profile></profiles><activeProfiles><activeProfile>here</activeProfile></activeProfiles></settings>
        """.formatted(repositories, repositories.replace("repository>", "pluginRepository>")));
  }

  private static String repository(String id, Path place) {
    return ("<repository><id>%s</id><url>%s</url><releases><checksumPolicy>ignore</checksumPolicy></releases>"
        + "<snapshots><enabled>true</enabled><updatePolicy>always</updatePolicy><checksumPolicy>ignore</checksumPolicy></snapshots></repository>")
        .formatted(id, place.toUri());
  }
}
