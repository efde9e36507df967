#!/bin/sh
# Links the busybox commands that alpine has and a minimal Debian does not. An existing command is not replaced.
set -eu
for applet in wget nc ping ps top vi less free killall pgrep pkill netstat nslookup unzip traceroute; do
  if ! command -v "$applet" >/dev/null && busybox --list | grep -qx "$applet"; then
    ln -s busybox "/usr/bin/$applet"
  fi
done
