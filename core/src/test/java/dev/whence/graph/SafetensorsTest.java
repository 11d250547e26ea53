package dev.whence.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir
  private Path folder;

  @Test
  void tensorsOfEveryTypeComeBackAsTheyWentIn() throws IOException {
    Path file = folder.resolve("all.safetensors");
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      for (DType dtype : DType.values()) {
        tensors.put("t." + dtype, Tensor.of(new float[]{0, 1, 1, 0, 1, 0}, 2, 3).to(dtype));
      }
      tensors.put("turned", Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3).transpose(0, 1));
      tensors.put("scalar", Tensor.scalar(7, DType.FLOAT64));
      tensors.put("none", Tensor.zeros(DType.FLOAT32, 0, 3));
      Safetensors.write(file, tensors, Map.of("made", "here"));
      try (var read = Safetensors.read(file, arena)) {
        assertThat(read.metadata()).isEqualTo(Map.of("made", "here"));
        assertThat(read.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
        read.tensors().forEach((name, tensor) -> {
          Tensor before = Objects.requireNonNull(tensors.get(name));
          assertThat(tensor.dtype()).isEqualTo(before.dtype());
          assertThat(tensor.shape()).isEqualTo(before.shape());
          assertThat(tensor.toDoubles()).as(name).isEqualTo(before.toDoubles());
        });
      }
      assertThat(folder).isDirectoryContaining("glob:**all.safetensors");
      try (var files = Files.list(folder)) {
        assertThat(files).hasSize(1);
      }
    }
  }

  @Test
  void equalTensorsGiveEqualBytes() throws IOException {
    try (var _ = Scope.open()) {
      var tensors = Map.of("a", Tensor.zeros(DType.FLOAT32, 3));
      Safetensors.write(folder.resolve("a"), tensors, Map.of());
      Safetensors.write(folder.resolve("b"), tensors, Map.of());
      assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(Files.readAllBytes(folder.resolve("b")));
    }
  }

  @Test
  void theOrderOfMetadataDoesNotMatter() throws IOException {
    try (var _ = Scope.open()) {
      var tensors = Map.of("a", Tensor.zeros(DType.FLOAT32, 3));
      var one = new LinkedHashMap<>(Map.of("model", "m"));
      one.put("data", "d");
      var other = new LinkedHashMap<>(Map.of("data", "d"));
      other.put("model", "m");
      Safetensors.write(folder.resolve("a"), tensors, one);
      Safetensors.write(folder.resolve("b"), tensors, other);
      assertThat(Files.readAllBytes(folder.resolve("a"))).isEqualTo(Files.readAllBytes(folder.resolve("b")));
    }
  }

  private void refused(String header, int dataBytes, String part) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] file = new byte[8 + text.length + dataBytes];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
    Path path = Files.write(folder.resolve("bad"), file);
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Safetensors.read(path, arena)).isInstanceOf(ModelException.class)
          .hasMessageContaining(part);
    }
  }

  private static String entry(String dtype, String shape, String offsets) {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  @Test
  void headersThatLieAreRefused() throws IOException {
    refused("{\"a\":" + entry("F32", "[2]", "[0,8]") + "}", 7, "larger than the file");
    refused("{\"a\":" + entry("F32", "[2]", "[0,4]") + "}", 8, "of 8 bytes lies at 0 to 4");
    refused("{\"a\":" + entry("F32", "[2]", "[0,8]") + ",\"b\":" + entry("F32", "[2]", "[4,12]") + "}", 12,
        "overlap");
    refused("{\"a\":" + entry("F32", "[2]", "[0,8]") + ",\"a\":" + entry("F32", "[2]", "[0,8]") + "}", 8,
        "no sound JSON");
    refused("{\"a\":" + entry("F32", "[2]", "[0,8]") + "}", 9, "belong to no tensor");
    refused("{\"a\":" + entry("F32", "[-1]", "[0,8]") + "}", 8, "where a size belongs");
    refused("{\"a\":" + entry("F32", "[4611686018427387904,8]", "[0,8]") + "}", 8, "larger than the file");
    refused("{\"a\":" + entry("F4", "[1]", "[0,8]") + "}", 8, "element type F4");
    refused("[".repeat(1000), 0, "no sound JSON");
    Path cut = Files.write(folder.resolve("cut"), new byte[]{100, 0, 0, 0, 0, 0, 0, 0, '{'});
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Safetensors.read(cut, arena)).isInstanceOf(CorruptModelException.class);
    }
  }
}
