package dev.whence.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whence.data.DataException;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Fixtures;
import dev.whence.data.Label;
import dev.whence.data.Normalization;
import dev.whence.data.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderFormatTest {
  private static final Path IMAGES = Fixtures.root().resolve("data/images");
  @TempDir
  private Path folder;

  @Test
  void pixelsAreThoseThatPillowReads() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(IMAGES.resolveSibling("images.expected.json").toFile());
    DataSpec spec = DataSpec.of(IMAGES).withLabel(Label.classes("class"));
    Dataset rgb = Datasets.read(spec.withColumn("image", Source.of("image").shaped(3, 5, 4)));
    Dataset gray = Datasets.read(spec.withColumn("image", Source.of("image").shaped(5, 4)));
    assertThat(rgb.size()).isEqualTo(expected.size());
    for (long row = 0; row < rgb.size(); row++) {
      JsonNode image = expected.get(rgb.id(row));
      // JPEG decoders may round the inverse transform differently by one step
      float tolerance = rgb.id(row).endsWith(".jpg") ? 1 : 0;
      assertSame(rgb.select(row), image.get("rgb"), rgb.id(row), tolerance);
      assertSame(gray.select(row), image.get("gray"), rgb.id(row), tolerance);
    }
  }

  private static void assertSame(Dataset one, JsonNode expected, String id, float tolerance) {
    float[] values = Fixtures.floats(one, "image");
    assertThat(values).hasSize(expected.size());
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("%s, element %s", id, i).isCloseTo((float) expected.get(i).asDouble(),
          within(tolerance));
    }
  }

  @Test
  void foldersAreClassesAndPathsAreIds() throws IOException {
    Dataset data = Datasets.read(DataSpec.of(IMAGES).withLabel(Label.classes("class"))
        .withColumn("image", Source.of("image").shaped(3, 5, 4)));
    assertThat(data.classNames()).containsExactly("cat", "dog", "eel");
    assertThat(data.id(0)).isEqualTo("cat/gray.png");
    assertThat(data.id(8)).isEqualTo("eel/two/deep16.png");
    assertThat(Fixtures.longs(data, "label")).containsExactly(0, 0, 0, 1, 1, 1, 1, 2, 2);
  }

  @Test
  void channelsAreNormalizedByThemselves() throws IOException {
    Path only = Files.createDirectories(folder.resolve("a"));
    Files.copy(IMAGES.resolve("cat/rgb.png"), only.resolve("x.png"));
    DataSpec plain = DataSpec.of(folder).withColumn("image", Source.of("image").shaped(3, 5, 4));
    var normalization = new Normalization(java.util.List.of(1 / 255.), java.util.List.of(0.),
        java.util.List.of(.5, .25, 0.),
        java.util.List.of(.5, 1., 2.));
    float[] raw = Fixtures.floats(Datasets.read(plain), "image");
    float[] normalized = Fixtures.floats(Datasets.read(
        plain.withColumn("image", Source.of("image").shaped(3, 5, 4).normalized(normalization))), "image");
    // double arithmetic, rounded once to float
    assertThat(normalized[0]).isEqualTo((float) ((raw[0] / 255. - .5) / .5), within(1e-6f));
    assertThat(normalized[20]).isEqualTo((float) (raw[20] / 255. - .25), within(1e-6f));
    assertThat(normalized[59]).isEqualTo((float) (raw[59] / 255. / 2), within(1e-6f));
  }

  @Test
  void anImageOfABillionPixelsIsRefusedByItsHeader() throws IOException {
    Files.write(folder.resolve("bomb.png"), pngHeader(40_000, 25_000));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(folder).withColumn("image", Source.of("image"))))
        .isInstanceOf(DataException.class).hasMessageContaining("bomb.png")
        .hasMessageContaining("40000×25000 pixels, more than limits.pixels");
  }

  @Test
  void anImageOfAnotherSizeIsRefused() throws IOException {
    Files.copy(IMAGES.resolve("cat/rgb.png"), folder.resolve("x.png"));
    assertThatThrownBy(
        () -> Datasets.read(DataSpec.of(folder).withColumn("image", Source.of("image").shaped(3, 8, 8))))
        .isInstanceOf(DataException.class).hasMessageContaining("x.png: the image is 4 wide and 5 high");
  }

  @Test
  void contentThatIsNoImageIsRefused() throws IOException {
    DataSpec spec = DataSpec.of(folder).withColumn("image", Source.of("image"));
    Files.writeString(folder.resolve("x.png"), "no image");
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("x.png: the content is no PNG");
    Files.write(folder.resolve("x.png"), new byte[0]);
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("the file is empty");
    byte[] whole = Files.readAllBytes(IMAGES.resolve("cat/rgb.png"));
    Files.write(folder.resolve("x.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class);
  }

  @Test
  void hiddenFoldersAreNoClasses() throws IOException {
    for (String name : List.of("cat", "dog", ".ipynb_checkpoints", "dog/.trash")) {
      Files.copy(IMAGES.resolve("cat/rgb.png"),
          Files.createDirectories(folder.resolve(name)).resolve("x.png"));
    }
    Files.copy(IMAGES.resolve("cat/rgb.png"), folder.resolve("cat/._x.png"));
    Dataset data = Datasets.read(
        DataSpec.of(folder).withColumn("image", Source.of("image")).withLabel(Label.classes("class")));
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(data.ids()).containsExactly("cat/x.png", "dog/x.png");
  }

  @Test
  void damagedPixelsAreRefusedThoughADecoderReadsThem() throws IOException {
    byte[] whole = Files.readAllBytes(IMAGES.resolve("cat/rgb.png"));
    for (int at = 30; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(folder.resolve("x.png"), damaged);
      assertThatThrownBy(() -> Datasets.read(DataSpec.of(folder).withColumn("image", Source.of("image"))))
          .as("byte %s", at).isInstanceOf(DataException.class).hasMessageContaining("x.png");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat/rgb.png", "dog/rgb.bmp", "dog/palette.gif", "dog/smooth.jpg"})
  void aFileThatIsCutOffIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(IMAGES.resolve(name));
    Path file = folder.resolve("x" + name.substring(name.length() - 4));
    for (int length = 1; length < whole.length - 1; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Datasets.read(DataSpec.of(folder).withColumn("image", Source.of("image"))))
          .as("%s bytes of %s", length, whole.length).isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void linksOutOfTheFolderAreNotFollowed() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.copy(IMAGES.resolve("cat/gray.png"), elsewhere.resolve("gray.png"));
    Files.copy(IMAGES.resolve("cat/rgb.png"), data.resolve("in.png"));
    Path inside = Files.createSymbolicLink(data.resolve("link.png"), Path.of("in.png"));
    DataSpec spec = DataSpec.of(data).withColumn("image", Source.of("image"));
    assertThat(Datasets.read(spec).size()).isEqualTo(2);
    Files.delete(inside);
    Files.createSymbolicLink(data.resolve("out.png"), elsewhere.resolve("gray.png"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("out.png");
    Files.delete(data.resolve("out.png"));
    Files.createSymbolicLink(data.resolve("folder"), elsewhere);
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("folder");
  }

  @Test
  void anImageOutsideAnyFolderHasNoClass() throws IOException {
    Files.copy(IMAGES.resolve("cat/rgb.png"), folder.resolve("x.png"));
    assertThatThrownBy(() -> Datasets.read(
        DataSpec.of(folder).withColumn("image", Source.of("image")).withLabel(Label.classes("class"))))
        .isInstanceOf(DataException.class).hasMessageContaining("has no class");
  }

  /** The signature and a valid header chunk, nothing behind. */
  private static byte[] pngHeader(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(17).put(new byte[]{'I', 'H', 'D', 'R'}).putInt(width)
        .putInt(height)
        .put(new byte[]{8, 2, 0, 0, 0});
    var crc = new CRC32();
    crc.update(header.array());
    return ByteBuffer.allocate(64).put(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
        .putInt(13)
        .put(header.array()).putInt((int) crc.getValue()).array();
  }

  /** One pixel of red, written by Pillow in mode CMYK. */
  @Test
  void inksAreNotTakenForColours() throws IOException {
    byte[] jpeg = Base64.getDecoder()
        .decode("/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHC"
            + "g3KSwwMTQ0NB8nOT04MjwuMzQy/8AAFAgAAQABBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAf/xAAU"
            + "EAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AH8bDY/v/9k=");
    Files.write(Files.createDirectories(folder.resolve("cmyk")).resolve("x.jpg"), jpeg);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(folder.resolve("cmyk"))
        .withColumn("image", Source.of("image"))))
        .isInstanceOf(DataException.class).hasMessageContaining("x.jpg").hasMessageContaining("CMYK");
  }
}
