"""Uniform, normal and truncated normal: fitted, tested (Kolmogorov-Smirnov), and compared by likelihood."""

import math

import torch

_REJECT = 1e-5
"""A fit whose test gives a smaller probability is refused; small, as a model has hundreds of parameters."""
_SURE = 9.2
"""Minus the logarithm of 1e-4: how far beyond the largest of n values a bound may lie, in n-ths."""


def best(values, scales):
    """The most likely distribution of sorted values that the test does not refuse, or None."""
    candidates = [fit(values, scales) for fit in (_uniform, _normal, _truncated)]
    candidates = [c for c in candidates if c is not None and _probability(values, c["cdf"]) > _REJECT]
    if not candidates:
        return None
    return max(candidates, key=lambda c: c["likelihood"] - c["penalty"] * math.log(len(values)))["found"]


def scales(name, shapes):
    """Numbers that initialisers use for this parameter: 1/sqrt(fan) and its kin, and round ones."""
    shape = shapes[name]
    sibling = shapes.get(name.rpartition(".")[0] + ".weight", shape) if len(shape) < 2 else shape
    fans = set(shape[-1:]) | {shape[0] // parts for parts in (3, 4) if shape and shape[0] % parts == 0}
    if len(sibling) >= 2:
        field = math.prod(sibling[2:])
        fan_in, fan_out = sibling[1] * field, sibling[0] * field
        fans |= {fan_in, fan_out, (fan_in + fan_out) / 2}
    gains = (1, math.sqrt(2), math.sqrt(3), math.sqrt(6))
    found = [1.0, 0.02, 0.5, 0.1, 0.05, 0.01, 0.2, 0.001, 2.0]
    return found + sorted({gain / math.sqrt(fan) for gain in gains for fan in fans if fan > 0})


def snap(value, tolerance, candidates):
    """The nearest candidate within the tolerance, else the value to five digits."""
    near = [candidate for candidate in candidates if abs(candidate - value) <= tolerance]
    return min(near, key=lambda c: abs(c - value)) if near else float(f"{value:.5g}")


def differ_by_place(elements):
    """Whether quarters of the elements [constructions, n] have clearly different means or spreads."""
    quarters = elements.tensor_split(min(4, elements.shape[1]), dim=1)
    if len(quarters) < 2 or quarters[-1].numel() < 30:
        return False
    pooled = elements.flatten()
    centred = (pooled - pooled.mean()) / pooled.std()
    kurtosis = float(centred.pow(4).mean())
    for quarter in quarters:
        count = quarter.numel()
        mean = float((quarter.mean() - pooled.mean()) / pooled.std()) * math.sqrt(count)
        spread = math.log(float(quarter.var() / pooled.var())) * math.sqrt(count / max(kurtosis - 1, 0.1))
        if abs(mean) > 6 or abs(spread) > 6:
            return True
    return False


def _uniform(values, scales):
    low, high, n = float(values[0]), float(values[-1]), len(values)
    slack = _SURE * (high - low) / n
    if abs(low + high) < 2 * slack:
        bound = _bound(max(-low, high), slack, scales, n)
        low, high = -bound, bound
    else:
        high = _end(high, slack, [0.0, *scales], n)
        low = -_end(-low, slack, [0.0, *scales, *(-scale for scale in scales)], n)
    likelihood = -n * math.log(high - low)
    return {
        "found": {"kind": "uniform", "low": low, "high": high},
        "cdf": (values - low) / (high - low),
        "likelihood": likelihood,
        "penalty": 1,
    }


def _bound(largest, slack, scales, n):
    """A bound just beyond the largest of n values: a known scale if one lies there."""
    beyond = [scale for scale in scales if largest * (1 - 1e-6) <= scale <= largest + slack]
    return min(beyond) if beyond else float(f"{largest * (n + 1) / n:.5g}")


def _end(extreme, slack, candidates, n):
    """An end just beyond the extreme of n values: the first candidate that lies there."""
    beyond = [c for c in candidates if extreme - 1e-9 <= c <= extreme + slack]
    return beyond[0] if beyond else float(f"{extreme + slack / _SURE:.5g}")


def _normal(values, scales):
    mean, deviation, n = float(values.mean()), float(values.std()), len(values)
    mean = 0.0 if abs(mean) < 4 * deviation / math.sqrt(n) else snap(mean, 4 * deviation / math.sqrt(n), [1.0])
    deviation = snap(deviation, 4 * deviation / math.sqrt(2 * n), scales)
    centred = (values - mean) / deviation
    likelihood = float(-(centred.square() / 2).sum()) - n * math.log(deviation * math.sqrt(2 * math.pi))
    found = {"kind": "normal", "mean": mean, "std": deviation}
    return {"found": found, "cdf": _phi(centred), "likelihood": likelihood, "penalty": 1}


def _truncated(values, scales):
    """A normal cut symmetrically about its mean; None where the cut is too far out or too near to tell."""
    mean, deviation, n = float(values.mean()), float(values.std()), len(values)
    mean = 0.0 if abs(mean) < 4 * deviation / math.sqrt(n) else mean
    cut = float((values - mean).abs().max()) * (1 + 1 / n)
    ratio = (deviation / cut) ** 2
    if not 0.05 < ratio < 0.325:
        return None
    parent = cut / _cut_in_deviations(ratio)
    parent = snap(parent, 4 * parent / math.sqrt(n), scales)
    cut = snap(cut, _SURE * cut / n, [2 * parent, 3 * parent, parent, *scales])
    mass = math.erf(cut / parent / math.sqrt(2))
    centred = (values - mean) / parent
    likelihood = float(-(centred.square() / 2).sum()) - n * math.log(parent * math.sqrt(2 * math.pi) * mass)
    found = {"kind": "truncated_normal", "mean": mean, "std": parent, "low": mean - cut, "high": mean + cut}
    return {
        "found": found,
        "cdf": ((_phi(centred) - (1 - mass) / 2) / mass).clamp(0, 1),
        "likelihood": likelihood,
        "penalty": 2,
    }


def _cut_in_deviations(ratio):
    """The cut t, in deviations of the parent, at which variance / cut² is the ratio; by bisection."""
    low, high = 0.05, 8.0
    for _ in range(60):
        t = (low + high) / 2
        density = math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
        variance = 1 - 2 * t * density / math.erf(t / math.sqrt(2))
        low, high = (t, high) if variance / (t * t) > ratio else (low, t)
    return (low + high) / 2


def _phi(values):
    return (1 + torch.erf(values / math.sqrt(2))) / 2


def _probability(values, cdf):
    """The Kolmogorov-Smirnov test's probability, asymptotic, of a distance this large."""
    n = len(values)
    steps = torch.arange(n + 1, dtype=torch.float64) / n
    distance = float(torch.maximum((steps[1:] - cdf).max(), (cdf - steps[:-1]).max()))
    scaled = distance * (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))
    if scaled < 0.3:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (j - 1) * math.exp(-2 * (j * scaled) ** 2) for j in range(1, 60))))
