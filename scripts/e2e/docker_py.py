#!/usr/bin/env python3
"""docker-py as a program: docker_py.py pull IMAGE | push IMAGE | build DIRECTORY IMAGE | login REGISTRY USER IMAGE

`login` reads the password from standard input and pulls the image with it: docker-py keeps a login in memory alone.
What the daemon says of a failure is printed; the exit code is 1.
"""
import sys

import docker


def lines_of(stream):
    for line in stream:
        if "error" in line:
            raise docker.errors.DockerException(line["error"])


def main(verb, *arguments):
    client = docker.from_env()
    if verb == "pull":
        client.images.pull(*arguments)
    elif verb == "push":
        lines_of(client.images.push(*arguments, stream=True, decode=True))
    elif verb == "build":
        directory, image = arguments
        client.images.build(path=directory, tag=image, pull=True)
    elif verb == "login":
        registry, user, image = arguments
        client.login(user, sys.stdin.read().strip(), registry=registry)
        client.images.pull(image)
    else:
        sys.exit(__doc__)


try:
    main(*sys.argv[1:])
except docker.errors.DockerException as error:
    sys.exit(str(error))
