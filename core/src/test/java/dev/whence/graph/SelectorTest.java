package dev.whence.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectorTest {
  @Test
  void nodesAreFoundByNameOperatorAndModule() throws IOException {
    try (Graph graph = Graphs.read(Sample.model("resnet"))) {
      assertThat(Selector.nodes(graph, "conv2d")).extracting(Node::name).containsExactly("conv2d");
      assertThat(Selector.nodes(graph, "aten::conv2d")).hasSize(6).extracting(Node::target)
          .containsOnly("aten::conv2d");
      assertThat(Selector.nodes(graph, "aten::add_")).extracting(Node::target)
          .containsOnly("aten::add_.Tensor");
      assertThat(Selector.nodes(graph, "layer1.*.conv2")).extracting(Node::module)
          .containsExactly("layer1.0.conv2");
      assertThat(Selector.nodes(graph, "*.conv2")).hasSizeGreaterThan(1);
      assertThatThrownBy(() -> Selector.nodes(graph, "layer9.conv"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'layer9.conv'").hasMessageContaining("conv1");
    }
  }

  @Test
  void repeatedCallsOfAModuleAreTogetherAndApart() {
    Graph graph = new GraphBuilder().input("x", 2).module("fc", "torch.nn.modules.linear.Linear")
        .call("a", "aten::neg", "x")
        .module("fc@1", "torch.nn.modules.linear.Linear").call("b", "aten::neg", "a").returning("b");
    assertThat(Selector.nodes(graph, "fc")).extracting(Node::name).isEqualTo(List.of("a", "b"));
    assertThat(Selector.nodes(graph, "fc@1")).extracting(Node::name).isEqualTo(List.of("b"));
  }

  @Test
  void theModuleTreeCountsEveryParameterOnce() throws IOException {
    try (Graph graph = Graphs.read(Sample.model("gpt"))) {
      ModuleTree tree = ModuleTree.of(graph);
      long all = graph.state().parameters().values().stream().mapToLong(tensor -> tensor.elements()).sum();
      assertThat(tree.parameters()).isEqualTo(all);
      ModuleTree blocks = tree.children().stream().filter(child -> child.name().equals("blocks")).findFirst()
          .orElseThrow();
      assertThat(blocks.children()).hasSize(2)
          .allSatisfy(block -> assertThat(block.parameters()).isPositive());
      assertThat(blocks.children().getFirst().children()).extracting(ModuleTree::type).contains("LayerNorm",
          "Linear");
    }
  }
}
