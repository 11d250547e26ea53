package dev.whence.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes commands and flags. */
@Command(name = "completion", description = "Prints a script by which bash or zsh completes commands and flags.", footer = {
    "", "bash: whence completion bash > ~/.local/share/bash-completion/completions/whence",
    "zsh:  add to ~/.zshrc: source <(whence completion zsh)"})
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", completionCandidates = Shells.class, description = "One of: ${COMPLETION-CANDIDATES}.")
  private String shell;

  /** The script serves both shells: in zsh it turns on what reads bash's. */
  @Override
  public Integer call() {
    var known = new Shells();
    if (!known.contains(shell)) {
      throw new ParameterException(spec.commandLine(),
          "unknown shell '" + shell + "'; known: " + String.join(", ", known));
    }
    whence.terminal().out().print(AutoComplete.bash("whence", spec.parent().commandLine()));
    return 0;
  }

  /** The shells there is a script for. */
  static final class Shells extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Shells() {
      super(List.of("bash", "zsh"));
    }
  }
}
