"""A clock that jumps by hours, both ways, between two runs or in the middle of one."""
import harness
from harness import Home, check, step

HOURS = (-36, -13, -6, -1, 1, 6, 13, 36)


def between(emulator):
    """A token fetched under a wrong clock serves under the right one, or is fetched again; the registry takes each."""
    with Home(emulator) as home:
        for hours in HOURS:
            for first, second in ((hours, 0), (0, hours)):
                home.clear()
                for offset in (first, second, second):
                    answer = home.get(under=step("-t", offset * 3600))
                    assert answer.is_token_or_failure().code == 0, f"{first} h, then {second} h: {answer}"
                    owner = emulator.owner(answer.token)
                    assert owner and owner[0] == "123456789012", f"{first} h, then {second} h: a token that was never issued"
                before = emulator.calls()
                assert home.get(under=step("-t", second * 3600)).code == 0
                assert emulator.calls() == before, f"{first} h, then {second} h: not cached any more"


def beyond_its_life(emulator):
    """However the clock is set, a token that has ended by the time between is never handed out."""
    with Home(emulator) as home:
        first = home.get(under=step("-t", -14 * 3600))
        answer = home.get()
        assert answer.is_token_or_failure().code == 0 and answer.token != first.token, "a token of 14 hours ago was handed out"


def during(emulator):
    """The jump comes at some call in the middle of a cold get."""
    with Home(emulator) as home:
        count = 0
        for hours in (-6, 6, 36):
            for at in (1, 100, 200, 300, 400, 500, 600):
                home.clear()
                answer = home.get(under=step("-t", f"{hours * 3600}@{at}"))
                assert answer.is_token_or_failure().code == 0, f"{hours} h at call {at}: {answer}"
                assert home.get().is_token_or_failure().code == 0
                count += 1
        return f"{count} jumps"


def outage(_):
    """A failure that is remembered for half a minute does not block for hours when the clock goes back."""
    with Home(AWS_ACCESS_KEY_ID="AKIDEXAMPLE000000001", AWS_SECRET_ACCESS_KEY="x", AWS_ENDPOINT_URL="http://127.0.0.1:9") as home:
        failed = home.get(under=step("-t", 6 * 3600))
        assert failed.code == 1, failed
        remembered = home.get(under=step("-t", 6 * 3600))
        assert " ago" in remembered.stderr, f"not answered from the record: {remembered}"
        again = home.get()
        assert again.code == 1 and " ago" not in again.stderr, f"answered from a record of the future: {again}"


def lock(emulator):
    """A wait for another process's call counts by a clock that does not jump."""
    with Home(emulator) as home:
        emulator.fault(service="ecr", kind="delay", milliseconds=1500)
        answers = harness.at_once(4, lambda i: home.get(under=step("-t", f"{(i - 2) * 7200}@{100 * i + 1}")))
        for answer in answers:
            assert answer.is_token_or_failure().code == 0, answer
            assert answer.seconds < 8, answer


def tests(emulator):
    check("clock: hours off before or behind a fetch", between, emulator)
    check("clock: no token beyond its life", beyond_its_life, emulator)
    check("clock: a jump in the middle of a get", during, emulator)
    check("clock: a failure remembered from the future", outage, emulator)
    check("clock: a jump while waiting for another process", lock, emulator)
