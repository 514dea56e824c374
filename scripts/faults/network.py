"""Servers, resolvers and proxies that misbehave at each phase: every get ends within its deadline, with a line that helps."""
import base64
import contextlib
import os
import re
import select
import socket
import threading
import time

from harness import KEYS, REGISTRY, Emulator, Home, at_once, check, skip

DEADLINE = 2
# Beside the deadline: the start of a process on a busy machine.
GRACE = 2.5
API = "api.ecr.us-east-1.amazonaws.com"
ADDRESS = "127.30.0.9"
PROXY_USER, PROXY_PASSWORD = "build", "Pr0xy-Pass/word"


@contextlib.contextmanager
def server(talk, backlog=50):
    """A TCP server on loopback that does `talk(connection)` in a thread for each; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
    connections = []

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=quietly, args=(talk, connection), daemon=True).start()

    def quietly(what, connection):
        with contextlib.suppress(OSError):
            what(connection)

    if talk:
        threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for connection in connections:
            connection.close()


def silence(connection):
    """Takes everything and says nothing, until the other side goes."""
    while connection.recv(65536):
        pass


def says(*parts, pause=0.0):
    def talk(connection):
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        silence(connection)
    return talk


def drips(head):
    """A header, then a byte of the body now and then, so that something always comes."""
    def talk(connection):
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(b" ")
            time.sleep(0.2)
    return talk


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 5000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
PHASES = {
    "no answer to the connection's first bytes": (silence, "http"),
    "half a status line": (says(b"HTTP/1.1 2"), "http"),
    "half a header": (says(b"HTTP/1.1 200 OK\r\nContent-Type: appl"), "http"),
    "a header without an end": (lambda c: [c.recv(65536), c.sendall(b"HTTP/1.1 200 OK\r\n")] and [c.sendall(b"X-%d: y\r\n" % i) for i in range(10**6)], "http"),
    "no body": (says(HEAD), "http"),
    "half a body": (says(HEAD, b'{"authorizationData":[{"authoriz'), "http"),
    "a body that drips": (drips(HEAD), "http"),
    "chunks without an end": (lambda c: [c.recv(65536), c.sendall(CHUNKED)] and [c.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n") for _ in range(10**6)], "http"),
    "something that is not HTTP": (says(b"220 mail.example.com ESMTP\r\n"), "http"),
    "a TLS handshake without an answer": (silence, "https"),
    "half a TLS record": (says(b"\x16\x03\x03\x10\x00\x02\x00"), "https"),
    "a TLS alert": (says(b"\x15\x03\x03\x00\x02\x02\x28"), "https"),
    "plain HTTP where TLS is spoken": (says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "https"),
}


def fails_in_time(answer, pattern=None):
    answer.is_token_or_failure()
    assert answer.code == 1, answer
    assert answer.seconds < DEADLINE + GRACE, f"took {answer.seconds:.1f} s: {answer}"
    assert "; hint: " in answer.stderr, f"no hint: {answer}"
    assert pattern is None or re.search(pattern, answer.stderr), f"should match {pattern}: {answer}"


def with_role(home):
    """STS is asked before ECR: the registry's own map names a role on top of the keys."""
    home.write(".ecr/config", f"[{REGISTRY}]\nrole_arn = arn:aws:iam::123456789012:role/pull\n")


def phase(emulator, service, talk, scheme):
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home, server(talk) as port:
        if service == "sts":
            with_role(home)
        home.environment["AWS_ENDPOINT_URL_" + service.upper()] = f"{scheme}://127.0.0.1:{port}"
        fails_in_time(home.get())


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
        fails_in_time(home.get(), "time|answer")
        for filler in fillers:
            filler.close()


FAULTS = {
    "throttles": {"kind": "throttle", "times": -1},
    "answers 500": {"kind": "status", "status": 500, "times": -1},
    "answers 503 in HTML": {"kind": "status", "status": 503, "times": -1, "body": "<html>busy</html>", "contentType": "text/html"},
    "cuts the connection": {"kind": "close", "times": -1},
    "hangs": {"kind": "hang", "times": -1},
    "answers with half a body": {"kind": "truncate", "times": -1},
    "answers with noise": {"kind": "garbage", "times": -1},
    "answers with nothing": {"kind": "empty", "times": -1},
    "redirects elsewhere": {"kind": "redirect", "location": "https://169.254.169.254/", "times": -1},
    "redirects to itself": {"kind": "redirect", "location": "/", "times": -1},
    "answers with a gzip bomb": {"kind": "gzip-bomb", "times": -1},
    "answers with 100 MB": {"kind": "huge", "times": -1},
    "refuses": {"kind": "error", "code": "AccessDeniedException", "times": -1},
}


def fault(emulator, service, how):
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home:
        if service == "sts":
            with_role(home)
        emulator.reset()
        emulator.fault(service=service, **how)
        # A hundred megabytes must not be taken in: the limit of file-backed and private memory is what a small job has.
        under = ["sh", "-c", 'ulimit -d 200000; exec "$@"', "sh"] if how["kind"] in ("gzip-bomb", "huge") else ()
        fails_in_time(home.get(under=under))
    emulator.reset()


def once(emulator, how):
    """What goes wrong once is tried again, and nobody notices."""
    with Home(emulator) as home:
        emulator.reset()
        emulator.fault(service="ecr", **(how | {"times": 1}))
        answer = home.get().is_token_or_failure()
        assert answer.code == 0, answer
    emulator.reset()


def expiry(emulator):
    """A token whose end is in the past, or decades away: handed out, but neither kept for ever nor kept at all."""
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
        later = home.get(under=[os.environ["STEP"], "-t", str(13 * 3600), "--"])
        assert later.code == 0 and later.token != long.token, "a token is relied on for longer than ECR's twelve hours"


def slow_but_right(emulator):
    with Home(emulator, AWS_ECR_TIMEOUT="6") as home:
        emulator.reset()
        emulator.fault(service="ecr", kind="delay", milliseconds=3000)
        answer = home.get().is_token_or_failure()
        assert answer.code == 0 and answer.seconds > 2.9, answer


def other_account(emulator):
    """Under its own name, ECR answers for another registry: something stands between, and its token is not taken."""
    with real_names(emulator) as home:
        emulator.fault(service="ecr", kind="other-account", account="999999999999")
        fails_in_time(home.get(), "999999999999")


@contextlib.contextmanager
def real_names(emulator, **variables):
    """The API under its own name and port, with the test's own CA; only inside the sandbox."""
    emulator.reset()
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE), AWS_ENDPOINT_URL=None, AWS_CA_BUNDLE=os.environ["CA"], **variables) as home:
        home.environment.pop("AWS_ENDPOINT_URL", None)
        yield home
    emulator.reset()


def wrong_certificates(emulator):
    with real_names(emulator) as home:
        assert home.get().code == 0, "with the right certificate it works"
        home.clear()
        home.environment["AWS_CA_BUNDLE"] = os.environ["OTHER_CA"]
        fails_in_time(home.get(), "certificate")
        home.environment["AWS_CA_BUNDLE"] = os.environ["CA"]
        # A name that the certificate does not have.
        home.environment["AWS_ENDPOINT_URL"] = f"https://{ADDRESS}"
        fails_in_time(home.get(), "certificate|name")


def silent_resolver(emulator):
    """resolv.conf names a server that takes questions and never answers."""
    with open("/etc/resolv.conf", "w", encoding="utf-8") as file:
        file.write("nameserver 127.30.0.53\noptions timeout:5 attempts:2\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.30.0.53", 53))
        with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE), AWS_ENDPOINT_URL="https://nowhere.example") as home:
            home.environment["AWS_ENDPOINT_URL"] = "https://nowhere.example"
            fails_in_time(home.get(), "time|answer|resolve|name")


def resolver_that_refuses(emulator):
    """Nobody listens where resolv.conf points."""
    with open("/etc/resolv.conf", "w", encoding="utf-8") as file:
        file.write("nameserver 127.30.0.54\n")
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE)) as home:
        home.environment["AWS_ENDPOINT_URL"] = "https://nowhere.example"
        fails_in_time(home.get(), "nowhere.example")


def connect_proxy(log, wants_password=False, after=None):
    """A forward proxy that knows CONNECT; `after` talks in place of the tunnel."""
    def talk(connection):
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(65536)
            if not got:
                return
            head += got
        request = head.split(b"\r\n")[0].decode()
        given = re.search(rb"(?im)^proxy-authorization: basic (.*)\r$", head)
        user = base64.b64decode(given.group(1)).decode() if given else None
        log.append((request, user))
        if wants_password and user != f"{PROXY_USER}:{PROXY_PASSWORD}":
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n")
            return talk(connection)
        if after:
            return after(connection)
        host, port = request.split()[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as upstream:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pair = {connection: upstream, upstream: connection}
            while True:
                for readable in select.select(list(pair), [], [])[0]:
                    data = readable.recv(65536)
                    if not data:
                        return
                    pair[readable].sendall(data)
    return talk


def proxies(emulator):
    log = []
    with server(connect_proxy(log)) as port, real_names(emulator) as home:
        home.environment["HTTPS_PROXY"] = f"http://127.0.0.1:{port}"
        assert home.get().is_token_or_failure().code == 0
        assert log == [(f"CONNECT {API}:443 HTTP/1.1", None)], log
        home.clear()
        home.environment["NO_PROXY"] = ".amazonaws.com"
        assert home.get().is_token_or_failure().code == 0
        assert len(log) == 1, "NO_PROXY was not obeyed"


def proxy_with_password(emulator):
    log = []
    quoted = PROXY_PASSWORD.replace("/", "%2F")
    with server(connect_proxy(log, wants_password=True)) as port, real_names(emulator) as home:
        home.environment["HTTPS_PROXY"] = f"http://{PROXY_USER}:{quoted}@127.0.0.1:{port}"
        answer = home.get().is_token_or_failure()
        assert answer.code == 0, answer
        assert log[-1][1] == f"{PROXY_USER}:{PROXY_PASSWORD}", "the password did not arrive"
        home.clear()
        home.environment["HTTPS_PROXY"] = f"http://{PROXY_USER}:wrong-{quoted}@127.0.0.1:{port}"
        refused = home.get()
        fails_in_time(refused, "proxy|407")
        assert PROXY_PASSWORD not in refused.stderr and quoted not in refused.stderr, refused
        home.environment["HTTPS_PROXY"] = f"http://127.0.0.1:{port}"
        fails_in_time(home.get(), "proxy|407")


def broken_proxies(emulator):
    cases = {
        "hangs": silence,
        "hangs behind the tunnel's opening": lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")] and silence(c),
        "answers 502": lambda c: c.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
        "answers 403": lambda c: c.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
        "talks of something else in the tunnel": lambda c: c.sendall(b"HTTP/1.1 200 OK\r\n\r\n<html>please sign in</html>"),
    }
    for name, talk in cases.items():
        with server(connect_proxy([], after=talk)) as port, real_names(emulator) as home:
            home.environment["HTTPS_PROXY"] = f"http://{PROXY_USER}:{PROXY_PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}"
            answer = home.get()
            try:
                fails_in_time(answer)
            except AssertionError as error:
                raise AssertionError(f"a proxy that {name}: {error}") from None
            assert "Pr0xy" not in answer.stderr, answer


def in_sandbox():
    """Tests that need names and ports of their own: hosts, resolv.conf and port 443 are the sandbox's."""
    with Emulator("--https", "443", "--listen", ADDRESS, "--dns", API, "--ca-out", os.environ["CA"]) as emulator, \
            Emulator("--https", "0", "--listen", ADDRESS, "--ca-out", os.environ["OTHER_CA"]):
        check("network: wrong certificates", wrong_certificates, emulator)
        check("network: a token of another account", other_account, emulator)
        check("network: a proxy, and NO_PROXY", proxies, emulator)
        check("network: a proxy with a password", proxy_with_password, emulator)
        check("network: proxies that fail", broken_proxies, emulator)
        check("network: a resolver that is silent", silent_resolver, emulator)
        check("network: a resolver that is not there", resolver_that_refuses, emulator)


def tests(emulator):
    # They wait, mostly, and each has a server of its own.
    phases = [(service, name, talk, scheme) for service in ("ecr", "sts") for name, (talk, scheme) in PHASES.items()]

    def one(i):
        service, name, talk, scheme = phases[i]
        check(f"network: {service}: {name}", phase, emulator, service, talk, scheme)

    at_once(len(phases), one, workers=4)
    for service in ("ecr", "sts"):
        check(f"network: {service}: a connection that is never accepted", full_backlog, emulator, service)
        for name, how in FAULTS.items():
            check(f"network: {service} {name}", fault, emulator, service, how)
    for name in ("throttles", "answers 500", "cuts the connection", "answers with half a body"):
        check(f"network: ecr {name} once", once, emulator, FAULTS[name])
    check("network: an answer that is late, but in time", slow_but_right, emulator)
    check("network: ends in the past and decades away", expiry, emulator)
    if os.environ.get("SANDBOX") == "yes":
        in_sandbox()
    else:
        skip("network: names, certificates, proxies, resolvers", os.environ.get("SANDBOX") or "no namespaces")
