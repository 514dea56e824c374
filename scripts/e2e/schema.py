#!/usr/bin/env python3
"""Validates files of .gitlab-ci.yml by GitLab's JSON schema, each alone and all jobs in one.

usage: schema.py SCHEMA FILE…

The schema is GitLab's own (app/assets/javascripts/editor/schema/ci.json, MIT licence beside it).
"""
import json
import sys

import jsonschema
import yaml


def main():
    schema, *files = sys.argv[1:]
    with open(schema, encoding="utf-8") as stream:
        validator = jsonschema.Draft7Validator(json.load(stream))
    jobs, failures = {}, 0
    for file in files:
        with open(file, encoding="utf-8") as stream:
            documents = list(yaml.safe_load_all(stream))
        for document in documents:
            for error in validator.iter_errors(document):
                print(f"{file}: {'/'.join(map(str, error.path))}: {error.message}")
                failures += 1
        # The name of a component's job is an input.
        for name in (name for name in documents[-1] if not name.startswith("$[[")):
            if name in jobs:
                print(f"{file}: the job {name} is in {jobs[name]} already")
                failures += 1
            jobs[name] = file
    return min(failures, 1)


sys.exit(main())
