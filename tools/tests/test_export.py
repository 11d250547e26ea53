"""Tests of tools/export.py: python -m unittest discover tools/tests (from the repository's folder)."""

import collections
import contextlib
import io
import json
import math
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import nn  # noqa: E402

import export as tool  # noqa: E402
from whence_export import ExportError, huggingface, initial, origin  # noqa: E402
from whence_export.losses import named  # noqa: E402

torch.set_num_threads(1)
Pair = collections.namedtuple("Pair", "first second")


class Start(nn.Module):
    """A parameter that an initialiser fills."""

    def __init__(self, shape, fill):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape))
        fill(self.weight.data)


class Net(nn.Module):
    """A linear layer behind a dropout, its output given to a function."""

    def __init__(self, wrap=lambda y: y):
        super().__init__()
        self.fc, self.drop, self.wrap = nn.Linear(3, 2), nn.Dropout(0.5), wrap

    def forward(self, x):
        """[b, 3] → whatever wrap makes of [b, 2]."""
        return self.wrap(self.fc(self.drop(x)))


def factory_with_checkpoints():
    """For the command line."""
    module = Net()
    states = [(module.state_dict(), {"learning_rate": 0.1}), module.state_dict()]
    return module, (torch.randn(3, 3),), torch.tensor([0, 1, 1]), states


def start(shape, fill):
    """What is decided of a parameter filled like this."""
    return initial.describe(lambda: Start(shape, fill), Start(shape, fill))["parameters"]["weight"]


class InitialDistributionTest(unittest.TestCase):
    """Each initialiser is recognised, and what is none is not."""

    def test_uniform_with_the_bound_of_its_fan_in(self):
        found = start((20, 30), lambda w: nn.init.kaiming_uniform_(w, a=math.sqrt(5)))
        self.assertEqual(found, {"kind": "uniform", "low": -1 / math.sqrt(30), "high": 1 / math.sqrt(30)})

    def test_a_single_number_by_its_many_constructions(self):
        self.assertEqual(start((), lambda w: nn.init.normal_(w, 0, 1))["kind"], "normal")

    def test_uniform_from_zero_to_one(self):
        self.assertEqual(start((7,), lambda w: w.uniform_()), {"kind": "uniform", "low": 0.0, "high": 1.0})

    def test_normal_with_a_round_deviation(self):
        found = start((20, 30), lambda w: nn.init.normal_(w, std=0.02))
        self.assertEqual(found, {"kind": "normal", "mean": 0.0, "std": 0.02})

    def test_normal_about_another_mean(self):
        found = start((50, 30), lambda w: nn.init.normal_(w, mean=3.0, std=0.37))
        self.assertEqual(found["kind"], "normal")
        self.assertAlmostEqual(found["mean"], 3.0, delta=0.01)
        self.assertAlmostEqual(found["std"], 0.37, delta=0.01)

    def test_truncated_normal(self):
        found = start((20, 30), lambda w: nn.init.trunc_normal_(w, std=0.02, a=-0.04, b=0.04))
        self.assertEqual(found, {"kind": "truncated_normal", "mean": 0.0, "std": 0.02, "low": -0.04, "high": 0.04})

    def test_truncation_too_far_out_to_matter_is_normal(self):
        self.assertEqual(start((20, 30), lambda w: nn.init.trunc_normal_(w, std=0.02))["kind"], "normal")

    def test_orthogonal_wide_tall_and_scaled(self):
        for shape in ((6, 9), (9, 6), (4, 2, 3, 3)):
            found = start(shape, lambda w: nn.init.orthogonal_(w, gain=math.sqrt(2)))
            self.assertEqual(found, {"kind": "orthogonal", "gain": math.sqrt(2)})

    def test_orthogonal_blocks_are_not_one_orthogonal_matrix(self):
        found = start((12, 4), lambda w: [nn.init.orthogonal_(w[i : i + 4]) for i in (0, 4, 8)])
        self.assertEqual(found["kind"], "unknown")

    def test_padding_rows_start_at_zero(self):
        found = start((9, 5), lambda w: nn.init.normal_(w)[3].zero_())
        self.assertEqual(found, {"kind": "normal", "mean": 0.0, "std": 1.0, "zero_rows": [3]})

    def test_constants_and_fixed_patterns(self):
        self.assertEqual(start((4,), lambda w: w.fill_(0.25)), {"kind": "constant", "value": 0.25})
        self.assertEqual(start((4,), lambda w: w.copy_(torch.arange(4)))["kind"], "unknown")

    def test_what_is_none_of_these_is_unknown(self):
        def two_spreads(w):
            nn.init.normal_(w[:10], std=0.02)
            nn.init.normal_(w[10:], std=0.04)

        def laplace(w):
            w.copy_(torch.distributions.Laplace(0, 1).sample(w.shape))

        def half_zero(w):
            nn.init.normal_(w)[:, ::2].zero_()

        def one_number(w):
            w.copy_(torch.randn(1).expand_as(w))

        for fill in (two_spreads, laplace, half_zero, one_number):
            self.assertEqual(start((20, 30), fill)["kind"], "unknown", fill.__name__)


def untrained():
    """A factory that seeds itself."""
    torch.manual_seed(7)
    return Net(), (torch.randn(3, 3),), torch.tensor([0, 1, 1])


def trained():
    """A factory that trains."""
    module, inputs, labels = untrained()
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    nn.functional.cross_entropy(module(*inputs), labels).backward()
    optimizer.step()
    optimizer.zero_grad()
    return module, inputs, labels


STATE = trained()[0].state_dict()


def loaded():
    """A factory that loads."""
    module, inputs, labels = untrained()
    module.load_state_dict(STATE)
    return module, inputs, labels


def partly():
    """A factory that loads one layer and draws another."""
    module = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 2))
    module[0].load_state_dict({"weight": torch.eye(3), "bias": torch.arange(3.0)})
    return module, (torch.randn(3, 3),), torch.tensor([0, 1, 1])


class OriginTest(unittest.TestCase):
    """Whether numbers are trained is seen from how they come about, or from fresh ones beside them."""

    @staticmethod
    def of(factory):
        with origin.Watch().looking() as watch:
            module = factory()[0]
        return origin.of_factory(watch, module, factory)

    def test_fresh_draws_are_untrained_though_the_factory_seeds_itself(self):
        self.assertEqual(self.of(untrained)["origin"], "untrained")
        self.assertEqual(self.of(lambda: (Start((4, 5), nn.init.zeros_),))["origin"], "untrained")

    def test_what_an_optimizer_moved_or_a_state_dict_filled_is_trained(self):
        self.assertEqual(self.of(trained)["origin"], "trained")
        self.assertEqual(self.of(loaded)["origin"], "trained")
        module = loaded()[0]
        self.assertEqual(self.of(lambda: (module,))["origin"], "trained")

    def test_layers_that_are_fresh_are_named(self):
        found = self.of(partly)
        self.assertEqual((found["origin"], found["fresh"]), ("partly", ["1.weight", "1.bias"]))

    def test_a_module_somebody_made_is_compared_with_fresh_ones(self):
        class Normed(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.LayerNorm(3)

        moved = Normed()
        moved.norm.weight.data[0] += 1e-6
        self.assertEqual(origin.of_module(moved, Normed)["origin"], "trained")
        self.assertEqual(origin.of_module(Normed(), Normed)["origin"], "untrained")
        self.assertIsNone(origin.of_module(Net(), Net))
        wide = nn.Linear(100, 30)
        self.assertEqual(origin.of_module(wide, lambda: nn.Linear(100, 30))["origin"], "untrained")
        wide.weight.data[3, 3] = 0.2
        self.assertEqual(origin.of_module(wide, lambda: nn.Linear(100, 30))["origin"], "trained")


class LossTest(unittest.TestCase):
    """Sums, never means; by hand."""

    def test_next_token_sums_over_positions_that_count(self):
        losses = named("next-token")(torch.zeros(2, 3, 4), torch.tensor([[1, 2, 3], [0, -100, -100]]))
        torch.testing.assert_close(losses, torch.tensor([3 * math.log(4), math.log(4)]))

    def test_squared_error_is_half_the_squared_distance(self):
        losses = named("squared-error")(torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]]))
        torch.testing.assert_close(losses, torch.tensor([2.5]))

    def test_binary_cross_entropy_sums_over_answers(self):
        losses = named("binary-cross-entropy")(torch.zeros(1, 3), torch.tensor([[0.0, 1.0, 0.5]]))
        torch.testing.assert_close(losses, torch.tensor([3 * math.log(2)]))

    def test_wrong_shapes_and_types_say_what_is_wanted(self):
        with self.assertRaisesRegex(ExportError, r"labels \[b\], got logits \[2, 3\] and labels \[2, 1\]"):
            named("cross-entropy")(torch.zeros(2, 3), torch.zeros(2, 1).long())
        with self.assertRaisesRegex(ExportError, "use labels.long"):
            named("cross-entropy")(torch.zeros(2, 3), torch.zeros(2))
        with self.assertRaisesRegex(ExportError, "known: cross-entropy"):
            named("hinge")


class ExportTest(unittest.TestCase):
    """Archives and check files."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name) / "net.pt2"
        self.x, self.y = torch.randn(3, 3), torch.tensor([0, 1, 1])

    def test_archive_names_no_path_of_this_machine_and_takes_batches_of_one(self):
        record = tool.export(Net(), self.x, self.y, self.out, factory=Net)
        self.assertEqual(record["mode"], "training")
        with zipfile.ZipFile(self.out) as archive:
            text = archive.read("net/models/model.json").decode()
            self.assertEqual(json.loads(archive.read("net/extra/whence.json")), record)
        self.assertNotIn(str(Path(tool.__file__).parent), text)
        self.assertNotIn("site-packages", text)
        self.assertEqual([r["min_val"] for r in json.loads(text)["range_constraints"].values()], [1])
        self.assertEqual(torch.export.load(self.out).module()(torch.randn(1, 3)).shape, (1, 2))

    def test_check_file_holds_gradients_of_each_example_in_evaluation_mode(self):
        module = Net()
        tool.export(module, self.x, self.y, self.out)
        check = load_file(self.out.with_suffix(".check.safetensors"))
        self.assertEqual(check["gradient.fc.weight"].shape, (3, 2, 3))
        delta = check["output.output"].softmax(1) - nn.functional.one_hot(self.y, 2)
        torch.testing.assert_close(check["gradient.fc.weight"], torch.einsum("bi,bj->bij", delta, self.x))
        torch.testing.assert_close(check["gradient.fc.bias"], delta)
        self.assertTrue(module.training)

    def test_outputs_have_names_and_the_logits_are_found_or_asked_for(self):
        for wrap, names in (
            (lambda y: {"logits": y, "more": (y, [y])}, ["logits", "more.0", "more.1.0"]),
            (lambda y: (y,), ["output_0"]),
        ):
            self.assertEqual(tool.export(Net(wrap), self.x, self.y, self.out)["outputs"], names)
        pair = Net(lambda y: Pair(y, y + 1))
        with self.assertRaisesRegex(ExportError, r"output_0 \[3, 2\], output_1 \[3, 2\]; .* --logits output_0"):
            tool.export(pair, self.x, self.y, self.out)
        self.assertEqual(tool.export(pair, self.x, self.y, self.out, logits="output_1")["logits"], "output_1")

    def test_a_count_that_nobody_reads_is_exported_and_one_that_is_read_is_named(self):
        class Counting(Net):
            def __init__(self, read):
                super().__init__()
                self.read = read
                self.register_buffer("calls", torch.zeros(()))

            def forward(self, x):
                self.calls += 1
                return super().forward(x) + (self.calls if self.read else 0)

        self.assertEqual(tool.export(Counting(False), self.x, self.y, self.out)["mode"], "training")
        with self.assertRaisesRegex(ExportError, r"forward changes the buffers \['calls'\]; let it do so in training"):
            tool.export(Counting(True), self.x, self.y, self.out)

    def test_a_count_that_only_a_late_call_shows_is_named(self):
        class Late(Net):
            def __init__(self):
                super().__init__()
                self.register_buffer("calls", torch.zeros(()))

            def forward(self, x):
                self.calls += 1
                return super().forward(x) + (self.calls > 10**6)

        with self.assertRaisesRegex(ExportError, "forward writes calls in evaluation mode too, and reads it"):
            tool.export(Late(), self.x, self.y, self.out)

    def test_a_branch_of_the_graph_is_exported(self):
        class Branch(Net):
            def forward(self, x):
                y = super().forward(x)
                return torch.cond(self.fc.bias.sum() > 0, lambda y: y + 1, lambda y: y - 1, (y,))

        self.assertEqual(tool.export(Branch(), self.x, self.y, self.out)["mode"], "training")

    def test_a_module_that_fails_on_its_own_samples_is_said_to(self):
        with self.assertRaisesRegex(ExportError, "the module itself does not run on the sample inputs: RuntimeError"):
            tool.export(Net(), torch.randn(3, 4), self.y, self.out)

    def test_caches_are_off_in_every_part_with_a_configuration_of_its_own(self):
        class Config:
            use_cache, return_dict = True, False

        class Part(Net):
            def __init__(self, *parts):
                super().__init__()
                self.config, self.parts = Config(), nn.ModuleList(parts)

        whole = Part(Part(), Part())
        huggingface.prepare(whole)
        for part in (whole, *whole.parts):
            self.assertEqual((part.config.use_cache, part.config.return_dict), (False, True))

    def test_examples_that_mix_are_refused_and_nothing_is_written(self):
        with self.assertRaisesRegex(ExportError, "mixes examples"):
            tool.export(Net(lambda y: y - y.mean(0)), self.x, self.y, self.out)
        self.assertEqual(list(self.out.parent.iterdir()), [])

    def test_more_than_dropout_in_training_is_exported_in_evaluation_mode_with_a_warning(self):
        class Louder(Net):
            def forward(self, x):
                return super().forward(x) * (2 if self.training else 1)

        with contextlib.redirect_stderr(io.StringIO()) as warned:
            self.assertEqual(tool.export(Louder(), self.x, self.y, self.out)["mode"], "evaluation")
        self.assertIn("WARN exported in evaluation mode", warned.getvalue())

    def test_a_stock_transformer_exports_in_training_mode_with_its_masks(self):
        class Translator(nn.Module):
            def __init__(self):
                super().__init__()
                self.t = nn.Transformer(4, 2, 1, 1, 8, batch_first=True)

            def forward(self, src, tgt):
                mask = self.t.generate_square_subsequent_mask(tgt.shape[1])
                return self.t(src, tgt, tgt_mask=mask, src_key_padding_mask=src[..., 0] > 1).mean(1)

        inputs = torch.randn(3, 5, 4), torch.randn(3, 6, 4)
        self.assertEqual(tool.export(Translator(), inputs, self.y, self.out)["mode"], "training")

    def test_random_numbers_that_nothing_reads_in_evaluation_are_left_out(self):
        class LayerDrop(Net):
            def forward(self, x):
                skipped = torch.rand([])
                return super().forward(x) if self.training and skipped < 0.1 else super().forward(x) * 2

        with contextlib.redirect_stderr(io.StringIO()) as warned:
            self.assertEqual(tool.export(LayerDrop(), self.x, self.y, self.out)["mode"], "evaluation")
        self.assertIn("in forward (module the model itself): return super()", warned.getvalue())
        self.assertIn("use torch.where", warned.getvalue())

    def test_what_a_reader_cannot_run_is_refused_with_its_place_and_the_way_out(self):
        def loop(y):
            start = torch.zeros((), dtype=torch.int64)
            return torch._higher_order_ops.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, v * 2), (start, y))[1]

        with self.assertRaisesRegex(ExportError, "node while_loop calls while_loop, .* unroll the loop"):
            tool.export(Net(loop), self.x, self.y, self.out)
        with self.assertRaisesRegex(ExportError, "use broadcasting, einsum or bmm"):
            tool.export(Net(torch.vmap(lambda row: row * 2)), self.x, self.y, self.out)
        self.assertEqual(list(self.out.parent.iterdir()), [])

    def test_complex_parameters_are_refused_and_complex_buffers_are_not(self):
        module = Net(lambda y: (y * module.phase).real)
        module.register_buffer("phase", torch.polar(torch.ones(2), torch.ones(2)))
        self.assertEqual(tool.export(module, self.x, self.y, self.out)["mode"], "training")
        module.phase = nn.Parameter(module.phase)
        with self.assertRaisesRegex(ExportError, r"parameter 'phase' is complex .* shape \[2, 2\] .*view_as_complex"):
            tool.export(module, self.x, self.y, self.out)

    def test_inputs_that_do_not_fit_are_refused(self):
        with self.assertRaisesRegex(ExportError, "do not fit Net.forward"):
            tool.export(Net(), (self.x, self.x), self.y, self.out)
        with self.assertRaisesRegex(ExportError, "no input has an axis of 5 examples"):
            tool.export(Net(), self.x, torch.zeros(5).long(), self.out)

    def test_command_line_writes_checkpoints_that_load(self):
        arguments = ["test_export:factory_with_checkpoints", "--out", str(self.out), "--checkpoints"]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(tool.main(arguments), 0)
        paths = [self.out.with_name(f"net.checkpoint-{index}.safetensors") for index in (0, 1)]
        Net().load_state_dict(load_file(paths[1]))
        with safe_open(paths[0], "pt") as first:
            self.assertEqual(first.metadata(), {"learning_rate": "0.1"})

    def test_the_archive_notes_where_its_numbers_come_from_and_how_they_begin(self):
        for factory, noted, kind in (
            ("loaded", "trained", "uniform"), ("untrained", "untrained", "uniform"), ("partly", "partly", "file")
        ):  # fmt: skip
            with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
                arguments = [f"test_export:{factory}", "--out", str(self.out), "--recipe", '{"epochs": 3}']
                self.assertEqual(tool.main(arguments), 0)
            with zipfile.ZipFile(self.out) as archive:
                record = json.loads(archive.read("net/extra/whence.json"))
            self.assertIn(f"numbers noted as {noted}", said.getvalue())
            self.assertEqual(record["weights"]["origin"], noted)
            self.assertEqual(record["recipe"], {"epochs": 3})
            self.assertEqual(next(iter(record["initial"]["parameters"].values()))["kind"], kind)

    def test_command_line_says_what_is_wrong(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            self.assertEqual(tool.main(["nowhere:factory", "--out", str(self.out)]), 1)
        self.assertIn("No module named 'nowhere'", said.getvalue())


if __name__ == "__main__":
    unittest.main()
