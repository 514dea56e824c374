#!/usr/bin/env python3
"""Runs the one job of a pipeline file as GitLab Runner would, without its containers.

usage: pipeline.py FILE DIRECTORY NAME=VALUE…

The variables are GitLab's predefined ones, the commit's and the project's (the arguments), the job's id_tokens and its own, expanded; the
lines of before_script and script run in one shell that stops at the first failure, those of after_script in another, whatever
happened. Services are not started: a daemon has to be there, and DOCKER_HOST of the job does not count. The exit code is that
of script; 3 where a secret was seen in a process's arguments, or in a file of the checkout, all of which `docker build .` sends
to the daemon; 4 where the job has left its docker config, or a login in the user's home.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import yaml

SECRETS = ("CI_JOB_TOKEN", "DOCKER_REGISTRY_PASS", "PRODUCTION_DOCKER_REGISTRY_PASS", "AWS_WEB_IDENTITY_TOKEN")
OF_THE_SERVICE = ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


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
    variables.update(CI="true", GITLAB_CI="true", CI_SERVER_URL="https://gitlab.example.com", CI_PROJECT_DIR=directory, CI_JOB_ID=str(os.getpid()), CI_PROJECT_PATH="group/app",
                     CI_PROJECT_PATH_SLUG="group-app", CI_PIPELINE_IID="42")
    variables.update(argument.split("=", 1) for argument in project)
    variables.update((name, id_token(expand(token["aud"], variables))) for name, token in job.get("id_tokens", {}).items())
    for name, value in job.get("variables", {}).items():
        if name not in OF_THE_SERVICE:
            variables[name] = expand(str(value), variables)

    seen = set()
    result = run(["sh", "-e"], job.get("before_script", []) + job["script"], directory, variables, seen)
    lying = list(lying_in(directory, variables))
    if job.get("after_script"):
        run(["sh"], job["after_script"], directory, variables, seen)
    left = [path for path in (variables.get("DOCKER_CONFIG"), f"{variables['HOME']}/.ecr/logins-v1") if path and os.path.exists(path)]
    shutil.rmtree(variables.get("DOCKER_CONFIG", ""), ignore_errors=True)
    if seen:
        print("a secret stood in the arguments of", *seen)
        return 3
    if lying:
        print("a secret lies in the checkout:", *lying)
        return 3
    if left and result == 0:
        print("the job has left", *left)
        return 4
    return result


sys.exit(main())
