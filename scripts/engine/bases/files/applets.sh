#!/bin/sh
# What alpine's busybox has and Debian's base has not; a command that is there already stays.
set -eu
for applet in wget nc ping ps top vi less free killall pgrep pkill netstat nslookup unzip traceroute; do
  if ! command -v "$applet" >/dev/null && busybox --list | grep -qx "$applet"; then
    ln -s busybox "/usr/bin/$applet"
  fi
done
