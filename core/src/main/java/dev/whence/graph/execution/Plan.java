package dev.whence.graph.execution;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph compiled for one kind of mode: calls over numbered slots. Holds whatever is tapped and edited; immutable.
 *
 * @param slots how many
 * @param inputs input name → slot
 * @param parameters slot → parameter name
 * @param buffers slot → buffer name
 * @param copied slots whose content is copied before the run, because a call writes into it
 * @param calls in order
 * @param outputs output name → slot
 * @param results buffer name → slot of its value after the run
 * @param hidden indices of nodes that make a view which is overwritten later under another name: no tap may be on them
 */
record Plan(int slots, Map<String, Integer> inputs, Map<Integer, String> parameters,
    Map<Integer, String> buffers, List<Integer> copied, List<Instruction> calls, Map<String, Integer> outputs,
    Map<String, Integer> results, Set<Integer> hidden) {
}
