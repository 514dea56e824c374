# shellcheck shell=bash
fleet_walk() { :; }
