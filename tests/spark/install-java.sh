#!/bin/sh
# Find Java for the Spark test, or install the system's where this machine allows it.
set -u
if [ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
        echo "no Java, and no right to install one: the Spark test will be passed over"
        exit 0
    fi
    echo "installing the system's Java for the Spark test"
    export DEBIAN_FRONTEND=noninteractive
    { $run apt-get update -qq && $run apt-get install -y -qq --no-install-recommends \
        openjdk-17-jre-headless; } >/dev/null 2>&1 ||
        echo "the system's Java could not be installed: the Spark test will be passed over"
else
    echo "no Java on this machine: the Spark test will be passed over"
fi
