"""Under AWS's own names, on port 443 and with the machine's resolver: certificates, another account's answer, proxies, resolvers."""
import base64
import contextlib
import os
import re
import select
import socket

from harness import Emulator, Home, check, skip, step
from servers import DEADLINE, LATE, fails_in_time, server, silence

API = "api.ecr.us-east-1.amazonaws.com"
ADDRESS = "127.30.0.9"
PROXY_USER, PROXY_PASSWORD = "build", "Pr0xy-Pass/word"


@contextlib.contextmanager
def real_names(emulator):
    """The API under its own name and port, with the test's own CA; only inside the sandbox."""
    emulator.reset()
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE), AWS_CA_BUNDLE=os.environ["CA"]) as home:
        del home.environment["AWS_ENDPOINT_URL"]
        yield home
    emulator.reset()


def other_account(emulator):
    """Under its own name, ECR answers for another registry: something stands between, and its token is not taken."""
    with real_names(emulator) as home:
        emulator.fault(service="ecr", kind="other-account", account="999999999999")
        fails_in_time(home.get(), "a token for 999999999999.*; hint: .*captive portals")


def wrong_certificates(emulator):
    with real_names(emulator) as home:
        assert home.get().code == 0, "with the right certificate it works"
        home.clear()
        # In a year the emulator's have ended.
        fails_in_time(home.get(under=step("-t", 365 * 86400)), "certificate of .* is not trusted: it expired .*; hint: ")
        home.environment["AWS_CA_BUNDLE"] = os.environ["OTHER_CA"]
        fails_in_time(home.get(), "certificate of .* is not trusted: its issuer .*; hint: .*AWS_CA_BUNDLE")
        home.environment["AWS_CA_BUNDLE"] = os.environ["CA"]
        # A name that the certificate does not have.
        home.environment["AWS_ENDPOINT_URL"] = f"https://{ADDRESS}"
        fails_in_time(home.get(), "certificate of 127.30.0.9 is not trusted: it is for .*; hint: check the endpoint's name")


def silent_resolver(emulator):
    """resolv.conf names a server that takes questions and never answers."""
    with open("/etc/resolv.conf", "w", encoding="utf-8") as file:
        file.write("nameserver 127.30.0.53\noptions timeout:5 attempts:2\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.bind(("127.30.0.53", 53))
        with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE), AWS_ENDPOINT_URL="https://nowhere.example") as home:
            fails_in_time(home.get(), LATE)


def resolver_that_refuses(emulator):
    """Nobody listens where resolv.conf points."""
    with open("/etc/resolv.conf", "w", encoding="utf-8") as file:
        file.write("nameserver 127.30.0.54\n")
    with Home(emulator, AWS_ECR_TIMEOUT=str(DEADLINE), AWS_ENDPOINT_URL="https://nowhere.example") as home:
        fails_in_time(home.get(), "the name of nowhere.example.* cannot be resolved.*; hint: check the name")


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
        fails_in_time(refused, "the proxy .* did not accept the user name and password.*407.*; hint: set HTTPS_PROXY")
        assert PROXY_PASSWORD not in refused.stderr and quoted not in refused.stderr, refused
        home.environment["HTTPS_PROXY"] = f"http://127.0.0.1:{port}"
        fails_in_time(home.get(), "the proxy .* requires a user name and password.*407.*; hint: set HTTPS_PROXY")


def broken_proxies(emulator):
    cases = {
        "hangs": (silence, LATE),
        "closes the connection": (lambda c: c.shutdown(socket.SHUT_RDWR), "the proxy .* closed the connection.*; hint: check HTTPS_PROXY"),
        "hangs behind the tunnel's opening": (lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\n\r\n")] and silence(c), LATE),
        "answers 502": (lambda c: c.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"), "the proxy .* status 502.*; hint: allow the endpoint in the proxy"),
        "answers 403": (lambda c: c.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"), "the proxy .* status 403.*; hint: allow the endpoint in the proxy"),
        "talks of something else in the tunnel": (lambda c: c.sendall(b"HTTP/1.1 200 OK\r\n\r\n<html>please sign in</html>"), "(no TLS connection to .* or )?the proxy .*; hint: .*proxy"),
    }
    for name, (talk, pattern) in cases.items():
        with server(connect_proxy([], after=talk)) as port, real_names(emulator) as home:
            home.environment["HTTPS_PROXY"] = f"http://{PROXY_USER}:{PROXY_PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}"
            answer = home.get()
            try:
                fails_in_time(answer, pattern)
            except AssertionError as error:
                raise AssertionError(f"a proxy that {name}: {error}") from None
            assert "Pr0xy" not in answer.stderr, answer


def tests(_):
    if os.environ.get("SANDBOX") != "yes":
        skip("network: names, certificates, proxies, resolvers", os.environ.get("SANDBOX") or "no namespaces")
        return
    # Hosts, resolv.conf and port 443 are the sandbox's.
    with Emulator("--https", "443", "--listen", ADDRESS, "--dns", API, "--ca-out", os.environ["CA"]) as emulator, \
            Emulator("--https", "0", "--listen", ADDRESS, "--ca-out", os.environ["OTHER_CA"]):
        check("network: wrong certificates", wrong_certificates, emulator)
        check("network: a token of another account", other_account, emulator)
        check("network: a proxy, and NO_PROXY", proxies, emulator)
        check("network: a proxy with a password", proxy_with_password, emulator)
        check("network: proxies that fail", broken_proxies, emulator)
        check("network: a resolver that is silent", silent_resolver, emulator)
        check("network: a resolver that is not there", resolver_that_refuses, emulator)
