"""The early start answers what the normal start answers: random environments, configurations, caches and requests, tried
with the program and with one that was built with -p:EarlyGet=false."""
import base64
import json
import os
import random
import re
import subprocess
import tempfile
import time

from harness import REGISTRY, WHOLE, Home, calls_made, check, skip

ROUNDS = 20_000 if WHOLE else 250
# A hit without the runtime makes about 40; the start of the runtime alone makes more than this.
MOST_CALLS_OF_A_HIT = 70

VARIABLES = {
    "AWS_PROFILE": ["p", "ü", "a b", ""],
    "AWS_DEFAULT_PROFILE": ["q"],
    "AWS_ROLE_ARN": ["arn:aws:iam::1:role/x\ty"],
    "AWS_CONFIG_FILE": ["~/c", "rel", "/dev/null", "~", "~//x", "$HOME/c"],
    "AWS_PAGER": ["x"],
    "AWS_ZZ": ["1", "", "=", "a=b"],
    "AWS_ECR_CACHE_DIR": ["~/cache", "rel", "~", "/", "~/.ecr/"],
    "AWS_ECR_DISABLE_CACHE": ["", "1"],
    "AWS_ECR_LOG": ["debug", "x"],
    "HOME": ["", "/nonexistent", None],
}
REQUESTS = [REGISTRY] * 40 + [
    REGISTRY.upper(), "https://" + REGISTRY, "HTTPS://" + REGISTRY + "/v2/", "http://" + REGISTRY, REGISTRY + ":443", REGISTRY + ":444",
    REGISTRY + ":443:443", REGISTRY + "/r?x", REGISTRY + "?x/y", "u@" + REGISTRY, REGISTRY + ".", "é" + REGISTRY, REGISTRY.replace("k", "\u212a"),
    "public.ecr.aws", "alias.example.com", "alias.example.com:443", "", "{}",
]
ENDS = ["\n"] * 40 + ["", "\r\n", " \n", "\n\n", "\t\n", "\0", " x\n", "\nabc", '"\n', "\\\n", "\n" * 1100, " " * 3000, "/" + "r" * 2000]
STARTS = [""] * 30 + [" ", "\ufeff", "\n", "\t"]


def secret(seconds, length):
    token = {"payload": "A" * length, "datakey": "x", "version": "2", "type": "DATA_KEY", "expiration": int(time.time()) + seconds}
    return base64.b64encode(json.dumps(token).encode()).decode()


def fill(home, choose):
    """Puts configuration, an entry, and sometimes damage into a home."""
    if choose.random() < 0.7:
        home.write(".aws/config", "[default]\nregion=eu-west-1\n" * choose.choice([1, 1, 1, 0, 6000]))
    if choose.random() < 0.3:
        home.write(".ecr/config", f"[alias.example.com]\nregistry = {REGISTRY}\n")
    if choose.random() < 0.1:
        os.makedirs(home.path + "/.aws", exist_ok=True)
        choose.choice([os.mkfifo, os.mkdir])(home.path + "/.aws/credentials")
    host = choose.choice([REGISTRY] * 20 + ["public.ecr.aws", "alias.example.com"])
    login = {"ServerURL": host, "Username": choose.choice(["AWS"] * 20 + ['A"W', "A\\W", "ü"]),
             "Secret": secret(choose.choice([43_000] * 12 + [900, -5]), choose.choice([10, 900, 3_000, 20_000]))}
    # The debug log keeps the early start out of the way of what is only prepared here.
    home.run("store", stdin=json.dumps(login), AWS_ECR_STORE_ECR_LOGINS="true", AWS_ECR_LOG="x")


def damage(home, choose):
    """Does something to the cache; only what a user, a disk or another program could do."""
    directory = home.path + "/.ecr/tokens-v1"
    entries = [name for name in os.listdir(directory) if len(name) == 32] if os.path.isdir(directory) else []
    if not entries or choose.random() < 0.6:
        return
    entry, aside = os.path.join(directory, entries[0]), home.path + "/aside"
    with open(entry, "rb") as file:
        content = bytearray(file.read())
    changed = bytearray(content)
    changed[choose.randrange(len(content))] ^= 1 << choose.randrange(8)

    def rewrite(data):
        with open(entry, "wb") as file:
            file.write(data)

    def append(path, data):
        with open(path, "ab") as file:
            file.write(data)

    choose.choice([
        lambda: rewrite(changed),
        lambda: rewrite(content[:choose.randrange(len(content))]),
        lambda: rewrite(content + b"\n"),
        lambda: rewrite(b""),
        lambda: rewrite(content + b"x" * 600_000),
        lambda: (os.rename(entry, aside), os.symlink(aside, entry)),
        lambda: os.link(entry, aside),
        lambda: (os.remove(entry), os.mkdir(entry)),
        lambda: (os.remove(entry), os.mkfifo(entry)),
        lambda: os.chmod(entry, 0o666),
        lambda: os.chmod(directory, choose.choice([0o755, 0o770, 0o500, 0o2700])),
        lambda: (os.rename(directory, aside), os.symlink(aside, directory)),
        lambda: append(directory + "/seed", b"x"),
        lambda: append(home.write(".aws/config", ""), b"#"),
        lambda: os.utime(entry, (0, 0)),
    ])()


def shape(files):
    """Their names, without keys: a damaged seed is replaced by one that no other run has."""
    return sorted(re.sub("[0-9a-f]{32}|lock-[0-9a-f]+", "KEY", name) for name in files)


def same(other):
    served = 0
    for seed in range(ROUNDS):
        choose = random.Random(seed)
        with Home(AWS_ACCESS_KEY_ID="AKIDEXAMPLE000000001", AWS_SECRET_ACCESS_KEY="x", AWS_MAX_ATTEMPTS="1",
                  AWS_ENDPOINT_URL="http://127.0.0.1:9") as home:
            fill(home, choose)
            damage(home, choose)
            variables = {name: choose.choice(values) for name, values in VARIABLES.items() if choose.random() < 0.04}
            request = choose.choice(STARTS) + choose.choice(REQUESTS) + choose.choice(ENDS)
            with tempfile.TemporaryDirectory(prefix="faults-") as kept:
                copy = ["cp", "-a", "--", home.path + "/.", kept]
                subprocess.run(copy, check=True)
                before = home.files()
                early = home.run("get", stdin=request, **variables)
                after = home.files()
                home.clear()
                subprocess.run(["cp", "-a", "--", kept + "/.", home.path], check=True)
            normal = home.run("get", stdin=request, under=["sh", "-c", f'shift; exec {other} "$@"', "sh"], **variables)
            what = f"round {seed}, {variables}, {request[:100]!r}:\n{early}\n{normal}"
            assert (early.code, early.stdout) == (normal.code, normal.stdout), what
            assert shape(after) == shape(home.files()), f"other files: {what}"
            if early.code == 0:
                served += 1
                assert after == before, f"a hit changed a file: {what}"
    assert served > ROUNDS // 10, f"only {served} of {ROUNDS} were hits"
    return f"{ROUNDS} rounds, {served} hits"


def is_early(emulator):
    """The cases above would agree if nothing ever were early."""
    with Home(emulator) as home:
        assert home.get().code == 0
        answer, calls = calls_made(home, "all", "get", stdin=REGISTRY, below="/")
        assert answer.code == 0 and len(calls) <= MOST_CALLS_OF_A_HIT, f"{len(calls)} calls: {calls}"
        return f"{len(calls)} system calls"


def tests(emulator):
    other = os.environ.get("PROGRAM_WITHOUT_EARLY_GET")
    if other:
        check("early: the same answers as without the early start", same, other)
    else:
        skip("early: the same answers as without the early start", "PROGRAM_WITHOUT_EARLY_GET names no such build")
    check("early: a hit does not start the runtime", is_early, emulator)
