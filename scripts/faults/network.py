"""Servers that misbehave at each phase of an answer: every get ends within its deadline, with a line that helps."""
import socket
import time

from harness import REGISTRY, Home, at_once, check, step
from servers import DEADLINE, LATE, endless, fails_in_time, says, server, silence

CUT = "closed the connection.*; hint: try again"
NOT_HTTP = "the response of .* is not HTTP: .*; hint: check the endpoint"
NO_TLS = "no TLS connection to 127.*; hint: check that the endpoint supports TLS"
TOO_LARGE = "larger than 1024 KiB.*; hint: check the endpoint"
NOT_AWS = "(ECR|STS) returned an invalid response to .*; hint: .*captive portals"

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 5000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
PHASES = {
    "no answer to the connection's first bytes": (silence, "http", LATE),
    "half a status line": (says(b"HTTP/1.1 2"), "http", LATE),
    "half a header": (says(b"HTTP/1.1 200 OK\r\nContent-Type: appl"), "http", LATE),
    "a header without an end": (endless(b"HTTP/1.1 200 OK\r\n", b"X-Header: y\r\n"), "http", NOT_HTTP),
    "no body": (says(HEAD), "http", LATE),
    "half a body": (says(HEAD, b'{"authorizationData":[{"authoriz'), "http", LATE),
    "a body that drips": (endless(HEAD, b" ", pause=0.2), "http", LATE),
    "chunks without an end": (endless(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"), "http", TOO_LARGE),
    "something that is not HTTP": (says(b"220 mail.example.com ESMTP\r\n"), "http", NOT_HTTP),
    "a TLS handshake without an answer": (silence, "https", LATE),
    "half a TLS record": (says(b"\x16\x03\x03\x10\x00\x02\x00"), "https", LATE),
    "a TLS alert": (says(b"\x15\x03\x03\x00\x02\x02\x28"), "https", NO_TLS),
    "plain HTTP where TLS is spoken": (says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "https", NO_TLS),
}


def with_role(home):
    """STS is asked before ECR: the registry's own map names a role on top of the keys."""
    home.write(".ecr/config", f"[{REGISTRY}]\nrole_arn = arn:aws:iam::123456789012:role/pull\n")


def phase(emulator, service, talk, scheme, pattern):
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home, server(talk) as port:
        if service == "sts":
            with_role(home)
        home.environment["AWS_ENDPOINT_URL_" + service.upper()] = f"{scheme}://127.0.0.1:{port}"
        fails_in_time(home.get(), pattern)


def full_backlog(emulator, service):
    """A connection that is never accepted: the kernel's queue is full, and packets are dropped."""
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home, server(None, backlog=0) as port:
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        time.sleep(0.2)
        if service == "sts":
            with_role(home)
        home.environment["AWS_ENDPOINT_URL_" + service.upper()] = f"http://127.0.0.1:{port}"
        fails_in_time(home.get(), LATE)
        for filler in fillers:
            filler.close()


FAULTS = {
    # AWS's client waits between its attempts, by chance for longer than the deadline.
    "throttles": ({"kind": "throttle"}, f"throttled .*; hint: try again in a minute|{LATE}"),
    "answers 500": ({"kind": "status", "status": 500}, "failed with status 500: InternalFailure: .*; hint: try again"),
    "answers 503 in HTML": ({"kind": "status", "status": 503, "body": "<html>busy</html>", "contentType": "text/html"}, "failed with status 503.*; hint: try again"),
    "cuts the connection": ({"kind": "close"}, CUT),
    "hangs": ({"kind": "hang"}, LATE),
    "answers with half a body": ({"kind": "truncate"}, CUT),
    "answers with noise": ({"kind": "garbage"}, NOT_AWS),
    "answers with nothing": ({"kind": "empty"}, NOT_AWS),
    "answers with a page": ({"kind": "body", "body": "<!doctype html><p>please sign in", "contentType": "text/html"}, NOT_AWS),
    # AWS's client does not say of STS that it was a redirect.
    "redirects elsewhere": ({"kind": "redirect", "location": "https://169.254.169.254/"}, f"returned a redirect.*captive portals|{NOT_AWS}"),
    "redirects to itself": ({"kind": "redirect", "location": "/"}, f"returned a redirect.*captive portals|{NOT_AWS}"),
    "answers with a gzip bomb": ({"kind": "gzip-bomb"}, NOT_AWS),
    "answers with 100 MB": ({"kind": "huge"}, TOO_LARGE),
    "refuses": ({"kind": "error", "code": "AccessDeniedException"}, "denied .*: The call is refused.*; hint: .*allow"),
}


def fault(emulator, service, how, pattern):
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home:
        if service == "sts":
            with_role(home)
        emulator.reset()
        emulator.fault(service=service, times=-1, **how)
        # A hundred megabytes must not be taken in: the limit of file-backed and private memory is what a small job has.
        under = ["sh", "-c", 'ulimit -d 200000; exec "$@"', "sh"] if how["kind"] in ("gzip-bomb", "huge") else ()
        fails_in_time(home.get(under=under), pattern)
    emulator.reset()


def once(emulator, how):
    """What goes wrong once is tried again, and nobody notices."""
    with Home(emulator) as home:
        emulator.reset()
        emulator.fault(service="ecr", **how)
        answer = home.get().is_token_or_failure()
        assert answer.code == 0, answer
    emulator.reset()


def expiry(emulator):
    """A token whose end is in the past is handed out and not kept; one whose end is decades away is kept, for no longer than ECR's twelve hours."""
    with Home(emulator) as home:
        emulator.reset()
        emulator.fault(service="ecr", kind="delay", seconds=-13 * 3600, times=1)
        first = home.get().is_token_or_failure()
        assert first.code == 0, first
        second = home.get()
        assert second.code == 0 and second.token != first.token, "an expired token was kept"
        home.clear()
        emulator.fault(service="ecr", kind="delay", seconds=60 * 365 * 86400, times=1)
        long = home.get().is_token_or_failure()
        assert long.code == 0 and home.get().token == long.token, long
        listed = home.run("cache", "list")
        assert listed.code == 0, listed
        later = home.get(under=step("-t", 13 * 3600))
        assert later.code == 0 and later.token != long.token, "a token is relied on for longer than ECR's twelve hours"


def slow_but_right(emulator):
    with Home(emulator, AWS_ECR_TIMEOUT="6") as home:
        emulator.reset()
        emulator.fault(service="ecr", kind="delay", milliseconds=3000)
        answer = home.get().is_token_or_failure()
        assert answer.code == 0 and answer.seconds > 2.9, answer


def tests(emulator):
    # They wait, mostly, and each has a server of its own.
    phases = [(service, name, *case) for service in ("ecr", "sts") for name, case in PHASES.items()]

    def one(i):
        service, name, *case = phases[i]
        check(f"network: {service}: {name}", phase, emulator, service, *case)

    at_once(len(phases), one, workers=4)
    for service in ("ecr", "sts"):
        check(f"network: {service}: a connection that is never accepted", full_backlog, emulator, service)
        for name, (how, pattern) in FAULTS.items():
            check(f"network: {service} {name}", fault, emulator, service, how, pattern)
    for name in ("throttles", "answers 500", "cuts the connection", "answers with half a body"):
        check(f"network: ecr {name} once", once, emulator, FAULTS[name][0])
    check("network: an answer that is late, but in time", slow_but_right, emulator)
    check("network: ends in the past and decades away", expiry, emulator)
