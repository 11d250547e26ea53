package dev.whence.graph.rewrite;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One step of a recurrent layer in elementary operators, gates in libtorch's order. */
enum RecurrentCell {
  /** Gates input, forget, cell, output; state h and c. */
  LSTM("aten::lstm") {
    @Override
    List<String> step(CallWriter write, String gates, List<String> state, String weight,
        @Nullable String bias) {
      List<String> parts = write.chunks(write.add(gates, write.linear(state.get(0), weight, bias)), 4);
      String kept = write.multiply(write.call("aten::sigmoid", parts.get(1)), state.get(1));
      String added = write.multiply(write.call("aten::sigmoid", parts.get(0)),
          write.call("aten::tanh", parts.get(2)));
      String memory = write.add(kept, added);
      return List.of(
          write.multiply(write.call("aten::sigmoid", parts.get(3)), write.call("aten::tanh", memory)),
          memory);
    }
  },
  /** Gates reset, update, new; state h. */
  GRU("aten::gru") {
    @Override
    List<String> step(CallWriter write, String gates, List<String> state, String weight,
        @Nullable String bias) {
      List<String> own = write.chunks(gates, 3);
      List<String> recurrent = write.chunks(write.linear(state.getFirst(), weight, bias), 3);
      String reset = write.call("aten::sigmoid", write.add(own.get(0), recurrent.get(0)));
      String update = write.call("aten::sigmoid", write.add(own.get(1), recurrent.get(1)));
      String fresh = write.call("aten::tanh", write.add(own.get(2), write.multiply(reset, recurrent.get(2))));
      return List.of(write.add(write.multiply(write.subtract(state.getFirst(), fresh), update), fresh));
    }
  },
  /** One gate; state h. */
  TANH("aten::rnn_tanh") {
    @Override
    List<String> step(CallWriter write, String gates, List<String> state, String weight,
        @Nullable String bias) {
      return List
          .of(write.call("aten::tanh", write.add(gates, write.linear(state.getFirst(), weight, bias))));
    }
  },
  /** One gate; state h. */
  RELU("aten::rnn_relu") {
    @Override
    List<String> step(CallWriter write, String gates, List<String> state, String weight,
        @Nullable String bias) {
      return List
          .of(write.call("aten::relu", write.add(gates, write.linear(state.getFirst(), weight, bias))));
    }
  };

  private final String operator;

  RecurrentCell(String operator) {
    this.operator = operator;
  }

  /** The cell of a layer's or a single step's operator, without overload. */
  static Optional<RecurrentCell> of(String base) {
    for (RecurrentCell cell : values()) {
      if (base.equals(cell.operator) || base.equals(cell.operator + "_cell")) {
        return Optional.of(cell);
      }
    }
    return Optional.empty();
  }

  /** Number of its states. */
  int states() {
    return this == LSTM ? 2 : 1;
  }

  /**
   * Writes one step.
   *
   * @param gates the input's share of the gates, {@code [b, g·h]}
   * @param state h, or h and c, {@code [b, h]} each
   * @param weight of h, {@code [g·h, h]}
   * @param bias of h's share, {@code [g·h]}
   * @return the next state
   */
  abstract List<String> step(CallWriter write, String gates, List<String> state, String weight,
      @Nullable String bias);
}
