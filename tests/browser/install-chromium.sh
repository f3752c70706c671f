#!/bin/sh
# Find Chromium for the browser test, or install the system's where this machine allows it.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo -n"; else
        echo "no Chromium, and no right to install one: the browser test will be passed over"
        exit 0
    fi
    echo "installing the system's Chromium for the browser test"
    export DEBIAN_FRONTEND=noninteractive
    { $run apt-get update -qq && $run apt-get install -y -qq --no-install-recommends \
        chromium fonts-dejavu-core fonts-noto-cjk; } >/dev/null 2>&1 ||
        echo "the system's Chromium could not be installed: the browser test will be passed over"
else
    echo "no Chromium on this machine: the browser test will be passed over"
fi
