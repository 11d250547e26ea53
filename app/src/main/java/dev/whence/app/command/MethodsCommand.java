package dev.whence.app.command;

import dev.whence.run.Json;
import java.io.PrintStream;
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
    PrintStream out = whence.terminal().out();
    out.print(json
        ? Json.pretty(SettingTables.values())
        : markdown ? SettingTables.methods() : SettingTables.text());
    return 0;
  }
}
