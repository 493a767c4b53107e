#!/usr/bin/env bash
# Installs moto, the stand-in for AWS of system tests, from PyPI into a virtual environment, once, and prints its folder.
set -euo pipefail

folder=${HEADGATE_MOTO:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/moto}
# `moto[server]` needs much more than its server does.
packages=(moto==5.2.5 flask==3.1.3 flask-cors==6.0.5)

if [ "$(cat "$folder/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
  printf '%s\n' "${packages[*]}" > "$folder/installed"
fi
printf '%s\n' "$folder"
