#!/usr/bin/env bash
# Installs the Docker daemon and docker-compose, what is missing of them, and starts a daemon where none answers. `--stop` ends the
# daemon that this script started, and no other. As root, or with sudo.
set -euo pipefail

state=${HEADGATE_DOCKER:-/run/headgate-docker}
started=$state/started

# `pid start-time` of a process that is the one that was started, and not another with its number.
moment() { awk '{ sub(/^.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null; }
answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

if [ "${1:-}" = --stop ]; then
  [ -f "$started" ] || exit 0
  read -r pid when < "$started"
  if [ "$(moment "$pid")" = "$when" ]; then
    kill "$pid"
    for _ in $(seq 100); do [ "$(moment "$pid")" = "$when" ] || break; sleep 0.2; done
  fi
  rm -f "$started"
  exit 0
fi

missing=()
command -v dockerd >/dev/null 2>&1 || missing+=(docker.io)
command -v docker-compose >/dev/null 2>&1 || missing+=(docker-compose)
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo 'run this as root, or install sudo' >&2; exit 1; }
  as_root=(sudo)
fi
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -q >&2
  # Nothing is started by the package: there may be no one who could.
  "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}" iptables >&2
fi

answers && exit 0
"${as_root[@]}" mkdir -p "$state"
"${as_root[@]}" sh -c "exec setsid dockerd --pidfile '$state/dockerd.pid' --exec-root '$state/exec' > '$state/log' 2>&1 < /dev/null" &
for _ in $(seq 300); do
  if answers; then
    pid=$(cat "$state/dockerd.pid")
    printf '%s %s\n' "$pid" "$(moment "$pid")" > "$started"
    exit 0
  fi
  sleep 0.2
done
# What does not answer is not left behind.
[ -f "$state/dockerd.pid" ] && kill "$(cat "$state/dockerd.pid")" 2>/dev/null || true
echo "dockerd does not answer: $(tail -n 5 "$state/log")" >&2
exit 1
