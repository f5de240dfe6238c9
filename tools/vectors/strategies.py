#!/usr/bin/env python3
"""Values for the tests of the learned strategies, computed by scikit-learn, scipy and numpy.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy scikit-learn && /tmp/venv/bin/python tools/vectors/strategies.py

Prints C++ arrays; the inputs follow from `numbers`, which the tests repeat.
"""
import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC


def numbers(count, seed):
    """The middle bits of a linear congruential generator, -1 to 1 in steps of 1/1024; exact in float32."""
    out, state = [], seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(((state >> 33) % 2049 - 1024) / 1024.0)
    return np.array(out)


def show(name, values):
    print(f"{name}: {{" + ", ".join(f"{v:.9g}" for v in np.ravel(values)) + "}")


def units(rows, dimension, seed):
    x = numbers(rows * dimension, seed).reshape(rows, dimension).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def knn():
    x, queries = units(60, 8, 1), units(4, 8, 2)
    scores = (numbers(60 * 3, 3).reshape(60, 3) + 1) / 2
    nearness, shrinkage = 20.0, 5.0

    def weights(distances):  # Of unit vectors: cosine = 1 - distance^2 / 2.
        cosine = 1 - distances**2 / 2
        return np.exp(nearness * (cosine - cosine.max(axis=1, keepdims=True)))

    model = KNeighborsRegressor(10, weights=weights, algorithm="brute").fit(x, scores)
    total = weights(model.kneighbors(queries)[0]).sum(axis=1, keepdims=True)
    show("knn", (model.predict(queries) * total + shrinkage * scores.mean(axis=0)) / (total + shrinkage))


def svm():
    x, noise = units(80, 6, 4), numbers(80, 5)
    labels = np.where(x @ np.array([1, -2, 0.5, 0, 1, 0]) + 0.3 * noise > 0.1, 1, -1)
    model = LinearSVC(C=1.0, loss="hinge", dual=True, tol=1e-10, max_iter=1000000).fit(x, labels)
    show("svm", np.append(model.coef_, model.intercept_))


def platt():
    scores = numbers(50, 6)
    targets = (numbers(50, 7) * 0.5 + scores > 0).astype(int)
    model = LogisticRegression(C=1e3, tol=1e-14, max_iter=10000)  # Ridge 1e-3 on slope and offset alike.
    features = np.column_stack([scores, np.ones(50)])
    model = LogisticRegression(C=1e3, fit_intercept=False, tol=1e-14, max_iter=10000).fit(features, targets)
    show("platt", model.coef_)


def mlp():
    x = numbers(12 * 4, 8).reshape(12, 4)
    y = (numbers(12 * 2, 9).reshape(12, 2) > 0).astype(int)
    model = MLPClassifier((5, 3), batch_size=12, alpha=1e-4, learning_rate_init=1e-2, shuffle=False)
    model.partial_fit(x, y, classes=[0, 1])
    sizes, seed = [(4, 5), (5, 3), (3, 2)], 10
    model.coefs_, model.intercepts_ = [], []
    for i, (inputs, outputs) in enumerate(sizes):  # Layer rows as ours: outputs x (inputs, bias).
        layer = numbers(outputs * (inputs + 1), seed + i).reshape(outputs, inputs + 1)
        model.coefs_.append(layer[:, :-1].T.copy())
        model.intercepts_.append(layer[:, -1].copy())
    show("mlp before", model.predict_proba(x[:2]))
    model._optimizer = None
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer
    model._optimizer = AdamOptimizer(model.coefs_ + model.intercepts_, 1e-2, 0.9, 0.999, 1e-8)
    for _ in range(5):
        model.partial_fit(x, y)
    show("mlp after", model.predict_proba(x[:2]))
    show("mlp loss", [model.loss_curve_[-1] if hasattr(model, "loss_curve_") else model.loss_])


def ranking():
    wins = np.floor((numbers(16, 20).reshape(4, 4) + 1) * 20)
    np.fill_diagonal(wins, 0)
    ridge = 1e-3

    def loss(t):
        d = t[:, None] - t[None, :]
        return (wins * np.logaddexp(0, -d)).sum() + ridge / 2 * (t**2).sum()

    t = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-10}).x
    show("elo", 1000 + 400 / np.log(10) * t)


def mf():
    # 3 models, width 4, dimension 5: the score of a vector, and its gradient-free check of the collapsed row.
    p, w_matrix, w = (numbers(12, 30).reshape(3, 4), numbers(20, 31).reshape(4, 5), numbers(4, 32))
    q = numbers(5, 33)
    unit = p / np.linalg.norm(p, axis=1, keepdims=True)
    show("mf", (unit * (w_matrix @ q)) @ w)
    show("quantile", [np.quantile((numbers(41, 34) + 1) / 2, 1 - s) for s in (0, 0.1, 0.3, 0.5, 1)])


def routerdc():
    cosines = numbers(6, 40) * 0.9
    scores = np.array([1, 0.2, 0.8, -1, 0.4, 0])
    t = 0.2

    def loss(c):
        s = c / t
        total, worst = 0.0, [5, 1, 4]
        for best in (0, 2, 4):
            others = [s[j] for j in worst if j != best]
            total += np.log(np.exp(s[best]) + np.exp(others).sum()) - s[best]
        return total

    step = 1e-6
    show("routerdc loss", [loss(cosines)])
    show("routerdc gradient", [(loss(cosines + step * e) - loss(cosines - step * e)) / (2 * step) for e in np.eye(6)])
    projection, models = numbers(24, 41).reshape(4, 6), units(3, 4, 42)
    lines, q = numbers(6, 43).reshape(3, 2), units(1, 6, 44)[0]
    h = projection @ q
    show("routerdc served", 1 / (1 + np.exp(-(lines[:, 0] * (models @ h / np.linalg.norm(h)) + lines[:, 1]))))


def graph():
    # Width 3, dimension 4, two models with histories.
    texts, messages, bias = numbers(12, 50).reshape(3, 4), numbers(12, 51).reshape(3, 4), numbers(3, 52)
    history, mean, level, q = numbers(4, 53) / 10, 0.7, np.array([0.9, -0.2]), units(1, 4, 54)[0]
    node = 10 * messages @ history + bias
    z = (texts @ q) @ node + level[0] * np.log(mean / (1 - mean)) + level[1]
    show("graph", [1 / (1 + np.exp(-z))])


def bandits():
    a, b = np.eye(3), np.zeros(3)
    x = numbers(12, 60).reshape(4, 3)
    rewards = [1.0, 0.0, 0.5, 1.0]
    for xi, r in zip(x, rewards):
        a += np.outer(xi, xi)
        b += r * xi
    q = np.array([0.5, -0.25, 1.0])
    inverse = np.linalg.inv(a)
    show("linucb", [inverse @ b @ q, np.sqrt(q @ inverse @ q)])
    u, ka, kb = 0.3, 4.5, 2.25
    show("kumaraswamy", [(1 - (1 - u) ** (1 / kb)) ** (1 / ka)])


for part in (knn, svm, platt, mlp, ranking, mf, routerdc, graph, bandits):
    part()
