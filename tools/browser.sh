#!/bin/sh
# Prints the path of a Chromium for the browser tests; where there is none, installs one:
# Debian's package when we may, otherwise Playwright's own.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON_BIN:-.venv/bin/python}

find_browser() {
  for name in "${SVERTKA_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  "$PYTHON" - 2>/dev/null <<'PY'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    path = p.chromium.executable_path
if not os.path.exists(path):
    sys.exit(1)
print(path)
PY
}

find_browser && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >&2 || true
fi
find_browser && exit 0
"$PYTHON" -m playwright install chromium >&2
find_browser || { echo "No Chromium: the browser tests cannot run." >&2; exit 1; }
