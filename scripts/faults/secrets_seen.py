"""Where tokens, keys and passwords may be seen: on standard output, in the user's own private files, and nowhere else."""
import base64
import contextlib
import glob
import json
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import time

from harness import KEYS, NOT_FOUND, PROGRAM, REGISTRY, WHOLE, Home, Skipped, check

NOBODY = 65534
PASSWORD = "a-Password-that-1s-rare"
LOGIN = json.dumps({"ServerURL": "registry.example", "Username": "me", "Secret": PASSWORD})


def spellings(secret):
    """A secret as it is, and as other layers would write it."""
    text = secret.encode()
    return [text, base64.b64encode(text).rstrip(b"="), text.hex().encode(), base64.b64encode(b"AWS:" + text).rstrip(b"=")[8:]]


def assert_absent(secret, where, data):
    for spelling in spellings(secret):
        assert spelling not in data, f"a secret stands in {where}"


def outputs(emulator):
    """Every verb and command, in good and bad times, with the log on: what is printed beside the answer holds no secret."""
    key, secret_key = KEYS["123456789012"]
    with Home(emulator, AWS_ECR_LOG="debug") as home:
        log = os.path.join(home.path, "log")
        home.environment["AWS_ECR_LOG_FILE"] = log
        home.write(".docker/config.json", json.dumps({"auths": {"ghcr.io": {"auth": base64.b64encode(f"me:{PASSWORD}".encode()).decode()}}}))
        said = []

        def run(*arguments, **options):
            answer = home.run(*arguments, **options)
            said.append((arguments, answer))
            return answer

        token = run("get", stdin=REGISTRY).token
        run("get", stdin=REGISTRY)
        run("store", stdin=LOGIN)
        run("store", stdin=LOGIN[:-1])
        run("list")
        run("erase", stdin="registry.example")
        run("explain", REGISTRY)
        run("doctor", REGISTRY, "--as", "docker")
        run("doctor", REGISTRY, "--as", "docker", "--json")
        run("cache", "list")
        run("setup", "docker", "--registry", REGISTRY, "--dry-run")
        run("setup", "docker", "--registry", REGISTRY, "--yes", "--json")
        run("setup", "docker", "--undo")
        for fault in ({"kind": "garbage"}, {"kind": "error", "code": "AccessDeniedException", "message": f"not with {secret_key}"}, {"kind": "status", "status": 500}):
            home.run("cache", "clear")
            emulator.reset()
            emulator.fault(service="ecr", times=9, **fault)
            run("get", stdin=REGISTRY)
        emulator.reset()
        for arguments, answer in said:
            is_answer = arguments == ("get",) and answer.code == 0
            for secret in (token, secret_key, PASSWORD):
                # What a server says is passed on, so the one that quotes our own key is the exception that proves the test.
                if secret == secret_key and "not with" in answer.stderr:
                    continue
                assert_absent(secret, f"stderr of {arguments[0]}", answer.stderr.encode())
                if not is_answer:
                    assert_absent(secret, f"stdout of {' '.join(arguments)}", answer.stdout.encode())
        for name, data in home.files().items():
            assert_absent(secret_key, f"~/{name}", b"" if name == "log" and b"not with" in data else data)
            if not name.startswith((".ecr/tokens-v1", ".ecr/logins-v1")):
                assert_absent(token, f"~/{name}", data)
        assert stat.S_IMODE(os.stat(log).st_mode) == 0o600, oct(os.stat(log).st_mode)
        return f"{len(said)} runs"


@contextlib.contextmanager
def waiting(emulator, home, program=PROGRAM, **options):
    """A get that waits for ECR; gone at the end, whatever came in between."""
    before = emulator.calls()
    emulator.fault(service="ecr", kind="delay", milliseconds=1500)
    with subprocess.Popen([program, "get"], env=home.environment, cwd=home.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options) as running:
        try:
            running.stdin.write(REGISTRY.encode())
            running.stdin.close()
            deadline = time.monotonic() + 10
            while emulator.calls() == before:
                assert time.monotonic() < deadline and running.poll() is None, "ECR was not asked"
                time.sleep(0.01)
            yield running
        finally:
            running.kill()


def assert_may_look():
    """Only a root that may trace sees another user's process, and a namespace may have no other user."""
    if os.getuid():
        raise Skipped("it needs root")
    try:
        with subprocess.Popen(["sleep", "9"], user=NOBODY) as other:
            try:
                os.readlink(f"/proc/{other.pid}/fd/0")
            finally:
                other.kill()
    except OSError as error:
        raise Skipped(f"nobody here sees another user's process: {error.strerror}") from None


def process(emulator):
    """While it waits for ECR: argument list, descriptors, limits and what another user may read of the process."""
    assert_may_look()
    with Home(emulator) as home:
        program = shutil.copy(PROGRAM, home.path)
        os.chown(home.path, NOBODY, -1)
        with waiting(emulator, home, program, user=NOBODY) as running:
            secret_key = KEYS["123456789012"][1]
            base = f"/proc/{running.pid}"
            for name in ("cmdline", "comm", "limits", "status", "maps", "stat"):
                with open(f"{base}/{name}", "rb") as file:
                    data = file.read()
                assert_absent(secret_key, f"/proc/PID/{name}", data)
                if name == "limits":
                    core = next(line for line in data.decode().splitlines() if line.startswith("Max core file size"))
                    assert core.split()[4:6] == ["0", "0"], f"it could leave a core file: {core}"
            # The kernel gives such files to root, so that no other process of the user reads the memory.
            assert os.stat(f"{base}/mem").st_uid == 0 != os.stat(home.path).st_uid, "another process of the user may read its memory"
            threads = [open(path, "rb").read() for path in glob.glob(f"{base}/task/*/comm")]
            assert threads, "no threads"
            links = [os.readlink(link) for link in glob.glob(f"{base}/fd/*")]
            assert not [link for link in links if link.startswith(("/tmp/", "/dev/shm")) and not link.startswith(home.path)], links
            output = running.stdout.read()
            assert running.wait(20) == 0 and json.loads(output)["Secret"], output


def aborted(home, running):
    """What is new in the home after the signal that would write a core file."""
    before = set(home.files())
    running.send_signal(signal.SIGABRT)
    code = running.wait(20)
    assert code == -signal.SIGABRT, f"ended with {code}, not by the signal"
    return sorted(set(home.files()) - before)


def no_core_file(emulator):
    """Ended by a signal that would write a core file, it leaves none where it runs, and another program does."""
    def unlimited():
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    with Home(emulator) as home:
        with subprocess.Popen(["sleep", "9"], cwd=home.path, preexec_fn=unlimited) as other:
            if not aborted(home, other):
                raise Skipped("no program leaves a core file where it runs: see core_pattern and the hard limit")
        with waiting(emulator, home, preexec_fn=unlimited) as running:
            left = aborted(home, running)
            assert not left, left


def umasks(emulator):
    """Whatever the umask, what holds a secret is for its user alone."""
    every = range(0o1000)
    for umask in every if WHOLE else random.Random(4711).sample(every, 20):
        with Home(emulator) as home:
            def run(*arguments, stdin=""):
                return home.run(*arguments, stdin=stdin, under=["sh", "-c", f'umask {umask:03o} && exec "$@"', "sh"])

            answer = run("get", stdin=REGISTRY)
            assert answer.code == 0, f"umask {umask:03o}: {answer}"
            answer = run("store", stdin=LOGIN)
            assert answer.code == 0 or umask & 0o700, f"umask {umask:03o}: {answer}"
            exported = run("export", REGISTRY, "--output", "auth.json")
            assert exported.code == 0 or umask & 0o700, f"umask {umask:03o}: {exported}"
            for directory, names, files in os.walk(home.path):
                for name in names:
                    mode = stat.S_IMODE(os.stat(os.path.join(directory, name)).st_mode)
                    assert mode & 0o077 == 0 or name == ".docker", f"umask {umask:03o}: {name} has {mode:o}"
                for name in files:
                    mode = stat.S_IMODE(os.stat(os.path.join(directory, name)).st_mode)
                    assert mode & 0o177 == 0, f"umask {umask:03o}: {name} has {mode:o}"


def closed_output(emulator):
    """An answer that cannot be written is no answer on another descriptor."""
    with Home(emulator) as home:
        answer = home.run("get", stdin=REGISTRY, under=["sh", "-c", 'exec "$@" >&-', "sh"])
        assert answer.code == 1 and answer.stdout == "", answer
        token = home.get().token
        assert token and token not in answer.stderr
        full = home.run("get", stdin=REGISTRY, under=["sh", "-c", 'exec "$@" >/dev/full', "sh"])
        assert full.code == 1 and token not in full.stderr, full


def other_hosts(emulator):
    """Names that look like ECR's: no token, no call, nothing on stderr."""
    before = emulator.calls("*")
    names = [
        f"{REGISTRY}.evil.com", f"evil.com/{REGISTRY}", f"https://{REGISTRY}@evil.com", f"https://evil.com@{REGISTRY}", f"http://{REGISTRY}",
        f"{REGISTRY}:0", f"{REGISTRY}:99999", f"{REGISTRY}\\.evil.com", f"{REGISTRY}%2eevil.com", f"{REGISTRY}#.evil.com", "123456789012.dkr.ecr.us-east-1.amazonaws.com.",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com.cn", "123456789012.dkr.ecr.s3-website-us-east-1.amazonaws.com", "12345678901.dkr.ecr.us-east-1.amazonaws.com",
        "123456789012.d\u212ar.ecr.us-east-1.amazonaws.com", "\uff11\uff12\uff1345678901\uff12.dkr.ecr.us-east-1.amazonaws.com", "xn--dkr.ecr.us-east-1.amazonaws.com",
        "public.ecr.aws.evil.com", "evil-public.ecr.aws", "ssh://" + REGISTRY, "https:/" + REGISTRY, "//" + REGISTRY, f"{REGISTRY}\t.evil.com",
    ]
    with Home(emulator) as home:
        for name in names:
            answer = home.run("get", stdin=name)
            assert (answer.code, answer.stdout) == (1, NOT_FOUND), f"{name!r}: {answer}"
    assert emulator.calls("*") == before, "somebody was asked"
    return f"{len(names)} names"


def tests(emulator):
    check("secrets: what is printed, logged and kept", outputs, emulator)
    check("secrets: what /proc tells of the process", process, emulator)
    check("secrets: no core file", no_core_file, emulator)
    check("secrets: modes under every umask", umasks, emulator)
    check("secrets: an output that cannot be written", closed_output, emulator)
    check("secrets: names that look like ECR's", other_hosts, emulator)
