"""Two builds of the program at once on one cache, as while a machine is updated."""
import json
import os

from harness import REGISTRY, Home, at_once, check, skip
from killed import LOGIN


def together(emulator, other):
    with Home(emulator) as home:
        def swapped(i, *arguments, **options):
            start = 'exec "$@"' if i % 2 else f'shift; exec {other} "$@"'
            return home.run(*arguments, under=["sh", "-c", start, "sh"], **options)

        emulator.reset()
        answers = at_once(40, lambda i: swapped(i, "get", stdin=REGISTRY))
        tokens = {answer.is_token_or_failure().token for answer in answers}
        assert len(tokens) == 1 and None not in tokens, "different answers"
        assert emulator.calls() == 1, f"{emulator.calls()} calls of ECR"
        for i in range(4):
            assert swapped(i, "store", stdin=LOGIN.replace("a-secret", f"secret-{i}")).code == 0
            found = swapped(i + 1, "get", stdin="registry.example")
            assert found.code == 0 and json.loads(found.stdout)["Secret"] == f"secret-{i}", found
        assert swapped(0, "erase", stdin=REGISTRY).code == 0
        assert swapped(1, "get", stdin=REGISTRY).token not in tokens, "erased by one, still there for the other"
        assert emulator.calls() == 2


def from_the_future(emulator):
    """A leaf of a later format beside ours is left alone, and what ours cannot read in its own leaf is a miss."""
    with Home(emulator) as home:
        home.write(".ecr/tokens-v2/0123456789abcdef0123456789abcdef", "ecr-token 2\n")
        os.chmod(home.ecr, 0o700)
        first = home.get()
        assert first.code == 0, first
        leaf = os.path.join(home.ecr, "tokens-v1")
        [entry] = [name for name in os.listdir(leaf) if len(name) == 32]
        home.write(f".ecr/tokens-v1/{entry}", "ecr-token 9\nregistry x\n")
        os.chmod(os.path.join(leaf, entry), 0o600)
        again = home.get()
        assert again.code == 0 and again.token != first.token, again
        assert home.files()[".ecr/tokens-v2/0123456789abcdef0123456789abcdef"] == b"ecr-token 2\n"


def tests(emulator):
    other = os.environ.get("OTHER_PROGRAM")
    if other:
        check("versions: two builds at once on one cache", together, emulator, other)
    else:
        skip("versions: two builds at once on one cache", "OTHER_PROGRAM names no second build")
    check("versions: files of another format", from_the_future, emulator)
