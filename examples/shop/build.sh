#!/bin/sh
# Builds the images of the shop. With --offline no registry is asked: what they stand on is made of this machine's node and of Debian packages.
set -eu
cd "$(dirname "$0")"
base=node:20-slim
gate=haproxy:2.8
if [ "${1:-}" = --offline ]; then
  ./offline.sh headgate-shop/node:1 headgate-shop/gate:1
else
  docker pull -q "$base" && docker tag "$base" headgate-shop/node:1
  docker pull -q "$gate" && docker tag "$gate" headgate-shop/gate:1
fi
for part in web mail kv store sales payments; do
  folder=$part
  [ "$part" = payments ] && folder=sales/payments
  docker build -q --build-arg BASE=headgate-shop/node:1 --build-arg PART="$folder" -t "headgate-shop/$part:1" .
done
