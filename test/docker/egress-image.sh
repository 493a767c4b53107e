#!/bin/sh
# Makes an image with Squid of Debian packages, and busybox, HAProxy's image being another. $1: its name. $2: a folder to work in.
set -eu
cd "$2"
mkdir -p packages root
cd packages
needed=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances squid |
  grep -E '^(lib|squid|netbase|zlib1g)' | grep -v -e perl -e '^libdebconf' -e : -e '^libpython' | sort -u)
# shellcheck disable=SC2086
apt-get download -q $needed busybox-static >/dev/null 2>&1
for package in *.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x -C ../root --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale; done
cd ../root
mkdir -p bin tmp run
chmod 1777 tmp run
for name in sh cat sleep; do ln -sf busybox bin/$name; done
printf 'root:x:0:0::/:/bin/sh\nproxy:x:13:13::/:/bin/sh\n' > etc/passwd
printf 'root:x:0:\nproxy:x:13:\n' > etc/group
tar -c . | docker import -c 'ENV PATH=/bin:/usr/bin:/usr/sbin' - "$1" >/dev/null
