"""The ledger's promise on the real binary: what survives a kill, a locked database and a restart, and what reports say."""

import datetime
import http.client
import json
import random
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import BINARY, Gateway, wait_until

NAMED = "mock/gpt-4o"
FSYNC_SECONDS = 0.25  # Longer than a busy machine keeps a thread from running.
KILLS = 20
SEED = 20261121


@pytest.fixture
def own_gateway(mock, tmp_path):
    g = Gateway(tmp_path, {"SWITCHYARD_MOCK_URL": mock.url, "SWITCHYARD_LEDGER_FSYNC_MS": str(int(FSYNC_SECONDS * 1000))})
    yield g
    g.stop()


def database(gateway):
    return sqlite3.connect(gateway.folder / "data" / "switchyard.db", timeout=10, isolation_level=None)


def stored(gateway):
    return database(gateway).execute("SELECT count(*) FROM ledger").fetchone()[0]


def journal_files(gateway):
    return sorted((gateway.folder / "data" / "ledger").iterdir())


class Load(threading.Thread):
    """Asks over one connection until the gateway is gone; keeps when each request was answered."""

    def __init__(self, gateway):
        super().__init__()
        self.gateway, self.answered = gateway, {}
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=20)
        body = json.dumps({"model": NAMED, "messages": [{"role": "user", "content": "a b c"}]})
        headers = {"Authorization": f"Bearer {self.gateway.key}", "content-type": "application/json"}
        try:
            while True:
                connection.request("POST", "/v1/chat/completions", body, headers)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
                self.answered[answer.headers["x-request-id"]] = time.monotonic()
        except (OSError, http.client.HTTPException):
            connection.close()


def ask(gateway, times=1, model=NAMED):
    for _ in range(times):
        assert gateway.post("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": "a b c"}]})[0] == 200


def rows(gateway, *options):
    return json.loads(gateway.run("report", "usage", "--json", *options))


def requests(gateway, *options):
    return sum(row["requests"] for row in rows(gateway, *options))


def test_killed_at_twenty_moments_under_load_it_loses_no_journalled_entry(own_gateway):
    g, rng, promised, answered = own_gateway, random.Random(SEED), set(), 0
    for round_ in range(KILLS):
        load = [Load(g) for _ in range(3)]
        time.sleep(FSYNC_SECONDS + rng.uniform(0.05, 0.35))
        killed = time.monotonic()
        g.stop(signal.SIGKILL)
        for thread in load:
            thread.join()
            answered += len(thread.answered)
            promised |= {id_ for id_, at in thread.answered.items() if at < killed - FSYNC_SECONDS}
        if round_ + 1 < KILLS:
            g.start()
    assert len(promised) > 2 * KILLS, "the load is real"
    reported = requests(g)  # From the database and the journal, as the last kill left them.
    g.start()
    assert wait_until(lambda: stored(g) == reported)
    assert g.stop() == 0
    with database(g) as db:
        ids = {row[0] for row in db.execute("SELECT id FROM ledger")}
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert promised <= ids, f"{len(promised - ids)} of {len(promised)} are lost"
    assert len(ids) == reported, "the report before the replay saw what the replay brought"
    assert len(ids) <= answered + 3 * KILLS, "an entry for each request at most: those answered, and one a connection at the kill"
    assert journal_files(g) == [], "nothing is left, and nothing was set aside as damaged"


def test_a_locked_database_delays_no_answer_and_its_entries_arrive_later(own_gateway):
    with database(own_gateway) as lock:
        lock.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        ask(own_gateway, 20)
        assert time.monotonic() - begun < 5
        assert requests(own_gateway) <= 20
        assert wait_until(lambda: requests(own_gateway) == 20), "from the journal of the running gateway"
        assert stored(own_gateway) == 0
        lock.execute("COMMIT")
    assert wait_until(lambda: stored(own_gateway) == 20)
    assert requests(own_gateway) == 20


def test_a_report_counts_the_journal_of_a_stopped_gateway_and_leaves_it_alone(own_gateway):
    with database(own_gateway) as lock:
        lock.execute("BEGIN IMMEDIATE")
        ask(own_gateway, 7)
        assert wait_until(lambda: requests(own_gateway) == 7)
        own_gateway.stop(signal.SIGKILL)
        lock.execute("COMMIT")
    before = [(f.name, f.read_bytes()) for f in journal_files(own_gateway)]
    assert before
    assert requests(own_gateway) == requests(own_gateway) == 7
    assert [(f.name, f.read_bytes()) for f in journal_files(own_gateway)] == before
    own_gateway.start()
    assert wait_until(lambda: stored(own_gateway) == 7)
    assert requests(own_gateway) == 7


def test_a_report_by_each_group_and_range(own_gateway):
    ask(own_gateway, 3)
    ask(own_gateway, 1, "mock/gpt-4o-mini")
    assert wait_until(lambda: requests(own_gateway) == 4)
    assert {row["model"]: row["requests"] for row in rows(own_gateway)} == {"gpt-4o": 3, "gpt-4o-mini": 1}
    assert [row["model"] for row in rows(own_gateway)][0] == "gpt-4o", "the dearest first"
    assert [row["provider"] for row in rows(own_gateway, "--by", "provider")] == ["mock"]
    key_id = json.loads(own_gateway.run("keys", "list", "--json"))[0]["id"]
    assert [row["key"] for row in rows(own_gateway, "--by", "key")] == [key_id]
    [day] = rows(own_gateway, "--by", "day")
    today = day["day"]
    tomorrow = str(datetime.date.fromisoformat(today) + datetime.timedelta(days=1))
    assert requests(own_gateway, "--from", today, "--to", tomorrow) == 4
    assert requests(own_gateway, "--to", today) == requests(own_gateway, "--from", tomorrow) == 0
    assert wait_until(lambda: stored(own_gateway) == 4)
    bounds = database(own_gateway).execute("SELECT min(started_us), max(started_us) FROM ledger").fetchone()
    epoch = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
    at = [(epoch + datetime.timedelta(microseconds=us)).isoformat(timespec="microseconds") for us in bounds]
    assert requests(own_gateway, "--from", at[0]) == 4, "the range holds its first moment"
    assert requests(own_gateway, "--to", at[1]) == 3, "and not its last"
    table = own_gateway.run("report", "usage")
    assert table.splitlines()[0].split()[:3] == ["model", "requests", "errors"] and "gpt-4o-mini" in table


@pytest.mark.parametrize("option, value, words", [
    ("--from", "yesterday", "--from: expected a date (2026-11-21) or a date-time with its zone"),
    ("--to", "2026-02-30", "--to: expected a date"),
    ("--by", "colour", "--by: expected model, provider, key, day or outcome"),
])
def test_a_report_refuses_what_it_does_not_understand(tmp_path, option, value, words):
    done = subprocess.run([BINARY, "report", "usage", option, value], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and words in done.stderr, done.stderr


def test_keys_from_their_first_to_their_last_day(tmp_path):
    def keys(*arguments):
        return subprocess.run([BINARY, "keys", *arguments], env={"SWITCHYARD_DATA_DIR": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True)

    assert json.loads(keys("list", "--json").stdout) == []
    made = json.loads(keys("create", "--name", 'a "laptop"', "--json").stdout)
    assert made["token"].startswith(made["prefix"]) and made["token"].endswith(made["suffix"]) and made["name"] == 'a "laptop"'
    shown = keys("create", "--name", "shown").stdout
    assert "it is not shown again" in shown
    token_only = keys("create", "--token-only").stdout
    assert len(token_only.split()) == 1
    listed = json.loads(keys("list", "--json").stdout)
    assert [k["name"] for k in listed] == ['a "laptop"', "shown", "unnamed"] and all(k["revoked_ms"] is None for k in listed)
    assert made["token"] not in keys("list").stdout + keys("list", "--json").stdout
    rotated = json.loads(keys("rotate", made["id"], "--json").stdout)
    assert rotated["id"] == made["id"] and rotated["token"] != made["token"]
    assert keys("revoke", made["id"][:12]).stdout.startswith("revoked " + made["id"])
    assert keys("revoke", made["id"]).returncode == 0, "a second time changes nothing"
    lines = keys("list").stdout.splitlines()
    assert ["revoked" in line for line in lines] == [True, False, False]
    for arguments, words in ((("rotate", made["id"]), "is revoked"), (("revoke", "key_zzz"), "is not known"), (("revoke", "key_"), "stands for several keys")):
        refused = keys(*arguments)
        assert (refused.returncode, refused.stdout) == (1, "") and words in refused.stderr, arguments
    assert keys("rotate").returncode == keys().returncode == 2
