"""Runs the tests of faults; scripts/faults.sh prepares what they need."""
import sys

import chaos
import clock
import disk
import early
import killed
import names
import network
import secrets_seen as secrets
import versions
from harness import Emulator, sum_up

TOPICS = [early, killed, disk, clock, secrets, versions, network, names, chaos]


def main(wanted):
    with Emulator() as emulator:
        for topic in TOPICS:
            if not wanted or topic.__name__ in wanted:
                emulator.reset()
                topic.tests(emulator)
    return sum_up()


sys.exit(main(sys.argv[1:]))
