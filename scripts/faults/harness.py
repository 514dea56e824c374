"""What the tests of faults share: a line a test, an emulated AWS, a home of its own for each, and the program under test."""
import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

PROGRAM = os.environ["PROGRAM"]
STEP = os.environ["STEP"]
EMULATOR = os.environ["EMULATOR"]
WHOLE = os.environ.get("WHOLE") == "yes"

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
KEYS = {
    "123456789012": ("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
}
NOT_FOUND = "credentials not found in native keychain\n"
# A get gives up after so many seconds by itself; tests that wait for that set less.
TIMEOUT = 30

_passed = _failed = _skipped = 0
_one_at_a_time = threading.Lock()


class Skipped(Exception):
    """What this machine or this user lacks for a test."""


def check(name, test, *arguments):
    """Runs a test; what it raises is what is wrong."""
    global _passed, _failed
    started = time.monotonic()
    error = said = None
    try:
        said = test(*arguments)
    except Skipped as why:
        skip(name, why)
        return
    except Exception as raised:  # whatever it is, the other tests go on
        error = f"{raised}\n{'' if isinstance(raised, AssertionError) else traceback.format_exc()}"
    with _one_at_a_time:
        if error:
            _failed += 1
            print(f"FAIL  {name}")
            for line in error.strip().splitlines()[:40]:
                print("     ", line[:300])
        else:
            _passed += 1
            print(f"ok    {name}{f' ({said})' if said else ''} [{time.monotonic() - started:.1f} s]")
        sys.stdout.flush()


def skip(name, reason):
    global _skipped
    with _one_at_a_time:
        _skipped += 1
        print(f"skip  {name} ({reason})", flush=True)


def sum_up():
    print(f"{_passed} passed, {_failed} failed" + (f", {_skipped} skipped" if _skipped else ""))
    return 0 if _failed == 0 and _passed + _skipped > 0 else 1


class Emulator:
    """ECR, STS and the rest on loopback, in a process of its own."""

    def __init__(self, *options):
        self._process = subprocess.Popen(["dotnet", EMULATOR, "--http", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                         stdin=subprocess.DEVNULL, text=True)
        self.https = None
        wanted = 2 if "--https" in options else 1
        while wanted:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the emulator did not start")
            if line.startswith("listening http:"):
                self.http = line.split()[1]
                wanted -= 1
            elif line.startswith("listening https:"):
                self.https = line.split()[1]
                wanted -= 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def _ask(self, path, body=None):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.http + "/_emulator/" + path, body, timeout=30) as answer:
            return answer.read().decode()

    def fault(self, **fault):
        self._ask("faults", json.dumps(fault).encode())

    def reset(self):
        self._ask("reset", b"")

    def calls(self, service="ecr"):
        return int(self._ask(f"calls/count?service={service}"))

    def owner(self, token):
        """The account that a token opens and the ARN that got it; None for one that was never issued."""
        try:
            return tuple(self._ask("token", token.encode()).split(" ", 1))
        except urllib.error.HTTPError:
            return None


class Answer:
    def __init__(self, code, stdout, stderr, seconds):
        self.code, self.stdout, self.stderr, self.seconds = code, stdout, stderr, seconds

    @property
    def token(self):
        return json.loads(self.stdout)["Secret"] if self.code == 0 else None

    def is_token_or_failure(self, registry=REGISTRY):
        """The contract of `get`: one JSON object, or the not-found line and one line with the cause; nothing in between."""
        if self.code == 0:
            answer = json.loads(self.stdout)
            assert set(answer) == {"ServerURL", "Username", "Secret"} and answer["ServerURL"] == registry, self
            assert answer["Username"] == "AWS" and len(answer["Secret"]) > 100 and self.stdout.endswith("}\n"), self
            assert self.stderr == "", self
        else:
            assert self.code == 1 and self.stdout == NOT_FOUND, self
            assert re.fullmatch(r"docker-credential-ecr-login: [^\n]+\n", self.stderr), self
            assert "   at " not in self.stderr and "Exception" not in self.stderr, self
            assert hide(self.stderr) == self.stderr, f"something like a token stands in an error: {self}"
        return self

    def __str__(self):
        return f"exit {self.code} after {self.seconds:.1f} s, stdout {hide(self.stdout)!r}, stderr {hide(self.stderr)!r}"


def hide(text):
    return re.sub(r"[A-Za-z0-9+/=]{100,}", "TOKEN", text)


class Home:
    """A user who has used nothing yet; `with Home(emulator) as home`."""

    def __init__(self, emulator=None, **variables):
        self.path = tempfile.mkdtemp(prefix="faults-")
        self.environment = {"HOME": self.path, "PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
        if emulator:
            key, secret = KEYS["123456789012"]
            self.environment |= {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": emulator.http}
        self.environment |= {name: value for name, value in variables.items() if value is not None}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A umask may have left a user who is not root without rights.
        subprocess.run(["chmod", "-R", "u+rwx", self.path], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def ecr(self):
        return os.path.join(self.path, ".ecr")

    def run(self, *arguments, stdin="", under=(), timeout=TIMEOUT, **variables):
        """The program with arguments; `under` is what it is started by."""
        started = time.monotonic()
        environment = {name: value for name, value in (self.environment | variables).items() if value is not None}
        try:
            done = subprocess.run([*under, PROGRAM, *arguments], input=stdin.encode(), env=environment, cwd=self.path, timeout=timeout,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{' '.join(arguments)} did not end within {timeout} s") from None
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode(), time.monotonic() - started)

    def get(self, registry=REGISTRY, **options):
        return self.run("get", stdin=registry, **options)

    def files(self):
        """Every regular file below the home by its path; opening a FIFO would wait for a writer."""
        found = {}
        for directory, _, names in os.walk(self.path):
            for path in (os.path.join(directory, name) for name in names):
                if os.path.isfile(path):
                    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
                        found[os.path.relpath(path, self.path)] = file.read()
        return found

    def clear(self):
        for name in os.listdir(self.path):
            path = os.path.join(self.path, name)
            shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)

    def write(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def step(*options):
    """The command under which system calls are counted, failed or killed; see step.c."""
    return [STEP, *map(str, options), "--"]


def calls_made(home, mode, *arguments, stdin="", below=None, **variables):
    """The system calls of a run, each `(number, name, path)`."""
    with tempfile.NamedTemporaryFile("r", prefix="faults-trace-", encoding="utf-8", errors="replace") as trace:
        answer = home.run(*arguments, stdin=stdin, under=step("-b", below or home.path, "-m", mode, "-o", trace.name), **variables)
        calls = [tuple((line.rstrip("\n").split(" ", 2) + [""])[:3]) for line in trace]
    return answer, [(int(number), name, path) for number, name, path in calls]


def at_once(count, work, workers=None):
    """`work(i)` for each of them, many at a time; the first that raises, raises here."""
    with concurrent.futures.ThreadPoolExecutor(workers or count) as pool:
        return list(pool.map(work, range(count)))
