#!/usr/bin/env bash
# Installs jsonschema, the other validator that schemas of contracts are held against, from PyPI into a virtual environment, once, and
# prints its folder.
set -euo pipefail

folder=${HEADGATE_JSONSCHEMA:-${XDG_CACHE_HOME:-$HOME/.cache}/headgate/jsonschema}
packages=(jsonschema==4.25.1)

if [ "$(cat "$folder/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$folder"
  mkdir -p "$(dirname "$folder")"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
  printf '%s\n' "${packages[*]}" > "$folder/installed"
fi
printf '%s\n' "$folder"
