package dev.whence.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices factored in a process of its own, with as many threads and as large stacks as it has by default. */
class FactoringTest {
  @ParameterizedTest
  @ValueSource(strings = {"linalg_inv", "linalg_solve", "linalg_det", "linalg_slogdet", "linalg_lu",
      "linalg_eigvals", "linalg_matrix_exp"})
  void factoringDoesNotEndTheProcess(String operator) throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
        System.getProperty("java.class.path"), Child.class.getName(), operator)
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
        .startsWith("done, ");
    assertThat(process.waitFor()).isZero();
  }

  /** Calls one operator and its derivative; prints the threads of matrix products, which are what they were. */
  static final class Child {
    private Child() {
    }

    public static void main(String[] arguments) {
      int before = Threads.matrixProducts();
      String name = arguments[0];
      try (var _ = Scope.open(); var _ = Autograd.on(); var generator = new Generator(1)) {
        Tensor matrix = Tensor.randomNormal(generator, DType.FLOAT64, 300, 300).multiply(.01)
            .add(Tensor.call("aten::eye", 300, DType.FLOAT64), 1).leaf();
        Operator operator = Operator.of("aten::" + name);
        List<?> results = name.equals("linalg_solve")
            ? operator.call(matrix, matrix.detach())
            : operator.call(matrix);
        Tensor result = (Tensor) results.stream()
            .filter(value -> value instanceof Tensor tensor && tensor.requiresGrad()).findFirst()
            .orElseThrow();
        Tensor number = name.equals("linalg_eigvals") ? Tensor.call("aten::real", result) : result;
        Autograd.gradient(List.of(number.sum()), List.of(matrix));
      }
      if (Threads.matrixProducts() != before) {
        throw new IllegalStateException("threads " + Threads.matrixProducts() + ", before " + before);
      }
      System.out.println("done, " + before + " threads");
    }
  }
}
