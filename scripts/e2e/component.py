#!/usr/bin/env python3
"""Prints the jobs of a CI/CD component as GitLab includes them: inputs in the place of $[[ inputs.NAME ]].

usage: component.py TEMPLATE [NAME=VALUE]…

An input that the component does not have, and one without a value, is an error, as it is to GitLab.
"""
import re
import sys

import yaml


def main():
    template, *given = sys.argv[1:]
    with open(template, encoding="utf-8") as stream:
        header, body = stream.read().split("\n---\n", 1)
    known = yaml.safe_load(header)["spec"]["inputs"]
    inputs = {name: declared["default"] for name, declared in known.items() if "default" in (declared or {})}
    for pair in given:
        name, value = pair.split("=", 1)
        if name not in known:
            sys.exit(f"{template} has no input {name}")
        inputs[name] = value
    print(re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: str(inputs[match[1]]), body), end="")


main()
