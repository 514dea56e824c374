"""Disks that fail: a get answers none the less or says why in one line, what keeps something tells that it could not, nothing is half written."""
import errno
import json
import os

from harness import REGISTRY, WHOLE, Home, at_once, calls_made, check, step
from killed import LOGIN, OLD_CONFIG

ERRORS = ["ENOSPC", "EIO", "EROFS", "EDQUOT", "EMFILE", "EACCES", "EINTR"]


def failing(home, prepare, arguments, stdin, judge, mode="touching"):
    """Fails every call that touches the home, each with every error, one at a time."""
    home.clear()
    prepare()
    _, calls = calls_made(home, mode, *arguments, stdin=stdin)
    assert calls, "nothing touches the disk"
    count = 0
    for number, name, path in calls:
        for error in ERRORS if WHOLE or mode == "changing" else ERRORS[number % 2::2]:
            home.clear()
            prepare()
            answer = home.run(*arguments, stdin=stdin, under=step("-b", home.path, "-m", mode, "-f", f"{number}:{getattr(errno, error)}"))
            count += 1
            try:
                assert answer.code in (0, 1), answer
                assert "   at " not in answer.stderr, answer
                judge(answer)
            except AssertionError as failure:
                raise AssertionError(f"{error} at call {number}, {name} {path.replace(home.path, '~')}: {failure}") from None
    return f"{count} failures"


def get(emulator):
    """A get that may not use its cache still answers. Where the configuration cannot be read it says so."""
    with Home(emulator) as home:
        home.write(".aws/config", "[default]\nregion = us-east-1\n")
        config = {name: data.decode() for name, data in home.files().items()}

        def prepare():
            for name, text in config.items():
                home.write(name, text)

        def judge(answer):
            answer.is_token_or_failure()
            after = home.get().is_token_or_failure()
            assert after.code == 0, f"the get behind it: {after}"

        return failing(home, prepare, ["get"], REGISTRY, judge)


def cached_get(emulator):
    with Home(emulator) as home:
        def judge(answer):
            answer.is_token_or_failure()
            assert home.get().code == 0
        return failing(home, lambda: home.get(), ["get"], REGISTRY, judge)


def cache_that_cannot_be_written(emulator):
    """Every write fails, all the way: the token is handed out, and stderr stays empty."""
    with Home(emulator) as home:
        for error in ERRORS[:4]:
            for first in (1, 3, 5):
                home.clear()
                answer = home.get(under=step("-b", home.ecr, "-m", "changing", "-f", f"{first}:{getattr(errno, error)}:1000"))
                assert answer.code == 0, f"{error}: {answer}"
                answer.is_token_or_failure()


def store(_):
    with Home() as home:
        earlier = LOGIN.replace("a-secret", "earlier")

        def judge(answer):
            found = home.get("registry.example")
            assert found.code == 0, f"the earlier login is lost: {found}"
            secret = json.loads(found.stdout)["Secret"]
            # Told to have worked, it has; told to have failed, either is left, whole.
            assert secret == "a-secret" if answer.code == 0 else secret in ("earlier", "a-secret"), (answer.code, secret)
            if answer.code:
                assert answer.stdout.count("\n") == 1, answer
            assert "a-secret" not in answer.stdout + answer.stderr

        return failing(home, lambda: home.run("store", stdin=earlier), ["store"], LOGIN, judge, "changing")


def erase(_):
    with Home() as home:
        def judge(answer):
            if answer.code == 0:
                assert home.get("registry.example").code == 1, "told to be gone, it is still there"
        return failing(home, lambda: home.run("store", stdin=LOGIN), ["erase"], "registry.example", judge, "changing")


def setup(_):
    command = ["setup", "docker", "--no-check", "--yes", "--registry", REGISTRY]
    with Home() as home:
        path = os.path.join(home.path, ".docker", "config.json")

        def read():
            with open(path, encoding="utf-8") as file:
                return file.read()

        def prepare():
            home.write(".docker/config.json", OLD_CONFIG)

        prepare()
        assert home.run(*command).code == 0
        new = read()

        def judge(answer):
            now = read()
            assert now in (OLD_CONFIG, new), f"neither the old nor the new file: {now!r}"
            assert answer.code or now == new, f"told to be written, it is not: {answer}"
            if answer.code:
                assert len(answer.stderr.strip().splitlines()) == 1 and "Exception" not in answer.stderr, answer
            again = home.run(*command)
            assert again.code == 0 and read() == new, again
        return failing(home, prepare, command, "", judge, "changing")


def without_locks(emulator):
    """flock(2) that is not there, as on some network file systems: many at once still all have their answer."""
    with Home(emulator) as home:
        _, calls = calls_made(home, "changing", "get", stdin=REGISTRY)
        locks = [number for number, name, _ in calls if name == "flock"]
        assert locks, calls
        for error in ("ENOLCK", "ENOSYS", "EOPNOTSUPP"):
            home.clear()
            under = step("-b", home.path, "-m", "changing", "-f", f"{locks[0]}:{getattr(errno, error)}")
            for answer in at_once(10, lambda _: home.get(under=under)):
                assert answer.is_token_or_failure().code == 0, answer
            before = emulator.calls()
            assert home.get().code == 0 and emulator.calls() == before, "the cache is not intact"


def slow(emulator):
    """Every call into the cache takes 30 ms more, as over a far network file system."""
    with Home(emulator) as home:
        under = step("-b", home.ecr, "-m", "touching", "-d", 30)
        before = emulator.calls()
        for answer in at_once(8, lambda _: home.get(under=under)):
            assert answer.is_token_or_failure().code == 0, answer
        assert emulator.calls() == before + 1, f"{emulator.calls() - before} calls of ECR"
        warm = home.get(under=under)
        assert warm.code == 0 and warm.seconds < 3, warm


def writes_nowhere_else(emulator):
    """No verb makes, changes or removes anything outside the cache's own directory."""
    for arguments, stdin in ((["get"], REGISTRY), (["store"], LOGIN), (["get"], "registry.example"), (["erase"], "registry.example"), (["erase"], REGISTRY), (["list"], "")):
        with Home(emulator) as home:
            home.get()
            # What the terminal or a pipe of ours gets is no file.
            _, calls = calls_made(home, "changing", *arguments, stdin=stdin, below="/")
            outside = [call for call in calls if not call[2].startswith((home.ecr, "/dev/null", "/proc/self/", "/memfd:", "/sys/fs/cgroup"))]
            assert not outside, f"{arguments[0]}: {outside}"


def tests(emulator):
    check("disk: a get with every call failing once", get, emulator)
    check("disk: a cached get with every call failing once", cached_get, emulator)
    check("disk: a cache that cannot be written costs no answer", cache_that_cannot_be_written, emulator)
    check("disk: a store with every change failing once", store, emulator)
    check("disk: an erase with every change failing once", erase, emulator)
    check("disk: a setup with every change failing once", setup, emulator)
    check("disk: without locks", without_locks, emulator)
    check("disk: slow", slow, emulator)
    check("disk: nothing is written outside the cache", writes_nowhere_else, emulator)
