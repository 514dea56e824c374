"""Many gets at once, of many registries: every answer, the calls they cost, their time and memory."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "faults"))
from harness import KEYS, PROGRAM, Emulator, check, sum_up  # noqa: E402

API = "api.ecr.us-east-1.amazonaws.com"
WORK = os.environ["WORK"]
ACCESS_KEY, SECRET_KEY = next(iter(KEYS.values()))


def account_of(number):
    return f"{123456789012 + number:012d}"


def host_of(number):
    return f"{account_of(number)}.dkr.ecr.us-east-1.amazonaws.com"


def burst(program, home, gets, registries):
    """Starts all, lets them go together, and returns seconds, peaks in KiB and (number, code, stdout, stderr) of each."""
    gate, release = os.pipe()
    where = os.path.join(WORK, "burst")
    os.makedirs(where)
    environment = {"HOME": home, "PATH": "/usr/bin:/bin", "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    started = []
    for i in range(gets):
        paths = [os.path.join(where, f"{i}.{what}") for what in ("in", "out", "err", "peak")]
        with open(paths[0], "w") as text:
            text.write(host_of(i % registries))
        with open(paths[0]) as given, open(paths[1], "w") as out, open(paths[2], "w") as err:
            process = subprocess.Popen([os.environ["PEAK"], str(gate), paths[3], program, "get"],
                                       stdin=given, stdout=out, stderr=err, env=environment, pass_fds=[gate])
        started.append((i, process, paths))
    os.close(gate)
    time.sleep(0.5)
    begin = time.monotonic()
    os.close(release)
    codes = [process.wait() for _, process, _ in started]
    seconds = time.monotonic() - begin
    answers, peaks = [], []
    for (i, _, paths), code in zip(started, codes):
        answers.append((i % registries, code, open(paths[1]).read(), open(paths[2]).read()))
        peaks.append(int(open(paths[3]).read()))
    shutil.rmtree(where)
    return seconds, peaks, answers


def wrong_answers(emulator, answers):
    owners, wrong = {}, []
    for number, code, out, err in answers:
        token = json.loads(out).get("Secret") if code == 0 else None
        if token and token not in owners:
            owners[token] = emulator.owner(token)
        if not token or not owners[token] or owners[token][0] != account_of(number):
            wrong.append(f"{host_of(number)}: exit {code}, {err.strip()[:200]}")
    return wrong


def measure(emulator, name, program, home, gets, registries):
    before = emulator.calls()
    seconds, peaks, answers = burst(program, home, gets, registries)
    calls = emulator.calls() - before
    wrong = wrong_answers(emulator, answers)
    print(f"| {name} | {gets - len(wrong)} | {calls} | {seconds:.2f} | {max(peaks) / 1024:.1f} | {sum(peaks) / 1024:.0f} |", flush=True)
    return calls, wrong


def is_right(emulator, name, home, gets, registries, expected):
    calls, wrong = measure(emulator, f"{name}, ours", PROGRAM, home, gets, registries)
    assert not wrong, "\n".join(wrong)
    assert calls == expected, f"{calls} calls, expected {expected}"
    return f"{calls} calls"


def main(gets, registries, reference):
    with Emulator("--https", "443", "--listen", "127.30.0.9", "--dns", API, "--ca-out", os.environ["CA"]) as emulator:
        subprocess.run(["mount", "--bind", os.environ["CA"], "/etc/ssl/certs/ca-certificates.crt"], check=True)
        homes = {who: os.path.join(WORK, who) for who in ("ours", "reference")}
        for home in homes.values():
            os.makedirs(os.path.join(home, ".ecr"))
        print("| what | right answers | API calls | wall, s | largest peak of a process, MiB | sum of the peaks, MiB |\n|---|---|---|---|---|---|")
        for name, expected in (("cold", registries), ("warm", 0)):
            check(f"{gets} {name} gets at once of {registries} registries", is_right, emulator, name, homes["ours"], gets, registries, expected)
            if reference:
                measure(emulator, f"{name}, reference", reference, homes["reference"], gets, registries)
    return sum_up()


sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
