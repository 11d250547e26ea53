package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.run.Json;
import dev.whence.run.Registry;
import dev.whence.run.SettingDescription;
import dev.whence.run.Settings;
import dev.whence.study.RunFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings as tables for a terminal, for the documentation and for other programs. */
public final class SettingTables {
  private SettingTables() {
  }

  /** The settings of every method, by its name in order. */
  static Map<String, List<SettingDescription>> all() {
    var methods = new LinkedHashMap<String, List<SettingDescription>>();
    Registry<?> registry = RunFile.registry();
    for (String name : registry.names()) {
      Class<?> type = registry.type(name);
      methods.put(name, type.isRecord() ? Settings.describe(type.asSubclass(Record.class)) : List.of());
    }
    return methods;
  }

  static String text() {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    all().forEach((name, settings) -> {
      out.println(name);
      var table = new Table("llll");
      settings.forEach(setting -> table.row(setting.name(), type(setting), value(setting), setting.help()));
      table.print(out, "  ");
    });
    return bytes.toString(StandardCharsets.UTF_8);
  }

  static Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    all().forEach((name, settings) -> values.put(name, settings.stream().map(setting -> Ordered.of("name",
        setting.name(), "type", setting.typeName(), "bounds", setting.bounds(), "default",
        setting.defaultValue().orElse(""), "help", setting.help())).toList()));
    return values;
  }

  /** The methods' settings for {@code docs/methods.md}. */
  public static String methods() {
    var text = new StringBuilder();
    all().forEach(
        (name, settings) -> text.append("### `").append(name).append("`\n").append(markdown(settings))
            .append('\n'));
    return text.toString();
  }

  /** A record's settings as a table for the documentation. */
  public static String markdown(Class<? extends Record> type) {
    return markdown(Settings.describe(type));
  }

  private static String markdown(List<SettingDescription> settings) {
    if (settings.isEmpty()) {
      return "No settings.\n";
    }
    var text = new StringBuilder("| setting | type | default | |\n|---|---|---|---|\n");
    settings.forEach(setting -> text.append("| `").append(setting.name()).append("` | ")
        .append(cell(type(setting)))
        .append(" | `").append(value(setting)).append("` | ").append(cell(setting.help())).append(" |\n"));
    return text.toString();
  }

  private static String type(SettingDescription setting) {
    return setting.bounds().isEmpty() ? setting.typeName() : setting.typeName() + " " + setting.bounds();
  }

  private static String value(SettingDescription setting) {
    return setting.defaultValue()
        .map(value -> value instanceof String text && !text.isEmpty() ? text : Json.compact(value))
        .orElse("(must be given)");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
  }
}
