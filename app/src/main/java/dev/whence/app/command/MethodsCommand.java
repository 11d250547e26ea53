package dev.whence.app.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists the registered methods with their settings. */
@Command(name = "methods", description = "Lists the attribution methods with their settings and defaults.")
final class MethodsCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Mixin
  private JsonOption json;

  @Option(names = "--markdown", description = "Prints the tables of docs/methods.md.")
  private boolean markdown;

  @Override
  public Integer call() throws IOException {
    if (json.tables()) {
      whence.terminal().out().print(markdown ? SettingTables.methods() : SettingTables.text());
    }
    json.write(whence.terminal(), SettingTables::values);
    return 0;
  }
}
