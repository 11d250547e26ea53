package dev.whence.graph.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whence.torch.DType;
import dev.whence.torch.Device;
import dev.whence.torch.Forecast;
import dev.whence.torch.Forecaster;
import dev.whence.torch.Form;
import dev.whence.torch.Operator;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Some 1,600 calls of 600 operators that PyTorch made, with what they returned: tools/fixtures/operators.py. */
class ForecastsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Bounds, where no form is told, may be loose but not so loose that sound models are refused. */
  private static final long LOOSE = 256;

  /** How much they return is a number in a tensor. */
  private static final Set<String> COUNTED = Set.of("aten::bincount", "aten::one_hot",
      "aten::repeat_interleave");

  @Test
  void everyOperatorThatModelsCallIsForecastAndNoneTooLow() throws IOException {
    var wrong = new TreeSet<String>();
    int calls = 0;
    int exact = 0;
    for (String line : lines()) {
      JsonNode call = JSON.readTree(line);
      String name = call.get("op").asText();
      String overload = call.get("overload").asText();
      if (!Operator.exists(name, overload)) {
        continue; // newer than libtorch here
      }
      Operator operator = Operator.of(name, overload);
      Forecast forecast = new Forecaster().of(operator, arguments(operator, call));
      List<Form> returned = tensors(call.get("out"));
      calls++;
      exact += forecast.isExact() ? 1 : 0;
      String fault = fault(operator, call, forecast, returned);
      if (!fault.isEmpty()) {
        wrong.add(operator + fault);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(calls).isGreaterThan(1000);
    assertThat(exact).isGreaterThan(calls * 17 / 20);
  }

  @Test
  void sizesThatAreNumbersInATensorAreReadBeforeTheCall() {
    try (var _ = Scope.open()) {
      var forecaster = new Forecaster();
      Tensor counts = Tensor.of(new long[]{3, 1L << 40}, 2);
      assertThat(forecaster.bytes(Operator.of("aten::repeat_interleave.self_Tensor"),
          Tensor.zeros(DType.FLOAT32, 2), counts)).isGreaterThanOrEqualTo(1L << 42);
      assertThat(forecaster.bytes(Operator.of("aten::bincount"), counts)).isGreaterThanOrEqualTo(1L << 43);
      assertThat(forecaster.bytes(Operator.of("aten::one_hot"), counts)).isGreaterThanOrEqualTo(1L << 43);
    }
  }

  @Test
  void callsOfMixedPrecisionAreForecastAsOfTheWiderType() {
    // under autocast a call is given half-precision values beside single-precision weights
    Operator linear = Operator.of("aten::linear");
    List<@Nullable Object> arguments = List.of(Form.dense(List.of(8L, 256L), DType.BFLOAT16),
        Form.dense(List.of(3L, 256L), DType.FLOAT32), Form.dense(List.of(3L), DType.FLOAT32));
    assertThat(new Forecaster().of(linear, arguments).bytes()).isEqualTo(8 * 3 * Float.BYTES);
  }

  @Test
  void callsThatDoNotFitLeaveTheForecastOfOthersAsItIs() {
    var forecaster = new Forecaster();
    Operator linear = Operator.of("aten::linear");
    Form input = Form.dense(List.of(8L, 256L), DType.FLOAT32);
    for (long size = 1; size <= 10; size++) {
      forecaster.of(linear, List.of(input, Form.dense(List.of(3L, size), DType.FLOAT32)));
    }
    Form weight = Form.dense(List.of(256L, 256L), DType.FLOAT32);
    assertThat(forecaster.of(linear, List.of(input, weight)).results())
        .containsExactly(Form.dense(List.of(8L, 256L), DType.FLOAT32));
  }

  @Test
  void assertionsTakeNothingAndEndNoForecast() {
    Form single = Form.dense(List.of(8L, 256L), DType.FLOAT32);
    List<@Nullable Object> arguments = List.of(single, Operator.DEFAULT, Operator.DEFAULT, DType.BFLOAT16);
    Forecast forecast = new Forecaster().of(Operator.of("aten::_assert_tensor_metadata"), arguments);
    assertThat(forecast.bytes()).isZero();
    assertThat(forecast.isExact()).isTrue();
  }

  private static String fault(Operator operator, JsonNode call, Forecast forecast, List<Form> returned) {
    long bytes = returned.stream().mapToLong(Form::bytes).sum();
    if (forecast.isExact()) {
      List<Form> told = forecast.results().stream().filter(Form.class::isInstance).map(Form.class::cast)
          .toList();
      boolean shapes = told.size() >= returned.size();
      // what norms and bags return beside their result depends on the mode: not less than that
      for (int i = 0; shapes && i < returned.size(); i++) {
        shapes = told.get(i).shape().equals(returned.get(i).shape())
            || (i > 0 && told.get(i).bytes() >= returned.get(i).bytes());
      }
      return shapes ? "" : " returned " + returned + ", forecast " + told;
    }
    if (COUNTED.contains(operator.name()) && forecast.results().contains(Forecast.UNKNOWN)) {
      return "";
    }
    long given = tensors(call.get("args")).stream().mapToLong(Form::bytes).sum();
    if (forecast.bytes() < bytes) {
      return " took " + bytes + " bytes, forecast " + forecast.bytes();
    }
    boolean nothing = returned.isEmpty();
    return nothing || forecast.bytes() <= LOOSE * Math.max(64, Math.max(bytes, given))
        ? ""
        : " took " + bytes + " bytes of " + given + ", forecast " + forecast.bytes();
  }

  static List<String> lines() throws IOException {
    Path file = Path.of(System.getProperty("whence.root"), "fixtures", "operators", "calls.jsonl.gz");
    try (var stream = new GZIPInputStream(Files.newInputStream(file));
        var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }

  private static List<@Nullable Object> arguments(Operator operator, JsonNode call) {
    var arguments = new ArrayList<@Nullable Object>();
    List<Operator.Parameter> parameters = operator.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      JsonNode named = call.get("kwargs").get(parameters.get(i).name());
      arguments.add(i < call.get("args").size()
          ? value(call.get("args").get(i))
          : named == null ? Operator.DEFAULT : value(named));
    }
    return arguments;
  }

  private static @Nullable Object value(JsonNode json) {
    if (json.isArray()) {
      var items = new ArrayList<@Nullable Object>();
      json.forEach(item -> items.add(value(item)));
      return items;
    }
    if (json.isObject()) {
      Map.Entry<String, JsonNode> only = json.properties().iterator().next();
      return switch (only.getKey()) {
        case "t" -> form(only.getValue());
        case "f" -> number(only.getValue().asText());
        case "d" -> DType.valueOf(only.getValue().asText());
        default -> Device.CPU;
      };
    }
    return json.isNull()
        ? null
        : json.isBoolean()
            ? (Object) json.booleanValue()
            : json.isTextual()
                ? json.textValue()
                : (Object) json.longValue();
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static Form form(JsonNode tensor) {
    return new Form(longs(tensor.get(0)), longs(tensor.get(1)), DType.valueOf(tensor.get(2).asText()));
  }

  private static List<Long> longs(JsonNode list) {
    var longs = new ArrayList<Long>();
    list.forEach(item -> longs.add(item.longValue()));
    return longs;
  }

  private static List<Form> tensors(JsonNode json) {
    var found = new ArrayList<Form>();
    if (json.isObject() && json.has("t")) {
      found.add(form(json.get("t")));
    } else if (json.isArray()) {
      json.forEach(item -> found.addAll(tensors(item)));
    }
    return found;
  }
}
