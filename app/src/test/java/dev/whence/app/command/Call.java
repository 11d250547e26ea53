package dev.whence.app.command;

import dev.whence.app.terminal.Cancellation;
import dev.whence.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a command printed and how it ended. */
record Call(int code, String out, String err) {
  static final Path ROOT = Path.of(System.getProperty("whence.root"));

  static Call of(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal = Terminal.of(out, err);
    int code = WhenceCommand.execute(terminal, new Cancellation(), arguments);
    terminal.flush();
    return new Call(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
