#!/usr/bin/env bash
# Installs the tools from PyPI that system tests need into a virtual environment, once, and prints its folder.
set -euo pipefail

folder=${HEADGATE_PYTHON_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/python-tools}
packages=(pre-commit==4.7.0 check-jsonschema==0.39.0 mypy==2.4.1)

if [ "$(cat "$folder/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
  printf '%s\n' "${packages[*]}" > "$folder/installed"
fi
printf '%s\n' "$folder"
