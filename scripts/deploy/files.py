#!/usr/bin/env python3
"""What deploy-test.sh wants of the files of deploy.

usage: files.py parse FOLDER            every file of it, by its kind
       files.py same FILE               as standard input, but for the line that says by which command it was made
       files.py kubelet FILE            the document in a Talos machine configuration, as standard input
       files.py merges FILE             Helm values without lists and without runners.config
       files.py schema SCHEMA FILE      a cloud-config, by cloud-init's schema
       files.py scripts FOLDER FILE…    writes the shell scripts inside cloud-configs and MIME user data into the folder
"""
import email
import json
import sys
import tomllib
from pathlib import Path

import jsonschema
import yaml

PARSERS = {
    ".yaml": lambda text: list(yaml.safe_load_all(text)),
    ".yml": lambda text: list(yaml.safe_load_all(text)),
    ".toml": tomllib.loads,
    ".json": json.loads,
    "user-data": lambda text: parts_of(text),
}


def parse(folder):
    """A kind without a file is a test of nothing."""
    seen = set()
    for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        kind = file.suffix or file.name
        if kind in PARSERS:
            seen.add(kind)
            assert PARSERS[kind](file.read_text(encoding="utf-8")), f"{file}: empty"
    print("parsed:", *sorted(seen))
    assert {".yaml", ".yml", ".toml", "user-data"} <= seen, seen


def parts_of(text):
    message = email.message_from_string(text)
    assert message.is_multipart() and not message.defects, message.defects
    parts = [(part.get_content_type(), part.get_payload()) for part in message.get_payload()]
    for kind, payload in parts:
        if kind == "application/node.eks.aws":
            assert yaml.safe_load(payload)["kind"] == "NodeConfig"
    return parts


def same(file):
    made_by, text = Path(file).read_text(encoding="utf-8").split("\n", 1)
    assert made_by.startswith("# Made by: docker-credential-ecr-login "), made_by
    expect(sys.stdin.read(), text)


def kubelet(file):
    machine = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    expect(yaml.safe_load(sys.stdin), machine["machine"]["kubelet"]["credentialProviderConfig"])


def merges(file):
    values = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    own = {
        "image": {"tag": "alpine-v18.0.0"},
        "extraEnv": {"CACHE_SHARED": "true"},
        "runners": {"config": "[[runners]]\n"},
        "volumes": [{"name": "ca"}],
        "envVars": [{"name": "A", "value": "b"}],
    }
    merged = merge(own, values)
    expect({key: own[key] for key in ("runners", "volumes", "envVars")}, {key: merged[key] for key in ("runners", "volumes", "envVars")})
    expect("true", merged["extraEnv"]["CACHE_SHARED"])
    json.loads(merged["configMaps"]["docker-config.json"])


def merge(left, right):
    """As Helm does with several values files."""
    if not (isinstance(left, dict) and isinstance(right, dict)):
        return right
    return left | {key: merge(left[key], value) if key in left else value for key, value in right.items()}


def schema(schema_file, file):
    text = Path(file).read_text(encoding="utf-8")
    expect("#cloud-config", text.split("\n", 1)[0])
    validator = jsonschema.Draft4Validator(json.loads(Path(schema_file).read_text(encoding="utf-8")))
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(yaml.safe_load(text))]
    # A schema that accepts everything would say nothing.
    assert list(validator.iter_errors({"runcmd": 1})), "the schema accepts what is wrong"
    assert not errors, errors


def scripts(folder, *files):
    for file in files:
        text = Path(file).read_text(encoding="utf-8")
        if text.startswith("#cloud-config"):
            found = [entry["content"] for entry in yaml.safe_load(text)["write_files"]]
        else:
            found = [payload for kind, payload in parts_of(text) if kind == "text/x-shellscript"]
        (script,) = [one.strip() + "\n" for one in found]
        name = Path(file).parent.name + ".sh"
        assert script.startswith("#!/bin/"), name
        (Path(folder) / name).write_text(script, encoding="utf-8")


def expect(expected, actual):
    assert expected == actual, f"expected: {expected}\n     got: {actual}"


if __name__ == "__main__":
    commands = {one.__name__: one for one in (parse, same, kubelet, merges, schema, scripts)}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
