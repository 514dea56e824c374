"""SIGKILL before any system call: the next one finds a cache that can be read, no lock, no rest, an old or a new file.

What is on the disk changes at calls that change something; killed before each of those and behind the last, a program has
been through every state that a kill at any call can leave. WHOLE=yes goes through every call none the less.
"""
import json
import os

from harness import REGISTRY, WHOLE, Home, calls_made, check, step

OLD_CONFIG = '{"auths": {"ghcr.io": {"auth": "bWU6cHc="}}}\n'
LOGIN = json.dumps({"ServerURL": "registry.example", "Username": "me", "Secret": "a-secret"})


def calls_of(home, mode, *arguments, stdin=""):
    """How many calls a run makes that nobody kills."""
    answer, calls = calls_made(home, mode, *arguments, stdin=stdin)
    assert answer.code == 0, answer
    return len(calls)


def no_rest(home):
    left = [name for name in home.files() if "/.tmp-" in "/" + name or name.endswith((".new", ".tmp"))]
    assert not left, f"left behind: {left}"


def stepped(home, prepare, arguments, stdin, judge):
    """Kills before every call in turn; `judge` looks at what is there and what the next run makes of it."""
    mode = "all" if WHOLE else "changing"
    home.clear()
    prepare()
    expected = calls_of(home, mode, *arguments, stdin=stdin)
    kills = survived = 0
    # A run with several threads makes a few calls more or less each time, on a busy machine many: the end is where run
    # after run survives.
    while survived < (12 if WHOLE else 2):
        number = kills + survived + 1
        home.clear()
        prepare()
        ended = home.run(*arguments, stdin=stdin, under=step("-b", home.path, "-m", mode, "-k", number))
        assert ended.code in (0, 137), f"call {number}: {ended}"
        kills, survived = (kills + survived + 1, 0) if ended.code == 137 else (kills, survived + 1)
        try:
            judge(ended)
        except AssertionError as error:
            raise AssertionError(f"killed before call {number} of about {expected}: {error}") from None
    assert kills >= expected / 2, f"only {kills} of about {expected} runs were killed"
    return f"{kills} kills"


def killed_get(emulator):
    with Home(emulator) as home:
        def judge(_):
            home.get().is_token_or_failure()
            before = emulator.calls()
            again = home.get().is_token_or_failure()
            assert again.code == 0, again
            assert emulator.calls() == before, "what was fetched behind the kill was not kept"
            no_rest_after_a_day(home)
        return stepped(home, lambda: None, ["get"], REGISTRY, judge)


def no_rest_after_a_day(home):
    """What a killed process left goes with the next run on the slow way that finds it old enough."""
    rests = [os.path.join(home.path, name) for name in home.files() if "/.tmp-" in name]
    for rest in rests:
        os.utime(rest, (0, 0))
    other = home.get("123456789012.dkr.ecr.eu-west-1.amazonaws.com")
    assert other.code == 0, other
    no_rest(home)


def killed_refresh(emulator):
    with Home(emulator) as home:
        def due():
            # A token whose renewal time has come, made by another time of day.
            assert home.get(under=step("-t", -10 * 3600)).code == 0

        def judge(_):
            answer = home.get().is_token_or_failure()
            assert answer.code == 0, answer
        return stepped(home, due, ["get"], REGISTRY, judge)


def killed_store(_):
    with Home() as home:
        earlier = LOGIN.replace("a-secret", "earlier")

        def judge(_):
            answer = home.get("registry.example")
            assert answer.code == 0 and json.loads(answer.stdout)["Secret"] in ("a-secret", "earlier"), answer
            assert home.run("store", stdin=LOGIN).code == 0
            assert json.loads(home.get("registry.example").stdout)["Secret"] == "a-secret"
        return stepped(home, lambda: home.run("store", stdin=earlier), ["store"], LOGIN, judge)


def killed_first_store(_):
    with Home() as home:
        def judge(ended):
            answer = home.get("registry.example")
            assert answer.code == 0 or ended.code == 137, answer
            assert home.run("store", stdin=LOGIN).code == 0
            assert json.loads(home.get("registry.example").stdout)["Secret"] == "a-secret"
        return stepped(home, lambda: None, ["store"], LOGIN, judge)


def killed_erase(_):
    with Home() as home:
        def judge(_):
            assert home.run("erase", stdin="registry.example").code == 0
            assert home.get("registry.example").code == 1
        return stepped(home, lambda: home.run("store", stdin=LOGIN), ["erase"], "registry.example", judge)


def killed_ecr_erase(emulator):
    with Home(emulator) as home:
        def judge(_):
            assert home.run("erase", stdin=REGISTRY).code == 0
            before = emulator.calls()
            assert home.get().code == 0 and emulator.calls() == before + 1
        return stepped(home, lambda: home.get(), ["erase"], REGISTRY, judge)


def killed_setup(_):
    setup = ["setup", "docker", "--no-check", "--yes", "--registry", REGISTRY]
    with Home() as home:
        path = os.path.join(home.path, ".docker", "config.json")

        def prepare():
            home.write(".docker/config.json", OLD_CONFIG)

        prepare()
        assert home.run(*setup).code == 0
        with open(path, encoding="utf-8") as file:
            new = file.read()

        def judge(_):
            with open(path, encoding="utf-8") as file:
                now = file.read()
            assert now in (OLD_CONFIG, new), f"neither the old nor the new file: {now!r}"
            again = home.run(*setup)
            assert again.code == 0, again
            with open(path, encoding="utf-8") as file:
                assert file.read() == new
            # Not "/.tmp-": what setup leaves has names of its own.
            assert sorted(os.listdir(os.path.dirname(path))) == ["config.json", "config.json.before-ecr-login"], os.listdir(os.path.dirname(path))
            undone = home.run("setup", "docker", "--undo")
            assert undone.code == 0, undone
            with open(path, encoding="utf-8") as file:
                assert file.read() == OLD_CONFIG
        return stepped(home, prepare, setup, "", judge)


CONFIG_TOML = """concurrent = 4 # ours

[[runners]]
  name = "r0"
  executor = "docker"
  environment = ["A=1"]
  [runners.docker]
    image = "alpine"
"""


def killed_runner_setup(_):
    with Home() as home:
        path = os.path.join(home.path, "etc", "config.toml")
        setup = ["setup", "gitlab-runner", "--no-check", "--yes", "--write", "config-toml", "--runner-config", path, "--runner-home", home.path, "--registry", REGISTRY]

        def prepare():
            home.write("etc/config.toml", CONFIG_TOML)

        prepare()
        first = home.run(*setup)
        assert first.code == 0, first
        with open(path, encoding="utf-8") as file:
            new = file.read()
        assert "DOCKER_AUTH_CONFIG" in new

        def judge(_):
            with open(path, encoding="utf-8") as file:
                now = file.read()
            assert now in (CONFIG_TOML, new), f"neither the old nor the new file: {now!r}"
            assert home.run(*setup).code == 0
            undone = home.run(*setup[:2], "--undo", *setup[6:10])
            assert undone.code == 0, undone
            with open(path, encoding="utf-8") as file:
                assert file.read() == CONFIG_TOML
        return stepped(home, prepare, setup, "", judge)


def tests(emulator):
    check("killed: a cold get", killed_get, emulator)
    check("killed: a get that renews", killed_refresh, emulator)
    check("killed: a first store", killed_first_store, emulator)
    check("killed: a store in place of another", killed_store, emulator)
    check("killed: an erase", killed_erase, emulator)
    check("killed: an erase of an ECR token", killed_ecr_erase, emulator)
    check("killed: setup docker", killed_setup, emulator)
    check("killed: setup gitlab-runner into config.toml", killed_runner_setup, emulator)
