package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryTest {
  /** An extension point of the test. */
  public interface Tool {
  }

  /** Registered in the test resources. */
  @Named("trak")
  public record First(@Setting(help = "columns", min = 1) int columns) implements Tool {
    public First {
      Settings.check(First.class, columns);
    }

    public First() {
      this(8);
    }
  }

  /** Registered in the test resources. */
  @Named("tracin")
  public static final class Second implements Tool {
  }

  private final Registry<Tool> registry = Registry.of(Tool.class, "method");

  @Test
  void unknownNameListsTheKnownOnes() {
    assertThat(registry.names()).containsExactly("tracin", "trak");
    assertThatIllegalArgumentException().isThrownBy(() -> registry.get("trac"))
        .withMessageStartingWith("unknown method 'trac'; known: tracin, trak");
  }

  @Test
  void implementationsAreMadeWithSettingsOverDefaults() {
    assertThat(registry.get("trak")).isEqualTo(new First());
    assertThat(registry.create("trak", Map.of("columns", 3))).isEqualTo(new First(3));
    assertThat(registry.get("tracin")).isInstanceOf(Second.class);
    assertThat(registry.all().keySet()).containsExactly("tracin", "trak");
    assertThat(Registry.nameOf(new First(3))).isEqualTo("trak");
    assertThatIllegalArgumentException().isThrownBy(() -> registry.create("tracin", Map.of("a", 1)))
        .withMessage("method 'tracin' has no settings, got [a]");
  }
}
