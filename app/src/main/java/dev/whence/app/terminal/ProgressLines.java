package dev.whence.app.terminal;

import dev.whence.run.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Shows how far a run has come, with the time left: one line drawn over where a person watches, never wider than the
 * window; else plain lines, one in ten seconds at most. Safe for several threads; of several open stages the innermost is
 * shown.
 */
public final class ProgressLines implements Progress {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long REPORT_NANOS = 10_000_000_000L;
  /** A stage done sooner is not worth a line of its own at the end. */
  private static final long BRIEF_NANOS = 500_000_000L;
  private static final int BAR = 24;
  private static final int SMALLEST_BAR = 5;

  private final Terminal terminal;
  private final LongSupplier nanos;
  private final Object lock = new Object();
  private final List<Bar> open = new ArrayList<>();
  private int drawn;
  private OptionalLong said = OptionalLong.empty();

  /** Progress on this terminal's {@code err}. */
  public ProgressLines(Terminal terminal) {
    this(terminal, System::nanoTime);
  }

  ProgressLines(Terminal terminal, LongSupplier nanos) {
    this.terminal = terminal;
    this.nanos = nanos;
  }

  @Override
  public Stage stage(String name, long total) {
    synchronized (lock) {
      var bar = new Bar(name, total, nanos.getAsLong());
      open.add(bar);
      show(bar, bar.begun, true);
      return bar;
    }
  }

  private void show(Bar bar, long now, boolean force) {
    if (!open.getLast().equals(bar)) {
      return;
    }
    if (!terminal.interactive()) {
      say(bar.plain(now), now);
    } else if (force || now - bar.shown >= REDRAW_NANOS) {
      bar.shown = now;
      draw(bar.line(now, terminal.columns().getAsInt() - 1));
    }
  }

  /** Prints a line unless the last one was a moment ago. */
  private void say(String line, long now) {
    if (said.isEmpty() || now - said.getAsLong() >= REPORT_NANOS) {
      said = OptionalLong.of(now);
      terminal.err().println(line);
    }
  }

  /** Draws over what was drawn before; the last column stays free, as a cursor past it begins a new line. */
  private void draw(String line) {
    int blank = Math.min(drawn, terminal.columns().getAsInt() - 1) - line.length();
    terminal.err().print("\r" + line + " ".repeat(Math.max(0, blank)) + (line.isEmpty() ? "\r" : ""));
    terminal.err().flush();
    drawn = line.length();
  }

  private void end(Bar bar) {
    synchronized (lock) {
      if (!open.remove(bar)) {
        return;
      }
      long now = nanos.getAsLong();
      if (drawn > 0) {
        draw("");
      }
      if (!bar.isWhole() || (terminal.interactive() && now - bar.begun >= BRIEF_NANOS)) {
        terminal.err().println(bar.ended(now));
      } else if (now - bar.begun >= BRIEF_NANOS) {
        say(bar.ended(now), now);
      }
      if (!open.isEmpty() && terminal.interactive()) {
        show(open.getLast(), now, true);
      }
    }
  }

  /** Hours, minutes and seconds in the two largest units: {@code 2 h 03 min}, {@code 1 min 05 s}, {@code 4 s}. */
  public static String time(Duration duration) {
    long seconds = Math.max(0, Math.round(duration.toNanos() / 1e9));
    if (seconds >= 3600) {
      return "%d h %02d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }
    return seconds >= 60 ? "%d min %02d s".formatted(seconds / 60, seconds % 60) : seconds + " s";
  }

  private final class Bar implements Stage {
    private final String name;
    private final long total;
    private final long begun;
    private final AtomicLong done = new AtomicLong();
    private long shown;

    private Bar(String name, long total, long begun) {
      this.name = name;
      this.total = total;
      this.begun = begun;
      this.shown = begun;
    }

    @Override
    public void advance(long units) {
      done.addAndGet(units);
      synchronized (lock) {
        if (open.contains(this)) {
          show(this, nanos.getAsLong(), false);
        }
      }
    }

    @Override
    public void close() {
      end(this);
    }

    /** The line in this many columns: the bar gives way first, then the end of the text. */
    private String line(long now, int columns) {
      String counts = counts(now);
      int bar = Math.min(BAR, columns - name.length() - counts.length() - 4);
      int filled = total > 0 ? (int) Math.min(bar, bar * done.get() / total) : 0;
      String text = total > 0 && bar >= SMALLEST_BAR
          ? "%s  %s%s  %s".formatted(name, "█".repeat(filled), "░".repeat(bar - filled), counts)
          : "%s  %s".formatted(name, counts);
      return text.length() <= columns ? text : text.substring(0, Math.max(0, columns - 1)) + "…";
    }

    private String plain(long now) {
      return done.get() == 0 ? name + " …" : name + ": " + counts(now);
    }

    private String counts(long now) {
      long units = done.get();
      String left = total > 0 && units > 0 && units < total
          ? ", " + time(Duration.ofNanos((long) ((double) (now - begun) / units * (total - units)))) + " left"
          : "";
      return (total > 0 ? units + "/" + total : String.valueOf(units)) + left;
    }

    private boolean isWhole() {
      return total < 0 || done.get() >= total;
    }

    private String ended(long now) {
      String what = isWhole() ? name : "%s: stopped at %d of %d".formatted(name, done.get(), total);
      return String.format(Locale.ROOT, "%s (%s)", what, time(Duration.ofNanos(now - begun)));
    }
  }
}
