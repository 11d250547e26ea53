package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.run.Json;
import dev.whence.run.SettingDescription;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Methods and their settings as tables for a terminal and for the documentation. */
final class MethodTables {
  private MethodTables() {
  }

  static String text(Map<String, List<SettingDescription>> methods) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    methods.forEach((name, settings) -> {
      out.println(name);
      var table = new Table("llll");
      settings.forEach(setting -> table.row(setting.name(), type(setting), value(setting), setting.help()));
      table.print(out, "  ");
    });
    return bytes.toString(StandardCharsets.UTF_8);
  }

  static String markdown(Map<String, List<SettingDescription>> methods) {
    var text = new StringBuilder();
    methods.forEach((name, settings) -> {
      text.append("### `").append(name).append("`\n\n");
      if (settings.isEmpty()) {
        text.append("No settings.\n\n");
        return;
      }
      text.append("| setting | type | default | |\n|---|---|---|---|\n");
      settings.forEach(setting -> text.append("| `").append(setting.name()).append("` | ")
          .append(cell(type(setting)))
          .append(" | `").append(value(setting)).append("` | ").append(cell(setting.help())).append(" |\n"));
      text.append('\n');
    });
    return text.toString().stripTrailing() + "\n";
  }

  private static String type(SettingDescription setting) {
    return setting.bounds().isEmpty() ? setting.typeName() : setting.typeName() + " " + setting.bounds();
  }

  private static String value(SettingDescription setting) {
    return setting.defaultValue().map(value -> value instanceof String text ? text : Json.compact(value))
        .orElse("(must be given)");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
