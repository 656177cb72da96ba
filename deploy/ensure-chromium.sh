#!/usr/bin/env bash
# Makes sure that a Chromium is here for the browser tests: an installed one is used, else apt brings it, else the mend is told.
set -euo pipefail

for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
    exit 0
  fi
done

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests (first time only) …"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
    exit 0
  fi
  echo "apt could not install Chromium; its messages are above." >&2
fi

cat >&2 <<'MEND'
The browser tests need Chromium, and none was found.
  Debian:          sudo apt-get install chromium
  macOS:           brew install --cask chromium
  somewhere else:  set CHROMIUM_PATH to the program
MEND
exit 1
