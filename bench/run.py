#!/usr/bin/env python3
"""`make bench`: Switchyard (keys, routing, ledger on) against nginx as a plain reverse proxy, same upstream, same machine.

The server under test runs on core 0; the mock upstream and the load generator (wrk) on core 1. Runs are interleaved
A B A B; figures are medians, and CPU is the server's own user and system time for each request.
    bench/run.py [--quick] [--only cpu,instructions,first-event,large,start,streams] [--json]
"""

import argparse
import asyncio
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = str(ROOT / "build" / "release" / "switchyard")
TICKS = os.sysconf("SC_CLK_TCK")

LUA = """
local n = 0
local words = {}
for i = 1, 400 do words[i] = string.format("w%x", (i * 2654435761) % 65521) end
request = function()
  n = n + 1
  local parts, size = {}, 0
  local i = (n * 7919) % 400
  while size < PROMPT_BYTES do
    i = i % 400 + 1
    parts[#parts + 1] = words[i]
    size = size + #words[i] + 1
  end
  local text = string.format("%d ", n) .. table.concat(parts, " ")
  return wrk.format("POST", "PATH", nil, '{"model":"MODEL","messages":[{"role":"user","content":"' .. text .. '"}]}')
end
"""

NGINX = """
worker_processes 1; daemon off; error_log stderr error; pid %(dir)s/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off; client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path %(dir)s/f;
  uwsgi_temp_path %(dir)s/u; scgi_temp_path %(dir)s/s; client_max_body_size 64m; client_body_buffer_size 1m;
  keepalive_requests 1000000000;
  upstream up { server 127.0.0.1:%(mock)d; keepalive 64; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:%(port)d;
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"nothing listens on {port}")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


class Stage:
    """The mock, nginx and Switchyard on ports of their own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.mock_port, self.nginx_port, self.port = free_port(), free_port(), free_port()
        self.processes = []
        self.mock = self.spawn("1", [BINARY, "mock", "--port", str(self.mock_port)])
        (self.folder / "nginx.conf").write_text(NGINX % {"dir": folder, "mock": self.mock_port, "port": self.nginx_port})
        self.nginx = self.spawn("0", ["nginx", "-p", folder, "-c", str(self.folder / "nginx.conf")])
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("SWITCHYARD_", "ROUTER_", "OPENAI_", "ANTHROPIC_"))}
        self.env |= {"SWITCHYARD_DATA_DIR": str(self.folder / "data"), "SWITCHYARD_MOCK_URL": f"http://127.0.0.1:{self.mock_port}",
                     "SWITCHYARD_HOST": "127.0.0.1", "SWITCHYARD_WORKERS": "1", "SWITCHYARD_LOG_LEVEL": "warn",
                     "SWITCHYARD_ARTIFACTS_DIR": str(ROOT / "artifacts")}
        self.key = subprocess.run([BINARY, "keys", "create", "--name", "bench", "--token-only"], env=self.env, check=True,
                                  capture_output=True, text=True).stdout.strip()
        for port in (self.mock_port, self.nginx_port):
            wait_for(port)

    def spawn(self, core, command, env=None):
        process = subprocess.Popen(["taskset", "-c", core, *command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def gateway(self, wrapper=(), binary=BINARY):
        process = self.spawn("0", [*wrapper, binary, "serve", "--port", str(self.port)], self.env)
        wait_for(self.port)
        return process

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait()

    def nginx_worker(self):
        children = pathlib.Path(f"/proc/{self.nginx.pid}/task/{self.nginx.pid}/children").read_text().split()
        return int(children[0])

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()  # nginx's master ends its worker only if it is asked to.
                process.wait(10)


def wrk(stage, port, pid, seconds, model="mock/gpt-4o", prompt_bytes=700, connections=8, path="/v1/chat/completions"):
    """CPU microseconds of `pid` for each request, and requests a second."""
    script = stage.folder / "load.lua"
    script.write_text(LUA.replace("PROMPT_BYTES", str(prompt_bytes)).replace("PATH", path).replace("MODEL", model))
    before = cpu_seconds(pid)
    out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script),
                          "-H", f"Authorization: Bearer {stage.key}", "-H", "Content-Type: application/json",
                          f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - before
    count = int(next(line for line in out.splitlines() if "requests in" in line).split()[0])
    if "Non-2xx" in out:
        raise SystemExit(out)
    return used / count * 1e6, count / seconds


def scenario_cpu(stage, quick):
    rounds, seconds = (2, 2) if quick else (5, 4)
    gateway = stage.gateway()
    cases = {"nginx": (stage.nginx_port, stage.nginx_worker(), "mock/gpt-4o"), "named": (stage.port, gateway.pid, "mock/gpt-4o"),
             "routed": (stage.port, gateway.pid, "auto"), "openai to anthropic": (stage.port, gateway.pid, "mock-anthropic/claude-haiku-4-5")}
    figures = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (port, pid, model) in cases.items():
            figures[name].append(wrk(stage, port, pid, seconds, model)[0])
    stage.end(gateway)
    base = statistics.median(figures["nginx"])
    rows = []
    for name, bar in (("named", 1.5), ("routed", 1.5), ("openai to anthropic", 3.0)):
        rows.append((f"CPU per request, c=8, {name}", f"{statistics.median(figures[name]):.1f} us = {statistics.median(figures[name]) / base:.2f}x nginx ({base:.1f} us)",
                     f"<= {bar}x", statistics.median(figures[name]) / base <= bar))
    return rows


def instructions_by_thread(profile):
    """User instructions of each thread that `callgrind --separate-threads=yes` wrote down, named by what the thread runs."""
    counts = {"requests": 0, "others": 0}
    for path in profile.parent.glob(profile.name + "-*"):
        text = path.read_text()
        total = sum(int(count) for count in re.findall(r"^(?:summary|totals): (\d+)$", text, re.M)[-1:])
        counts["requests" if "net::EventLoop::dispatch(" in text else "others"] += total
    return counts


def scenario_instructions(stage, quick):
    # Debian 12's valgrind cannot read the debug information of Clang 19.
    bare = str(stage.folder / "switchyard-stripped")
    subprocess.run(["llvm-strip-19", "--strip-debug", "-o", bare, BINARY], check=True)

    def collected(count, model):
        profile = stage.folder / f"callgrind.{count}.{model.replace('/', '_')}"
        gateway = stage.gateway(["valgrind", "--tool=callgrind", "--separate-threads=yes", f"--callgrind-out-file={profile}",
                                 f"--log-file={stage.folder / 'valgrind.log'}"], bare)
        connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=60)
        for i in range(count):
            text = f"{i} " + " ".join(f"w{(i * 31 + j * 2654435761) % 65521:x}" for j in range(190))
            connection.request("POST", "/v1/chat/completions", json.dumps({"model": model, "messages": [{"role": "user", "content": text}]}),
                               {"Authorization": f"Bearer {stage.key}", "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()
        stage.end(gateway)
        return instructions_by_thread(profile)

    # The threads that serve requests do nothing else, so their count is a request's own. The ledger's threads also work by the clock
    # (a write every 5 ms, a transaction every 200 ms), which under callgrind's slowness falls on few requests.
    few, many = (200, 700) if quick else (500, 2500)
    rows = []
    for name, model, bar in (("named", "mock/gpt-4o", 37_000), ("routed", "auto", 60_000)):
        low, high = collected(few, model), collected(many, model)
        each = {thread: (high[thread] - low[thread]) / (many - few) for thread in high}
        rows.append((f"user instructions per request, 1 KB, {name}",
                     f"{each['requests']:,.0f} (whole process {sum(each.values()):,.0f})", f"<= {bar:,}", each["requests"] <= bar))
    return rows


def first_event(port, key, model, count):
    body = json.dumps({"model": model, "stream": True, "messages": [{"role": "user", "content": "hello"}]}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    times = []
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            start = time.perf_counter()
            s.sendall(head + body)
            got = s.recv(65536)
            while b"data:" not in got:
                got += s.recv(65536)
            times.append((time.perf_counter() - start) * 1e6)
            while not got.endswith(b"0\r\n\r\n"):
                got += s.recv(65536)
    return times


def scenario_first_event(stage, quick):
    gateway = stage.gateway()
    count = 200 if quick else 1000
    direct, added = [], {"same dialect": [], "translated": []}
    models = {"same dialect": "mock/gpt-4o", "translated": "mock-anthropic/claude-haiku-4-5"}
    for _ in range(3):
        direct += first_event(stage.mock_port, stage.key, "gpt-4o", count)
        for name, model in models.items():
            added[name] += first_event(stage.port, stage.key, model, count)
    stage.end(gateway)
    base = statistics.median(direct)
    rows = []
    for name, times in added.items():
        slow = sum(1 for t in times if t > 20_000)
        over = statistics.median(times) - base
        rows.append((f"added time to the first event, p50, {name}", f"{over:.0f} us over {base:.0f} us; {slow} of {len(times)} above 20 ms",
                     "<= 150 us", over <= 150 and slow == 0))
    return rows


def scenario_large(stage, quick):
    gateway = stage.gateway()
    before = rss_mib(gateway.pid)
    each, rate = wrk(stage, stage.port, gateway.pid, 2 if quick else 5, "mock/gpt-4o", 300_000, 4)
    routed, _ = wrk(stage, stage.port, gateway.pid, 2 if quick else 5, "auto", 300_000, 4)
    time.sleep(7)
    after = rss_mib(gateway.pid)
    stage.end(gateway)
    return [("300 KB prompt, requests for each CPU second, named", f"{1e6 / each:,.0f}", ">= 2,000", 1e6 / each >= 2000),
            ("300 KB prompt, requests for each CPU second, routed", f"{1e6 / routed:,.0f}", ">= 2,000", 1e6 / routed >= 2000),
            ("RSS after 300 KB load over before", f"{after:.1f} / {before:.1f} MiB = {after / before:.2f}x", "<= 1.5x", after <= 1.5 * before)]


def scenario_start(stage, quick):
    times, idle = [], []
    for _ in range(3 if quick else 7):
        start = time.perf_counter()
        gateway = stage.spawn("0,1", [BINARY, "serve", "--port", str(stage.port)], stage.env)
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=2)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.0005)
        times.append((time.perf_counter() - start) * 1e3)
        time.sleep(0.5)
        idle.append(rss_mib(gateway.pid))
        stage.end(gateway)
    return [("start to first 200 (with process creation)", f"{statistics.median(times):.1f} ms", "<= 30 ms", statistics.median(times) <= 30),
            ("idle RSS", f"{statistics.median(idle):.1f} MiB", "<= 12 MiB", statistics.median(idle) <= 12)]


async def paced_stream(port, key, frames):
    body = json.dumps({"model": "mock/gpt-4o", "stream": True,
                       "messages": [{"role": "user", "content": f"[[mock: events={frames} event-delay=250]]"}]}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    got = b""
    while not got.endswith(b"0\r\n\r\n"):
        piece = await reader.read(65536)
        if not piece:
            break
        got += piece
    writer.close()
    return all(b'"content":"token%d "' % i in got for i in range(frames)) and b"[DONE]" in got


def scenario_streams(stage, quick):
    count, frames = (500, 10) if quick else (2000, 20)
    gateway = stage.gateway()
    before = rss_mib(gateway.pid)
    peak = 0

    async def all_streams():
        nonlocal peak
        tasks = []
        for _ in range(count):
            tasks.append(asyncio.create_task(paced_stream(stage.port, stage.key, frames)))
            await asyncio.sleep(0.0005)
        await asyncio.sleep(2)
        peak = rss_mib(gateway.pid)
        return sum(await asyncio.gather(*tasks))

    whole = asyncio.run(all_streams())
    stage.end(gateway)
    return [(f"{count:,} concurrent paced streams, whole ones", f"{whole:,}; {(peak - before) * 1024 / count:.1f} KiB each", "all", whole == count)]


SCENARIOS = {"cpu": scenario_cpu, "instructions": scenario_instructions, "first-event": scenario_first_event, "large": scenario_large,
             "start": scenario_start, "streams": scenario_streams}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(SCENARIOS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(folder)
        try:
            for name in options.only.split(","):
                rows += SCENARIOS[name](stage, options.quick)
        finally:
            stage.close()
    if options.json:
        print(json.dumps([{"what": w, "figure": f, "bar": b, "met": bool(ok)} for w, f, b, ok in rows]))
        return
    print("| what | figure | bar | met |\n|---|---|---|---|")
    for what, figure, bar, ok in rows:
        print(f"| {what} | {figure} | {bar} | {'yes' if ok else 'no'} |")


main()
