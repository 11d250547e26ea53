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
import dev.whence.data.ImageFit;
import dev.whence.data.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG files against what Pillow and torchvision make of them (tools/fixtures/jpegs.py). */
class JpegTest {
  private static final Path FILES = Fixtures.root().resolve("data/jpeg");
  private static final byte[] JFIF = {(byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1,
      0, 1,
      0, 0};

  @TempDir
  private Path folder;
  private JsonNode expected = new ObjectMapper().createObjectNode();

  @BeforeEach
  void readWhatPillowReads() throws IOException {
    expected = new ObjectMapper().readTree(FILES.resolveSibling("jpeg.expected.json").toFile());
  }

  @Test
  void coloursAreThoseOfLibjpegWhateverTheMarkersSay() throws IOException {
    var names = new HashMap<String, List<String>>();
    for (JsonNode verdict : expected.get("verdicts")) {
      String sampling = verdict.get(0).asText();
      byte[] file = marked(Files.readAllBytes(FILES.resolve("any/" + sampling + ".jpg")),
          verdict.get(1).asText(),
          verdict.get(2));
      Path path = folder.resolve("case").resolve(names.size() + ".jpg");
      Files.createDirectories(folder.resolve("case"));
      Files.write(path, file);
      names.put(names.size() + ".jpg", List.of(sampling, verdict.get(3).asText(), verdict.toString()));
    }
    Dataset all = read(folder.resolve("case"), Source.of("image").shaped(3, 11, 13));
    assertThat(all.size()).isEqualTo(175);
    for (long row = 0; row < all.size(); row++) {
      List<String> wanted = Objects.requireNonNull(names.get(all.id(row)));
      // the inverse transform of the JDK's libjpeg and of libjpeg-turbo may round differently by one step
      assertClose(all.select(row), expected.get("files").get(wanted.get(0)).get(wanted.get(1)), wanted.get(2),
          1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"progressive", "gray"})
  void progressiveAndGrayFilesAreReadToo(String name) throws IOException {
    Files.copy(FILES.resolve("any/" + name + ".jpg"), folder.resolve("x.jpg"));
    assertClose(read(folder, Source.of("image").shaped(3, 11, 13)),
        expected.get("files").get(name).get("mixed"),
        name, 1);
  }

  @Test
  void componentsThatAreNoColoursAreRefused() throws IOException {
    byte[] gray = Files.readAllBytes(FILES.resolve("any/gray.jpg"));
    int frame = indexOf(gray, 0xC0);
    byte[] two = new byte[gray.length + 3];
    System.arraycopy(gray, 0, two, 0, frame + 13);
    System.arraycopy(new byte[]{2, 0x11, 0}, 0, two, frame + 13, 3);
    System.arraycopy(gray, frame + 13, two, frame + 16, gray.length - frame - 13);
    two[frame + 3] = (byte) (two[frame + 3] + 3);
    two[frame + 9] = 2;
    Files.write(folder.resolve("x.jpg"), two);
    assertThatThrownBy(() -> read(folder, Source.of("image"))).isInstanceOf(DataException.class)
        .hasMessageContaining("x.jpg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"444", "420", "progressive", "gray"})
  void aFileCutOffAnywhereIsRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve("any/" + name + ".jpg"));
    for (int length = 3; length < whole.length; length += 7) {
      Files.write(folder.resolve("x.jpg"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(folder, Source.of("image"))).as("%s bytes", length)
          .isInstanceOf(DataException.class).hasMessageContaining("x.jpg");
    }
  }

  @Test
  void aHarmlessRemarkOfTheDecoderIsListed() throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve("any/444.jpg"));
    int tables = indexOf(whole, 0xDB);
    byte[] padded = new byte[whole.length + 3];
    System.arraycopy(whole, 0, padded, 0, tables);
    System.arraycopy(whole, tables, padded, tables + 3, whole.length - tables);
    Files.write(folder.resolve("x.jpg"), padded);
    Dataset data = read(folder, Source.of("image"));
    assertThat(data.warnings()).hasSize(1).first().asString().contains("x.jpg", "extraneous bytes");
    assertClose(data, expected.get("files").get("444").get("mixed"), "padded", 1);
  }

  @Test
  void resizedAndCroppedPicturesAreThoseOfPillowAndTorchvision() throws IOException {
    Files.copy(FILES.resolve("any/444.jpg"), folder.resolve("x.jpg"));
    for (JsonNode each : expected.get("fits")) {
      var keys = new HashMap<String, Object>(
          Map.of("resize", new ObjectMapper().convertValue(each.get("resize"),
              List.class), "interpolation", each.get("interpolation").asText()));
      if (each.has("crop")) {
        keys.put("crop", new ObjectMapper().convertValue(each.get("crop"), List.class));
      }
      Dataset read = Datasets.read(DataSpec.parse(
          Map.of("path", folder.toString(), "columns", Map.of("image", keys)), folder));
      // the picture before may differ by one step, which a filter with negative lobes may carry on
      assertClose(read, each.get("rgb"), keys.toString(), 2);
    }
  }

  @Test
  void picturesAreTurnedAsExifAsksUnlessToldOtherwise() throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve("any/444.jpg"));
    for (int turn = 1; turn <= 8; turn++) {
      Files.write(folder.resolve("x.jpg"), turned(whole, turn));
      Dataset upright = read(folder, Source.of("image"));
      assertThat(upright.columns().getFirst().shape()).isEqualTo(turn > 4
          ? List.of(3L, 13L, 11L)
          : List.of(3L,
              11L, 13L));
      assertClose(upright, expected.get("turned").get(Integer.toString(turn)), "turn " + turn, 1);
      Dataset stored = Datasets.read(DataSpec.parse(
          Map.of("path", folder.toString(), "columns", Map.of("image", Map.of("exif", false))), folder));
      assertClose(stored, expected.get("files").get("444").get("mixed"), "as stored", 1);
    }
  }

  @Test
  void aCropThatIsLargerThanThePictureIsRefused() throws IOException {
    Files.copy(FILES.resolve("any/444.jpg"), folder.resolve("x.jpg"));
    var fit = new ImageFit(List.of(), List.of(12), ImageFit.Interpolation.BILINEAR, true);
    assertThatThrownBy(() -> read(folder, Source.of("image").fitted(fit))).isInstanceOf(DataException.class)
        .hasMessageContaining("x.jpg: the image is 13 wide and 11 high, less than the crop of 12×12")
        .hasMessageContaining("resize: 12");
  }

  private static Dataset read(Path path, Source source) throws IOException {
    return Datasets.read(DataSpec.of(path).withColumn("image", source));
  }

  private static void assertClose(Dataset one, JsonNode values, String what, float tolerance) {
    float[] found = Fixtures.floats(one, "image");
    assertThat(found).as(what).hasSize(values.size());
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("%s, element %s", what, i).isCloseTo((float) values.get(i).asDouble(),
          within(tolerance));
    }
  }

  /** The file with these markers for colours and these identifiers of its components. */
  private static byte[] marked(byte[] jpeg, String markers, JsonNode ids) {
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    for (String marker : markers.split("\\+", -1)) {
      if (marker.equals("jfif")) {
        out.writeBytes(JFIF);
      } else if (marker.startsWith("adobe")) {
        out.writeBytes(adobe(marker.charAt(5) - '0'));
      }
    }
    var old = new ArrayList<Byte>();
    int at = 2;
    while (true) {
      int code = jpeg[at + 1] & 0xFF;
      int length = ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF;
      byte[] segment = Arrays.copyOfRange(jpeg, at, at + 2 + length);
      at += 2 + length;
      for (int i = 0; i < 3 && code == 0xC0; i++) {
        old.add(segment[10 + 3 * i]);
        segment[10 + 3 * i] = (byte) ids.get(i).asInt();
      }
      for (int i = 0; i < 3 && code == 0xDA; i++) {
        segment[5 + 2 * i] = (byte) ids.get(old.indexOf(segment[5 + 2 * i])).asInt();
      }
      if (code != 0xE0 && code != 0xEE) {
        out.writeBytes(segment);
      }
      if (code == 0xDA) {
        out.write(jpeg, at, jpeg.length - at);
        return out.toByteArray();
      }
    }
  }

  private static byte[] adobe(int transform) {
    return ByteBuffer.allocate(16).putShort((short) 0xFFEE).putShort((short) 14)
        .put("Adobe".getBytes(StandardCharsets.US_ASCII))
        .put(new byte[]{0, 100, 0, 0, 0, 0, (byte) transform})
        .array();
  }

  /** The file with an EXIF segment, big-endian, that notes this orientation. */
  private static byte[] turned(byte[] jpeg, int orientation) {
    ByteBuffer segment = ByteBuffer.allocate(36).putShort((short) 0xFFE1).putShort((short) 34)
        .put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8).putShort((short) 1)
        .putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0);
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(segment.array());
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static int indexOf(byte[] jpeg, int marker) {
    for (int i = 0; i < jpeg.length - 1; i++) {
      if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == marker) {
        return i;
      }
    }
    throw new IllegalArgumentException("no marker " + marker);
  }
}
