#!/usr/bin/env python3
"""`switchyard embedder bench` and the bare runtime in turns, on one core, for texts of 128 tokens.

    taskset -c 1 .venv/bin/python bench/onnx.py var/onnx [--runs 200]

Ours is the time of the whole call, tokenizer included; the runtime's is `session.run` with the tokens at hand. They take
turns, so that what else runs on the machine slows both alike.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

import numpy as np
import onnxruntime
import tokenizers

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ.get("SWITCHYARD_BINARY", str(ROOT / "build" / "release" / "switchyard"))
TOKENS = 128


def text_of(tokenizer):
    """A text of exactly `TOKENS` tokens with the special ones."""
    words = (ROOT / "docs" / "architecture.md").read_text().split()
    for count in range(1, len(words)):
        text = " ".join(words[:count])
        ids = tokenizer.encode(text).ids
        if len(ids) >= TOKENS:
            return tokenizer.decode(ids[1:TOKENS - 1])
    raise SystemExit("the text is too short")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=200)
    args = parser.parse_args()
    for kind in ("minilm", "minilm-int8"):
        tokenizer = tokenizers.Tokenizer.from_file(str(args.folder / kind / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        text = text_of(tokenizer)
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(args.folder / kind / "model.onnx"), options)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        command = [BINARY, "embedder", "bench", "--assets", str(args.folder / kind), "--library", str(args.folder / "lib")]
        ours, bare = [], []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            for _ in range(args.runs):
                process.stdin.write(json.dumps(text) + "\n")
                process.stdin.flush()
                ours.append(json.loads(process.stdout.readline())["micros"])
                begin = time.perf_counter()
                session.run(None, inputs)
                bare.append((time.perf_counter() - begin) * 1e6)
            process.stdin.close()
        warm = args.runs // 10
        ours, bare = ours[warm:], bare[warm:]
        for name, of in (("median", statistics.median), ("least", min)):
            print(f"{kind}, {ids.size} tokens, {name}: switchyard {of(ours) / 1e3:.2f} ms, runtime {of(bare) / 1e3:.2f} ms, "
                  f"ratio {of(ours) / of(bare):.3f}")


if __name__ == "__main__":
    main()
