package dev.whence.app.command;

import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.run.Json;
import dev.whence.run.Registry;
import dev.whence.run.SettingDescription;
import dev.whence.run.Settings;
import dev.whence.study.RunFile;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists the registered methods with their settings. */
@Command(name = "methods", description = "Lists the attribution methods with their settings and defaults.")
final class MethodsCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(names = "--markdown", description = "Prints the tables of docs/methods.md.")
  private boolean markdown;

  @Override
  public Integer call() {
    var methods = new LinkedHashMap<String, List<SettingDescription>>();
    Registry<TrainingDataMethod> registry = RunFile.registry();
    registry.names().forEach(name -> methods.put(name, settings(registry.type(name))));
    PrintStream out = whence.terminal().out();
    if (json) {
      out.print(Json.pretty(values(methods)));
    } else if (markdown) {
      out.print(MethodTables.markdown(methods));
    } else {
      out.print(MethodTables.text(methods));
    }
    return 0;
  }

  private static List<SettingDescription> settings(Class<?> type) {
    return type.isRecord() ? Settings.describe(type.asSubclass(Record.class)) : List.of();
  }

  private static Map<String, Object> values(Map<String, List<SettingDescription>> methods) {
    var values = new LinkedHashMap<String, Object>();
    methods.forEach((name, settings) -> values.put(name, settings.stream().map(setting -> Ordered.of("name",
        setting.name(), "type", setting.typeName(), "bounds", setting.bounds(), "default",
        setting.defaultValue().orElse(""), "help", setting.help())).toList()));
    return values;
  }
}
