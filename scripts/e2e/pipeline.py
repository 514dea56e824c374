#!/usr/bin/env python3
"""Runs the one job of a pipeline file as GitLab Runner would, without its containers.

usage: pipeline.py FILE DIRECTORY NAME=VALUE…

The variables are GitLab's predefined ones, the commit's and the project's (the arguments), the job's id_tokens and its own, expanded; the
lines of script run in one shell that stops at the first failure, those of after_script in another, whatever happened.
Services are not started: a daemon has to be there. The exit code is that of script; 3 where a secret was seen in a
process's arguments, or in a file of the checkout, all of which `docker build .` sends to the daemon.
"""
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

import yaml

SECRETS = ("CI_JOB_TOKEN", "DOCKER_REGISTRY_PASS", "AWS_WEB_IDENTITY_TOKEN")


def id_token(audience):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = {
        "iss": "https://gitlab.example.com",
        "aud": audience,
        "sub": "project_path:group/app:ref_type:branch:ref:main",
        "exp": int(time.time()) + 3600,
    }
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{part('signature')}"


def expand(text, variables):
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda name: variables.get(name[1] or name[2], ""), text)


def watch(session, secrets, seen):
    """Notes every process of the job whose arguments hold a secret, until the job's shell has ended."""
    while os.path.exists(f"/proc/{session}/cmdline"):
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getsid(int(name)) != session:
                    continue
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    arguments = file.read()
            except OSError:
                continue
            if any(secret in arguments for secret in secrets):
                seen.add(arguments.split(b"\0")[0])
        time.sleep(0.002)


def run(shell, lines, directory, variables, seen):
    secrets = [variables[name].encode() for name in SECRETS if variables.get(name)]
    with subprocess.Popen(shell, stdin=subprocess.PIPE, text=True, cwd=directory, env=variables, start_new_session=True) as process:
        watcher = threading.Thread(target=watch, args=(process.pid, secrets, seen), daemon=True)
        watcher.start()
        process.communicate("\n".join(lines))
    return process.returncode


def lying_in(directory, variables):
    """Files of the checkout with a secret, as it is or as docker's config writes it."""
    secrets = [variables[name] for name in SECRETS if variables.get(name)]
    logins = [f"{variables.get('DOCKER_REGISTRY_USER', '')}:{secret}" for secret in secrets]
    wanted = [secret.encode() for secret in secrets] + [base64.b64encode(login.encode()) for login in logins]
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = file.read()
            if any(text in content for text in wanted):
                yield path


def main():
    file, directory, *project = sys.argv[1:]
    with open(file, encoding="utf-8") as stream:
        ((_, job),) = yaml.safe_load(stream).items()
    variables = dict(os.environ)
    variables.update(CI="true", GITLAB_CI="true", CI_PROJECT_DIR=directory, CI_JOB_ID=str(os.getpid()), CI_PROJECT_PATH="group/app",
                     CI_PROJECT_PATH_SLUG="group-app", CI_PIPELINE_IID="42")
    variables.update(argument.split("=", 1) for argument in project)
    variables.update((name, id_token(token["aud"])) for name, token in job.get("id_tokens", {}).items())
    for name, value in job.get("variables", {}).items():
        variables[name] = expand(str(value), variables)

    seen = set()
    result = run(["sh", "-e"], job["script"], directory, variables, seen)
    lying = list(lying_in(directory, variables))
    if job.get("after_script"):
        run(["sh"], job["after_script"], directory, variables, seen)
    # The job's container would be gone now, with its /tmp.
    shutil.rmtree(variables.get("DOCKER_CONFIG", ""), ignore_errors=True)
    if "REGISTRY_AUTH_FILE" in variables:
        pathlib.Path(variables["REGISTRY_AUTH_FILE"]).unlink(missing_ok=True)
    if seen:
        print("a secret stood in the arguments of", *seen)
        return 3
    if lying:
        print("a secret lies in the checkout:", *lying)
        return 3
    return result


sys.exit(main())
