package dev.whence.app;

import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The arrows of the architecture, over the classes of every module that is shipped. */
class ArchitectureTest {
  private static final JavaClasses ALL = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.whence");
  private static final Path ROOT = Path.of(System.getProperty("whence.root"));

  /** Core's packages from the ground up; a package may use those below it and beside it, in no cycle. */
  private static final List<Set<String>> LAYERS = List.of(Set.of("run"),
      Set.of("data", "algebra", "store", "score"),
      Set.of("graph"), Set.of("task"), Set.of("gradient", "training"), Set.of("masking"),
      Set.of("attribution", "language", "valuation", "evaluation", "curation", "stability", "inspection"),
      Set.of("study"));
  private static final Set<String> HOUSES = Set.of("torch", "adapters", "app");
  private static final List<String> KINDS = List.of("training", "context", "component", "feature");

  private static final List<Class<?>> VALUES = List.of(String.class, Pattern.class, Path.class, Logger.class,
      ValueLayout.class);

  /** Statics that could change and are kept nevertheless, and why. */
  private static final Map<String, String> SHARED = Map.ofEntries(
      Map.entry("dev.whence.adapters.ParquetFormat.MAGIC", "bytes that only a comparison sees"),
      Map.entry("dev.whence.app.report.Png.SIGNATURE", "bytes that are only written out"),
      Map.entry("dev.whence.gradient.Rules.BROADCAST", "holds nothing"),
      Map.entry("dev.whence.gradient.Rules.CONVOLUTION", "holds nothing"),
      Map.entry("dev.whence.gradient.Rules.LINEAR", "holds nothing"),
      Map.entry("dev.whence.gradient.Rules.NORM", "holds nothing"),
      Map.entry("dev.whence.gradient.Rules.TRANSPOSED", "holds nothing"),
      Map.entry("dev.whence.graph.SafetensorsHeader.JSON", "configured once, only read afterwards"),
      Map.entry("dev.whence.graph.pt2.Member.MAPPER", "configured once, only read afterwards"),
      Map.entry("dev.whence.run.Json.MAPPER", "configured once, only read afterwards"),
      Map.entry("dev.whence.graph.execution.Mode.EVALUATION", "a value behind an interface"),
      Map.entry("dev.whence.training.Step$Listener.NONE", "does nothing"),
      Map.entry("dev.whence.torch.Threads.PRODUCTS",
          "threads of OpenBLAS, whose number is the whole process's"),
      Map.entry("dev.whence.torch.Factoring.CALLED", "whether OpenBLAS may factor, in the whole process"),
      Map.entry("dev.whence.torch.Threads$Lone.NONE", "does nothing"),
      Map.entry("dev.whence.torch.Operator.KNOWN",
          "schemas of the native library, found once; finding them again gives the same"),
      Map.entry("dev.whence.training.ParameterLayout.SPLIT", "an operator, which never changes"));

  @Test
  void theRulesSeeTheClassesOfAllModules() {
    assertThat(ALL).hasSizeGreaterThan(150);
    assertThat(ALL.stream().map(ArchitectureTest::concern).collect(Collectors.toSet()))
        .contains("torch", "run", "data", "store", "score", "graph", "task", "adapters", "app", "study");
  }

  @Test
  void everyPackageHasItsPlace() {
    Set<String> known = Stream.concat(HOUSES.stream(), LAYERS.stream().flatMap(Set::stream))
        .collect(Collectors.toSet());
    assertThat(ALL.stream().map(ArchitectureTest::concern).collect(Collectors.toSet())).isSubsetOf(known);
  }

  @Test
  void onlyTheTorchModuleKnowsTheNativeLibrary() throws IOException {
    noClasses().that().resideOutsideOfPackage("dev.whence.torch..").should().dependOnClassesThat()
        .resideInAPackage("org.bytedeco..").check(ALL);
    assertThat(sources().filter(file -> !file.startsWith(ROOT.resolve("torch")))
        .filter(file -> read(file).contains("import " + "org.bytedeco"))).isEmpty();
  }

  @Test
  void housesDependDownwardsOnly() {
    noClasses().that().resideInAPackage("dev.whence.torch..").should().dependOnClassesThat(ours("torch"))
        .check(ALL);
    noClasses().that().resideOutsideOfPackages("dev.whence.adapters..").should().dependOnClassesThat()
        .resideInAPackage("dev.whence.adapters..").check(ALL);
    noClasses().that().resideOutsideOfPackages("dev.whence.app..").should().dependOnClassesThat()
        .resideInAPackage("dev.whence.app..").check(ALL);
    noClasses().that().resideInAPackage("dev.whence.adapters..").should().dependOnClassesThat()
        .resideInAPackage("dev.whence.app..").check(ALL);
  }

  @Test
  void corePackagesUseOnlyWhatLiesBelowOrBeside() {
    for (int layer = 0; layer < LAYERS.size(); layer++) {
      int height = layer;
      Set<String> above = LAYERS.stream().skip(height + 1L).flatMap(Set::stream).collect(Collectors.toSet());
      noClasses().that(are(LAYERS.get(layer))).should(dependOnClassesThat(are(above))).allowEmptyShould(true)
          .check(ALL);
    }
  }

  @Test
  void whatKeepsAndJudgesNumbersKnowsNeitherTensorsNorGraphs() {
    noClasses()
        .that(are(
            Set.of("run", "algebra", "store", "score", "evaluation", "valuation", "curation", "stability")))
        .should(dependOnClassesThat(are(Set.of("torch", "graph")))).check(ALL);
  }

  @Test
  void theFourAttributionPackagesDoNotKnowEachOther() {
    for (String kind : KINDS) {
      noClasses().that().resideInAPackage("dev.whence.attribution." + kind + "..").should()
          .dependOnClassesThat()
          .resideInAnyPackage(KINDS.stream().filter(other -> !other.equals(kind))
              .map(other -> "dev.whence.attribution." + other + "..").toArray(String[]::new))
          .allowEmptyShould(true).check(ALL);
    }
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.whence.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void nothingWritesToTheStandardStreamsButThroughATerminal() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    var unmarked = new TreeSet<String>();
    ALL.forEach(type -> {
      if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(type.getPackageName());
      }
    });
    assertThat(unmarked).isEmpty();
  }

  @Test
  void nothingIsKeptInMutableStatics() {
    fields().that().areStatic().should().beFinal().check(ALL);
    assertThat(mutableStatics(ALL)).containsExactlyInAnyOrderElementsOf(SHARED.keySet());
  }

  @Test
  void arraysAndWhateverElseCanChangeAreSeenInStatics() {
    assertThat(mutableStatics(new ClassFileImporter().importClasses(Sinner.class)))
        .extracting(name -> name.substring(name.lastIndexOf('.') + 1))
        .containsExactlyInAnyOrder("ARRAY", "LIST", "MAP", "LOCAL", "COUNT", "LENT");
  }

  /** Statics that can change, and one list and one text that cannot. */
  @SuppressWarnings("unused") // looked at as a class
  private static final class Sinner {
    static final int[] ARRAY = {1};
    static final List<String> LIST = new ArrayList<>();
    static final Map<String, String> MAP = new ConcurrentHashMap<>();
    static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    static final AtomicLong COUNT = new AtomicLong();
    static final List<String> LENT = Collections.unmodifiableList(LIST);
    static final List<String> FIXED = List.of("a");
    static final String TEXT = "a";
  }

  /** Static finals whose contents could be changed: whatever is not known to be a value. */
  private static Set<String> mutableStatics(JavaClasses classes) {
    return classes.stream().flatMap(type -> type.getFields().stream())
        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
            && !field.getModifiers().contains(JavaModifier.SYNTHETIC) && !isValue(field))
        .map(JavaField::getFullName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isValue(JavaField field) {
    JavaClass type = field.getRawType();
    return type.isPrimitive() || type.isEnum() || type.isRecord() || type.isEquivalentTo(Object.class)
        || VALUES.stream().anyMatch(type::isAssignableTo)
        || ((type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) && isImmutable(field));
  }

  /** Whether it was made by {@code List.of} and the like: an unmodifiable view of something else may still change. */
  private static boolean isImmutable(JavaField field) {
    try {
      Field reflected = field.reflect();
      reflected.setAccessible(true);
      return reflected.get(null).getClass().getName().startsWith("java.util.ImmutableCollections");
    } catch (IllegalAccessException thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  @Test
  void theDomainHasNoClockAndNoGlobalRandomGenerator() {
    Set<String> domain = LAYERS.stream().flatMap(Set::stream).filter(name -> !name.equals("run"))
        .collect(Collectors.toSet());
    noClasses().that(are(domain)).should().callMethod(System.class, "currentTimeMillis").orShould()
        .callMethod(System.class, "nanoTime").orShould().callMethod(Math.class, "random").orShould()
        .callMethod(Instant.class, "now").orShould().callConstructor(Random.class).orShould()
        .dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom").check(ALL);
  }

  @Test
  void whateverImplementsAnExtensionPointIsRegistered() throws IOException {
    for (var extension : services().entrySet()) {
      Set<String> written = ALL.stream()
          .filter(
              type -> type.isAssignableTo(extension.getKey()) && !type.isInterface() && type.isTopLevelClass()
                  && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                  && type.getConstructors().stream().anyMatch(made -> made.getRawParameterTypes().isEmpty()))
          .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
      assertThat(extension.getValue()).as(extension.getKey()).containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Test
  void exceptionsSayWhatTheyAre() {
    classes().that().areAssignableTo(Throwable.class).should().haveSimpleNameEndingWith("Exception")
        .check(ALL);
  }

  private static Map<String, Set<String>> services() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 6)) {
      return files.filter(file -> file.toString().contains("/src/main/resources/META-INF/services/"))
          .collect(Collectors.toMap(file -> file.getFileName().toString(),
              file -> read(file).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                  .collect(Collectors.toCollection(TreeSet::new)),
              (first, second) -> {
                first.addAll(second);
                return first;
              }));
    }
  }

  private static Stream<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> file.toString().endsWith(".java") && !file.toString().contains("/target/"))
          .toList()
          .stream();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }

  private static DescribedPredicate<JavaClass> are(Set<String> concerns) {
    return DescribedPredicate.describe("are of " + new TreeSet<>(concerns),
        type -> concerns.contains(concern(type)));
  }

  private static DescribedPredicate<JavaClass> ours(String except) {
    return DescribedPredicate.describe("are of another house",
        type -> type.getPackageName().startsWith("dev.whence.") && !concern(type).equals(except));
  }

  private static String concern(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.", -1);
    return parts.length > 2 && parts[0].equals("dev") && parts[1].equals("whence") ? parts[2] : "";
  }
}
