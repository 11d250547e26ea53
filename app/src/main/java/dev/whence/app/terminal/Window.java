package dev.whence.app.terminal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.IntSupplier;

/** The size of the window that stderr is shown in, as the operating system knows it. */
final class Window {
  /** Columns where nothing tells. */
  static final int USUAL = 80;

  private static final int STDERR = 2;
  /** The request TIOCGWINSZ. */
  private static final long SIZE_ON_LINUX = 0x5413;
  private static final long SIZE_ON_MAC = 0x40087468;

  private Window() {
  }

  /** Asks for the columns each time; {@link #USUAL} where the system does not tell. */
  static IntSupplier ofStderr() {
    String system = System.getProperty("os.name");
    if (!system.equals("Linux") && !system.startsWith("Mac")) {
      return () -> USUAL;
    }
    long request = system.equals("Linux") ? SIZE_ON_LINUX : SIZE_ON_MAC;
    MethodHandle ioctl = ioctl();
    return () -> columns(ioctl, request);
  }

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle ioctl() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow("ioctl"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
  }

  private static int columns(MethodHandle ioctl, long request) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(JAVA_SHORT, 4); // rows, columns, and both in pixels
      int failed = (int) ioctl.invokeExact(STDERR, request, size);
      int columns = Short.toUnsignedInt(size.getAtIndex(JAVA_SHORT, 1));
      return failed != 0 || columns == 0 ? USUAL : columns;
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalStateException("ioctl cannot be called", thrown);
    }
  }
}
