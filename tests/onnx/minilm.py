"""all-MiniLM-L6-v2 in NumPy, from the weights alone: what the ONNX file is compared with."""

import math

import numpy as np

EPSILON = 1e-12
HEADS = 12
_erf = np.vectorize(math.erf)


def sentence_vector(w, ids):
    """`w`: the arrays of model.safetensors by name; `ids`: one text's tokens with the special ones."""
    def norm(x, name):
        spread = np.sqrt(x.var(-1, keepdims=True) + EPSILON)
        return (x - x.mean(-1, keepdims=True)) / spread * w[name + ".weight"] + w[name + ".bias"]

    def linear(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    e = "embeddings."
    h = norm(w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][:len(ids)] + w[e + "token_type_embeddings.weight"][0], e + "LayerNorm")
    layers = sum(name.endswith("attention.self.query.weight") for name in w)
    for p in (f"encoder.layer.{i}." for i in range(layers)):
        q, k, v = (linear(h, p + f"attention.self.{x}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for x in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        attended = (shares @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        h = norm(linear(attended, p + "attention.output.dense") + h, p + "attention.output.LayerNorm")
        wide = linear(h, p + "intermediate.dense")
        h = norm(linear(wide * 0.5 * (1 + _erf(wide / math.sqrt(2))), p + "output.dense") + h, p + "output.LayerNorm")
    mean = h.mean(0)
    return mean / np.linalg.norm(mean)
