"""Servers of one test each that misbehave, and how a get ends that meets one."""
import contextlib
import re
import socket
import threading
import time

DEADLINE = 2
# Beside the deadline: the start of a process on a busy machine.
GRACE = 2.5
# What a get says whose deadline has come.
LATE = f"(no response within {DEADLINE} s|did not respond in time).*; hint: check the network"


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


def says(*parts):
    def talk(connection):
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)
        silence(connection)
    return talk


def endless(head, part, pause=0.0):
    """A beginning, then the same again and again, as long as somebody listens."""
    def talk(connection):
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(part)
            time.sleep(pause)
    return talk


def fails_in_time(answer, pattern):
    """Within its deadline, with the contract's two lines, of which one says what happened and what helps."""
    answer.is_token_or_failure()
    assert answer.code == 1, answer
    assert answer.seconds < DEADLINE + GRACE, f"took {answer.seconds:.1f} s: {answer}"
    assert "; hint: " in answer.stderr, f"no hint: {answer}"
    assert re.search(pattern, answer.stderr), f"should match {pattern}: {answer}"
