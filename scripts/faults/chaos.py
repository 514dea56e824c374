"""Many gets of many registries by several identities, while ECR fails at random: no answer is another's, none is half."""
import contextlib
import json
import random
import threading

from harness import KEYS, WHOLE, Home, at_once, check

KEYS["210987654321"] = ("AKIDEXAMPLE000000002", "second+Secret/For+Tests/EXAMPLEKEY00000002")
FAULTS = [
    {"kind": "delay", "milliseconds": 50}, {"kind": "delay", "milliseconds": 400}, {"kind": "status", "status": 500}, {"kind": "status", "status": 503},
    {"kind": "throttle"}, {"kind": "error", "code": "AccessDeniedException"}, {"kind": "error", "code": "ExpiredTokenException"}, {"kind": "close"},
    {"kind": "garbage"}, {"kind": "empty"}, {"kind": "truncate"}, {"kind": "redirect", "location": "/"}, {"kind": "body", "body": '{"authorizationData":[]}'},
    {"kind": "delay", "seconds": -3600 * 13}, {"kind": "delay", "seconds": 3600 * 1000}, {"kind": "clock-skew", "seconds": 7200},
]
REGIONS = ("us-east-1", "eu-west-1", "ap-south-1", "us-gov-west-1", "cn-north-1")


def host(account, region):
    return f"{account}.dkr.ecr.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


def many(emulator, count):
    with contextlib.ExitStack() as homes:
        return many_of([homes.enter_context(Home(emulator, AWS_ECR_TIMEOUT="3", AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret))
                        for key, secret in KEYS.values() for _ in range(3)], emulator, count)


def many_of(homes, emulator, count):
    accounts = list(KEYS)
    outcomes = {"token": 0, "failure": 0}
    guard = threading.Lock()
    dice = random.Random(4711)
    plan = [(dice.randrange(len(homes)), f"{dice.randrange(10):012d}", dice.choice(REGIONS), dice.random(), dice.choice(FAULTS)) for _ in range(count)]

    def one(i):
        which, account, region, luck, fault = plan[i]
        home = homes[which]
        if luck < 0.5:
            emulator.fault(service="ecr", **fault)
        if luck > 0.7:
            home.run("cache", "clear", host(account, region))
        registry = host(account, region)
        answer = home.get(registry).is_token_or_failure(registry)
        if answer.code == 0:
            owner = emulator.owner(answer.token)
            identity = f"arn:aws:iam::{accounts[which // 3]}:user/sample"
            assert owner == (account, identity), f"{registry} for {identity} got a token of {owner}"
        else:
            assert registry in answer.stderr and answer.stderr.count("docker-credential-ecr-login:") == 1, answer
        with guard:
            outcomes["token" if answer.code == 0 else "failure"] += 1

    at_once(count, one, workers=6)
    emulator.reset()
    # What is left behind can be read, and holds no rest of a write.
    for home in homes:
        names = home.files()
        assert not [name for name in names if "/.tmp-" in name], names
        listed = home.run("list")
        assert listed.code == 0 and set(json.loads(listed.stdout).values()) <= {"AWS"}, listed
    assert outcomes["token"] > count / 3 and outcomes["failure"] > count / 100, outcomes
    return f"{outcomes['token']} tokens, {outcomes['failure']} failures"


def tests(emulator):
    count = 100_000 if WHOLE else 2_000
    check(f"chaos: {count} gets of an ECR that fails at random", many, emulator, count)
