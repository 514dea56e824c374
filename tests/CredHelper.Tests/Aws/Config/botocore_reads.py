"""Prints, as JSON, what botocore reads from each NAME.config (and NAME.credentials beside it) that is named as an argument.

Usage: /usr/bin/python3 botocore_reads.py DIRECTORY [NAME...]; without a name only the sections of every file there.
"""
import json
import os
import sys

import botocore.exceptions
from botocore.configloader import build_profile_map, raw_config_parse
from botocore.session import Session


def read(directory, name):
    config = os.path.join(directory, name + ".config")
    credentials = os.path.join(directory, name + ".credentials")
    os.environ["AWS_CONFIG_FILE"] = config
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = credentials
    try:
        sections = raw_config_parse(config)
        full = Session().full_config
        profiles = full["profiles"]
        regions = {profile: Session(profile=profile).get_config_variable("region") for profile in profiles}
    except botocore.exceptions.ConfigParseError as error:
        return {"refuses": str(error)}
    sso_sessions = build_profile_map(sections).get("sso_sessions", {})
    return {"sections": sections, "profiles": profiles, "ssoSessions": sso_sessions, "regions": regions}


def read_sections(directory, file):
    try:
        return {"sections": raw_config_parse(os.path.join(directory, file))}
    except botocore.exceptions.ConfigParseError as error:
        return {"refuses": str(error)}


for variable in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[variable]
directory, *names = sys.argv[1:]
if names:
    result = {name: read(directory, name) for name in names}
else:
    result = {file: read_sections(directory, file) for file in os.listdir(directory)}
json.dump(result, sys.stdout)
