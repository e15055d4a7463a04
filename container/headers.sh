#!/bin/sh
# Writes, for nginx, the headers that the build wrote for hosts: headers.sh SITE/_headers > site-headers.conf
set -eu
found=$(sed -n "s/^  \([A-Za-z-]*\): \([^\"\\\\\$]*\)\$/add_header \1 \"\2\" always;/p" "$1")
# None may be lost on the way.
test "$(printf '%s\n' "$found" | wc -l)" = "$(grep -c '^  ' "$1")" || { echo "$1: not all headers can be written for nginx" >&2; exit 1; }
printf '%s\n' "$found"
