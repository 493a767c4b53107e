#!/usr/bin/env bash
# Installs the system packages that headgate and `npm test` need, those that are missing only. With --system-tests, those of
# `npm run test:system` as well: a browser, and a second kernel. As root, or with sudo.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need bwrap bubblewrap
need python3 python3
need curl curl
need git git
need strace strace
# Compares trees in tests and in the bench.
need rsync rsync
need openssl openssl
need faketime faketime
need ip iproute2
need wrk wrk
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
python3 -c 'import pytest' 2>/dev/null || missing+=(python3-pytest)
if [ "${1:-}" = --system-tests ]; then
  need chromium chromium
  # Linux as a program: another kernel than the machine's.
  need linux.uml user-mode-linux
  fc-list 2>/dev/null | grep -q DejaVu || missing+=(fonts-dejavu-core)
  /usr/bin/python3 -c 'import pip' 2>/dev/null || missing+=(python3-pip)
fi

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "missing: ${missing[*]}; run this as root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
