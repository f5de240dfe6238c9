"""Values that the estimator's and the metrics' tests compare with, computed by NumPy and scikit-learn.

    pip install numpy scikit-learn
    python3 tools/estimator_reference.py tests/golden/estimator

Writes metrics.json (curves, gains, calibration of a random router), forest.json (a scikit-learn forest with its
predictions) and directions.json (a truncated singular value decomposition). The same versions write the same bytes.
"""

import json
import pathlib
import sys

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.metrics import auc


def hull_mean(cost, score, low, high):
    """Mean height of the upper concave non-decreasing hull, by sampling its definition densely and exactly at corners:
    the hull at x is the best mixture of two points whose mean cost is at most x."""
    corners = sorted({low, high, *[c for c in cost if low < c < high]})

    def height(x):
        best = 0.0
        for ca, sa in zip(cost, score):
            if ca <= x:
                best = max(best, sa)
            for cb, sb in zip(cost, score):
                if ca <= x < cb:
                    best = max(best, sa + (sb - sa) * (x - ca) / (cb - ca))
        return best

    first = min(cost)
    xs = [x for x in corners if x >= first]
    return auc(xs, [height(x) for x in xs]) / (high - low) if len(xs) > 1 else 0.0


def metrics(rng):
    rows, models = 60, 4
    scores = (rng.random((rows, models)) < [0.3, 0.5, 0.6, 0.8]).astype(float)
    costs = np.array([0.1, 0.2, 0.5, 1.0]) * (0.5 + rng.random((rows, models)))
    expected = np.clip(scores * 0.3 + rng.random((rows, models)) * 0.6, 0, 1)
    mean_costs = costs.mean(0)
    low, high = mean_costs.min(), mean_costs.max()
    prices = np.concatenate([[0.0], 1e-4 * (1e3 / 1e-4) ** (np.arange(120) / 119) / (high - low)])

    def curve(value, cost):
        points = []
        for price in prices:
            # Ties go to the cheaper: lexsort's last key counts first.
            utility = value - price * cost
            choice = np.array([np.lexsort((cost[i], -utility[i]))[0] for i in range(rows)])
            points.append((costs[np.arange(rows), choice].mean(), scores[np.arange(rows), choice].mean()))
        return np.array(points)

    routed, oracle = curve(expected, np.tile(mean_costs, (rows, 1))), curve(scores, costs)
    zero = hull_mean(mean_costs, scores.mean(0), low, high)
    routed_mean, oracle_mean = hull_mean(*routed.T, low, high), hull_mean(*oracle.T, low, high)
    single = scores.mean(0).max()
    best = expected.argmax(1)
    quality = scores[np.arange(rows), best].mean()

    strong, weak = 3, 0

    def apgr(hint):
        order = np.argsort(-hint, kind="stable")
        gap = (scores[:, strong] - scores[:, weak])[order]
        # Rows with equal hints go strong together: only the ends of such runs are points of the curve.
        ends = np.flatnonzero(np.diff(hint[order], append=-np.inf)) + 1
        x = np.concatenate([[0], ends]) / rows
        y = np.concatenate([[0], np.cumsum(gap)[ends - 1]]) / gap.sum()
        return auc(x, y)

    observed, predicted = calibration_curve(scores.ravel() > 0.5, expected.ravel(), n_bins=10)
    counts = np.histogram(expected.ravel(), bins=np.linspace(0, 1, 11))[0]
    ece = float((counts[counts > 0] * np.abs(observed - predicted)).sum() / counts.sum())
    return {
        "rows": rows, "models": models, "scores": scores.ravel().tolist(), "costs": costs.ravel().tolist(),
        "expected": expected.ravel().tolist(), "mean_costs": mean_costs.tolist(), "aiq": routed_mean, "aiq_zero": zero,
        "aiq_oracle": oracle_mean, "ng": (routed_mean - zero) / (oracle_mean - zero),
        "gap_closed": (quality - single) / (scores.max(1).mean() - single),
        "accuracy": float((scores[np.arange(rows), best] == scores.max(1)).mean()),
        "apgr": apgr(expected[:, strong] - expected[:, weak]), "apgr_oracle": apgr(scores[:, strong] - scores[:, weak]),
        "ece": ece,
    }


def forest(rng):
    x = rng.normal(size=(400, 6)).astype(np.float32)
    y = np.stack([np.sin(x[:, 0]), np.tanh(x[:, 1] * x[:, 2]), (x[:, 3] > 0).astype(float)], 1)
    model = ExtraTreesRegressor(12, max_depth=6, random_state=1).fit(x, y)
    unit = 1 / 64
    trees, probe = [], rng.normal(size=(40, 6)).astype(np.float32)
    total = np.zeros((len(probe), 3))
    for estimator in model.estimators_:
        tree = estimator.tree_
        leaves = np.rint(np.clip(tree.value[:, :, 0] / unit, -127, 127)).astype(int)
        # The served trees compare 32-bit numbers; the same rounding here keeps the two walks alike.
        thresholds = tree.threshold.astype(np.float32)
        for i, row in enumerate(probe):
            at = 0
            while tree.children_left[at] >= 0:
                right = row[tree.feature[at]] > thresholds[at]
                at = (tree.children_right if right else tree.children_left)[at]
            total[i] += leaves[at]
        trees.append({"left": tree.children_left.tolist(), "right": tree.children_right.tolist(),
                      "feature": tree.feature.tolist(), "threshold": [float(t) for t in thresholds],
                      "leaves": leaves.tolist()})
    ours = total / len(trees) * unit
    theirs = model.predict(probe)
    assert np.abs(ours - theirs).max() < unit, "rounded leaves must stay near scikit-learn's own predictions"
    return {"features": 6, "outputs": 3, "unit": unit, "trees": trees, "probe": probe.ravel().tolist(),
            "predictions": ours.ravel().tolist(), "scikit_learn": theirs.ravel().tolist()}


def directions(rng):
    buckets, texts = 16, 40
    # Two topics with words of their own, and common words.
    rows = []
    for i in range(texts):
        topic = range(0, 6) if i % 2 else range(6, 12)
        rows.append([int(w) for w in rng.choice(list(topic), 8)] + [int(w) for w in rng.integers(12, 16, 3)])
    counts = np.zeros((texts, buckets))
    for i, row in enumerate(rows):
        np.add.at(counts[i], row, 1)
    documents = (counts > 0).sum(0)
    rarity = np.where(documents > 1, np.log((texts + 1) / (documents + 1)), 0)
    weighted = counts * rarity
    weighted /= np.linalg.norm(weighted, axis=1, keepdims=True)
    _, _, right = np.linalg.svd(weighted, full_matrices=False)
    return {"buckets": buckets, "texts": rows, "table": (right[:3].T * rarity[:, None]).ravel().tolist()}


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, make in (("metrics", metrics), ("forest", forest), ("directions", directions)):
        (folder / f"{name}.json").write_text(json.dumps(make(np.random.default_rng(7))) + "\n")


if __name__ == "__main__":
    main()
