"""`switchyard embedder embed` against vectors that Python computes for the same files. Needs SWITCHYARD_ONNX."""

import json
import os
import pathlib
import subprocess

import numpy as np
import onnxruntime
import pytest
import tokenizers

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SWITCHYARD_BINARY", str(ROOT / "build" / "release" / "switchyard"))
FOLDER = pathlib.Path(os.environ["SWITCHYARD_ONNX"])
TOKENS_MAX, WINDOWS_MAX = 256, 4  # encoder.json; windows.h

WORDS = (ROOT / "CONTRIBUTING.md").read_text().split()
TEXTS = ["Hello", "How do I integrate sin(x)^2 by parts?", "int main() { return 0; }", "Wie hoch ist der Eiffelturm?", "中文 and 日本語 😀",
         *(" ".join(WORDS[i:i + n]) for i, n in enumerate((3, 10, 30, 60, 100, 150))),
         " ".join(WORDS[:400]), " ".join(WORDS * 3)]


def reference(kind):
    """Windows of 256 tokens with the special ones, the first four, their mean weighted by tokens."""
    tokenizer = tokenizers.Tokenizer.from_file(str(FOLDER / kind / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    session = onnxruntime.InferenceSession(str(FOLDER / kind / "model.onnx"))
    room = TOKENS_MAX - 2

    def vector(text):
        ids = tokenizer.encode(text).ids
        first, last, ids = ids[0], ids[-1], ids[1:-1][:room * WINDOWS_MAX]
        total = np.zeros(384)
        for i in range(0, len(ids), room):
            window = np.array([[first, *ids[i:i + room], last]], np.int64)
            total += session.run(None, {"input_ids": window, "attention_mask": np.ones_like(window)})[0][0] * (window.size - 2)
        return total / np.linalg.norm(total)

    return vector


def embed(kind, texts, **environment):
    env = {**os.environ, "ROUTER_ONNX_ASSETS_DIR": str(FOLDER / kind), "ROUTER_ONNX_LIBRARY_DIR": str(FOLDER / "lib"), **environment}
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    return subprocess.run([BINARY, "embedder", "embed"], input=lines.encode(), capture_output=True, env=env, timeout=60)


@pytest.mark.parametrize("kind", ["minilm", "minilm-int8"])
def test_vectors_are_those_that_python_computes(kind):
    done = embed(kind, TEXTS)
    assert done.returncode == 0, done.stderr
    vectors = [np.array(json.loads(line)) for line in done.stdout.splitlines()]
    assert len(vectors) == len(TEXTS)
    vector = reference(kind)
    for text, ours in zip(TEXTS, vectors):
        assert abs(np.linalg.norm(ours) - 1) < 1e-5
        assert ours @ vector(text) >= 0.999, text[:60]


def test_a_text_without_tokens_has_a_vector_of_zeros():
    done = embed("minilm-int8", ["", " \n\t"])
    assert [set(json.loads(line)) for line in done.stdout.splitlines()] == [{0}, {0}]


def test_a_missing_library_names_both_variables(tmp_path):
    done = embed("minilm", ["a"], ROUTER_ONNX_LIBRARY_DIR=str(tmp_path))
    assert done.returncode != 0
    assert b"ROUTER_ONNX_LIBRARY_DIR" in done.stderr and b"ROUTER_ONNX_ASSETS_DIR" in done.stderr


def test_a_model_that_is_none_says_what_the_runtime_says(tmp_path):
    for name in ("tokenizer.json", "encoder.json"):
        (tmp_path / name).write_bytes((FOLDER / "minilm" / name).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"no model")
    done = embed("minilm", ["a"], ROUTER_ONNX_ASSETS_DIR=str(tmp_path))
    assert done.returncode != 0
    assert b"ONNX Runtime, loading the model" in done.stderr
