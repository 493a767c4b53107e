#!/usr/bin/env bash
# The files of an image that every program of the tests runs in: node and python3 of this machine, a shell and a few commands, with the libraries
# that they load, and Debian's busybox, which looks names up, as its static one does not. No registry is asked. $1: a new folder to write to.
set -euo pipefail
root=$1

mkdir -p "$root"/{usr/bin,usr/lib,usr/lib64,etc,tmp,dev,proc,sys}
chmod 1777 "$root/tmp"
for folder in bin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
# A file where it is found here, with links followed: below /usr, whether or not this machine still has a /lib of its own.
place() {
  local at=$1
  case $at in /bin/* | /lib/* | /lib64/*) at=/usr$at ;; esac
  [ -e "$root$at" ] && return
  mkdir -p "$root$(dirname "$at")"
  cp -L "$1" "$root$at"
}
libraries() { { ldd "$1" 2>/dev/null | grep -oE "/[^ ]+\.so[^ ]*" || true; } | while read -r library; do place "$library"; done; }
command_of() { # path, name
  cp -L "$1" "$root/usr/bin/$2"
  libraries "$1"
}
command_of "$(command -v node)" node
python=/usr/bin/python3
command_of "$python" python3
for name in sh env cat ls sleep id; do command_of "$(command -v $name)" $name; done
library=$("$python" -I -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
mkdir -p "$root$library"
tar -C "$library" --exclude=test --exclude=__pycache__ --exclude=dist-packages --exclude=idlelib --exclude=ensurepip --exclude='config-*' -c . | tar -C "$root$library" -x
for module in "$library"/lib-dynload/*.so; do libraries "$module"; done
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' > "$root/etc/passwd"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
(cd "$work" && apt-get download -q busybox > /dev/null 2>&1 && dpkg-deb -x busybox_*.deb .)
command_of "$work/bin/busybox" busybox
for name in $("$work/bin/busybox" --list); do [ -e "$root/usr/bin/$name" ] || ln -s busybox "$root/usr/bin/$name"; done
