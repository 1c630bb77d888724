#!/usr/bin/env bash
# The tests of tools/export-chinese-clip: an environment of its own, then pytest. Needs Node and a built libs/encoder.
# EXPORT_VENV keeps the environment for the next run.
set -euo pipefail
cd "$(dirname "$0")/../export-chinese-clip"

venv=${EXPORT_VENV:-$(mktemp -d)/venv}
[ -n "${EXPORT_VENV:-}" ] || trap 'rm -rf "$(dirname "$venv")"' EXIT
[ -x "$venv/bin/python" ] || bash install.sh "$venv" tests/requirements.txt
"$venv/bin/python" -m pytest | tee "$venv/log" || code=$?
# The runner's closing line, in the gate's words.
tail -n 1 "$venv/log" | awk '{ for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p = $(i - 1); if ($i ~ /^(failed|errors?)/) f += $(i - 1) } }
  END { print p + 0 " passed, " f + 0 " failed" }'
exit "${code:-0}"
