"""The official JavaScript SDKs against the gateway: tests/e2e/node/sdks.test.mjs."""

import os
import pathlib
import shutil
import subprocess
import sys

from test_matrix import MODEL, PROVIDERS, matrix  # noqa: F401, a fixture

FOLDER = pathlib.Path(__file__).parent / "node"


def test_javascript_sdks(matrix):  # noqa: F811
    node = shutil.which("node", path=str(pathlib.Path(sys.executable).parent))
    assert node and (FOLDER / "node_modules").is_dir(), "scripts/python-env.sh installs Node and its packages"
    environment = {**os.environ, "GATEWAY_URL": matrix.url, "GATEWAY_KEY": matrix.key, "MODELS": " ".join(f"{p}/{MODEL}" for p in PROVIDERS)}
    done = subprocess.run([node, "--test", "--test-reporter=tap", "sdks.test.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"# pass {5 * len(PROVIDERS)}" in done.stdout
