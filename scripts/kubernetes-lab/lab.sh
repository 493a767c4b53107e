#!/usr/bin/env bash
# A Kubernetes cluster of one node with enforced NetworkPolicies, in namespaces of its own: nothing of the machine is reached or changed but
# for control groups by its name. As root.
#   up [--reuse] [--while PID]   brings it up and prints its folder; refused where one is up, which --reuse takes as it is;
#                                --while takes it down when that process has ended
#   down                         ends it, and removes all but its logs
#   status                       0 where one is up, 1 where not
#   enter COMMAND…               runs a command in its namespaces
#   import TAR                   an image, as an OCI layout in one tar
#   restart PART                 kills a part, which is started again: kubelet, kube-router, containerd, …
# HEADGATE_KUBERNETES_LAB is its folder; two labs are two folders.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

lab=${HEADGATE_KUBERNETES_LAB:-/var/tmp/headgate-kubernetes}
case $lab in
  /run/* | /var/run/* | /var/lib/* | /var/log/*) echo "HEADGATE_KUBERNETES_LAB=$lab: the lab has folders of its own there; choose another" >&2; exit 2 ;;
  /*) ;;
  *) echo "HEADGATE_KUBERNETES_LAB=$lab: give the whole path" >&2; exit 2 ;;
esac
groups=headgate-lab-$(printf %s "$lab" | sha256sum | cut -c 1-8)
[ "$(id -u)" -eq 0 ] || { echo 'the lab needs namespaces, mounts and control groups: run this as root' >&2; exit 1; }

# `pid start-time` of a process that is the one that was started, and not another with its number.
moment() { awk '{ sub(/^.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null || true; }
state() { awk '{ sub(/^.*\) /, ""); print $1 }' "/proc/$1/stat" 2>/dev/null || true; }
alive() { [ -n "$2" ] && [ "$(moment "$1")" = "$2" ] && [ "$(state "$1")" != Z ]; }
# The first process of the lab and the one that holds it, from outside.
outer=''; outer_moment=''; init=''; init_moment=''
read_state() {
  [ -f "$lab/processes" ] || return 1
  read -r outer outer_moment init init_moment < "$lab/processes" || return 1
}
running() { read_state && alive "$init" "$init_moment"; }

down() {
  if read_state; then
    # The kernel ends everything in a namespace of processes with its first one, containers included.
    for each in "$init $init_moment" "$outer $outer_moment"; do
      read -r pid when <<< "$each"
      if [ -n "$pid" ] && alive "$pid" "$when"; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    for _ in $(seq 300); do
      alive "$init" "$init_moment" || alive "$outer" "$outer_moment" || break
      sleep 0.1
    done
    if alive "$init" "$init_moment"; then echo "process $init does not end" >&2; return 1; fi
  fi
  for hierarchy in /sys/fs/cgroup/*/ /sys/fs/cgroup/; do
    [ -d "$hierarchy$groups" ] || continue
    # A group can be removed a moment after its last process has ended.
    for _ in $(seq 100); do
      find "$hierarchy$groups" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [ -d "$hierarchy$groups" ] || break
      sleep 0.1
    done
    if [ -d "$hierarchy$groups" ]; then echo "$hierarchy$groups cannot be removed" >&2; return 1; fi
  done
  # Nothing of the lab is mounted here; should it be, nothing is deleted through it.
  if grep -q " $lab/" /proc/self/mountinfo; then echo "something is mounted below $lab" >&2; return 1; fi
  if [ -d "$lab" ]; then find "$lab" -mindepth 1 -maxdepth 1 ! -name logs ! -name lock -exec rm -rf --one-file-system {} +; fi
}

up() {
  local reuse='' while=''
  while [ $# -gt 0 ]; do
    case $1 in
      --reuse) reuse=1 ;;
      --while) while=$2; shift ;;
      *) echo "up: what is $1?" >&2; exit 2 ;;
    esac
    shift
  done
  local built
  built=$("$here/build.sh" --where) || { echo "Kubernetes is not built: run $here/build.sh, once; it takes twenty minutes or more" >&2; exit 1; }
  mkdir -p "$lab"
  exec 9> "$lab/lock"
  flock 9
  if running; then
    if [ -n "$reuse" ] && [ -f "$lab/ready" ]; then printf '%s\n' "$lab"; return; fi
    echo "a lab is up in $lab: end it with \`$here/lab.sh down\`, take it with --reuse, or set HEADGATE_KUBERNETES_LAB to another folder" >&2
    exit 1
  fi
  # What one that was killed has left.
  down
  rm -rf "$lab/logs"
  mkdir -p "$lab"/{logs,conf,lib,bin,images/pause,images/coredns}
  local started=$SECONDS
  trap 'echo "the lab does not come up; its logs are in $lab/logs" >&2; tail -n 15 "$lab/logs/node.log" >&2; down' EXIT
  trap 'exit 130' INT TERM HUP

  cp "$built/pause" "$lab/images/pause/"
  cp "$built/coredns" "$lab/images/coredns/"
  node "$here/oci-image.mjs" headgate.test/pause:1 "$lab/pause.tar" '{"Entrypoint":["/pause"]}' "$lab/images/pause"
  node "$here/oci-image.mjs" headgate.test/coredns:1 "$lab/coredns.tar" '{"Entrypoint":["/coredns"]}' "$lab/images/coredns"
  {
    cat "$here/cluster.yaml"
    for volume in $(seq 20); do
      mkdir -m 777 -p "$lab/lib/volumes/$volume"
      cat <<EOF
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: "lab-$volume" }
spec:
  storageClassName: lab
  capacity: { storage: 10Gi }
  accessModes: [ReadWriteOnce, ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  local: { path: /var/lib/volumes/$volume }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [node] }] }] } }
EOF
    done
  } > "$lab/conf/cluster.yaml"

  # 9 is the lock: it is not for who lives longer than this.
  setsid unshare --fork --kill-child=KILL --pid --mount-proc --mount --propagation private --net --ipc \
    bash "$here/node.sh" "$lab" "$built" "$groups" > "$lab/logs/node.log" 2>&1 < /dev/null 9>&- &
  local outer=$! init=''
  for _ in $(seq 100); do
    init=$(pgrep -P "$outer" || true)
    [ -n "$init" ] && break
    sleep 0.05
  done
  [ -n "$init" ] || exit 1
  printf '%s %s %s %s\n' "$outer" "$(moment "$outer")" "$init" "$(moment "$init")" > "$lab/processes.new"
  mv "$lab/processes.new" "$lab/processes"
  # For those outside: kubectl has no other way in.
  cat > "$lab/bin/kubectl" <<EOF
#!/bin/sh
exec nsenter --net=/proc/$init/ns/net '$built/kubectl' --kubeconfig="\${KUBECONFIG:-$lab/kubeconfig}" "\$@"
EOF
  chmod +x "$lab/bin/kubectl"
  until [ -f "$lab/ready" ]; do
    running || exit 1
    sleep 0.2
  done
  cp "$lab/conf/admin.kubeconfig" "$lab/kubeconfig"
  if [ -n "$while" ]; then
    local when
    when=$(moment "$while")
    (
      trap - EXIT
      while alive "$while" "$when" && running; do sleep 1; done
      # Only this lab, not one that came after it.
      [ "$(moment "$init")" = "$(cut -d ' ' -f 4 "$lab/processes" 2>/dev/null)" ] && exec "$here/lab.sh" down
    ) > /dev/null 2>&1 < /dev/null 9>&- &
  fi
  trap - EXIT INT TERM HUP
  echo "a node is ready after $((SECONDS - started)) s" >&2
  printf '%s\n' "$lab"
}

enter() { running || { echo "no lab is up in $lab" >&2; exit 1; }; exec nsenter --target "$init" --mount --net --pid --ipc -- "$@"; }

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  up) up "$@" ;;
  down)
    [ -d "$lab" ] || exit 0
    exec 9> "$lab/lock"
    flock 9
    down
    ;;
  status) running ;;
  enter) enter "$@" ;;
  import) enter ctr -a /run/containerd/containerd.sock -n k8s.io images import "$(realpath "$1")" ;;
  restart)
    running || { echo "no lab is up in $lab" >&2; exit 1; }
    enter sh -c 'old=$(cat "/run/pids/$0") && kill -KILL "$old" && while [ "$(cat "/run/pids/$0")" = "$old" ]; do sleep 0.1; done' "${1:?which part?}"
    ;;
  *) sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2; exit 2 ;;
esac
