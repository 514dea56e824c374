"""Two builds of the program at once on one cache, as while a machine is updated."""
import json
import os
import re

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


def another_format(emulator, leaf, kind):
    """Another format's leaf beside ours is left alone, and a file of another kind in our own leaf is a miss."""
    with Home(emulator) as home:
        other = f".ecr/{leaf}/0123456789abcdef0123456789abcdef"
        home.write(other, f"{kind}\n")
        os.chmod(home.ecr, 0o700)
        first = home.get()
        assert first.code == 0, first
        [entry] = [name for name in home.files() if re.fullmatch("\\.ecr/tokens-v1/[0-9a-f]{32}", name)]
        # As its version would have written it, but for the digest, which covers the first line, too.
        ours, rest = home.files()[entry].decode().split("\n", 1)
        assert ours == "ecr-token 2", ours
        home.write(entry, f"{kind}\n{rest}")
        again = home.get()
        assert again.code == 0 and again.token != first.token, again
        files = home.files()
        assert files[other].decode() == f"{kind}\n", files[other]
        assert files[entry].startswith(b"ecr-token 2\n"), "the file was not replaced"


def tests(emulator):
    other = os.environ.get("OTHER_PROGRAM")
    if other:
        check("versions: two builds at once on one cache", together, emulator, other)
    else:
        skip("versions: two builds at once on one cache", "OTHER_PROGRAM names no second build")
    check("versions: files of an older format", another_format, emulator, "tokens-v0", "ecr-token 1")
    check("versions: files of a newer format", another_format, emulator, "tokens-v2", "ecr-token 3")
