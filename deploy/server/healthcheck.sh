#!/bin/bash
# Asks Sluice on this machine how it is: healthcheck.sh [port]. Docker's HEALTHCHECK runs this. In
# bash, which opens a connection by itself, so that the image needs no curl.
set -euo pipefail
port=${1:-8787}
exec 3<> "/dev/tcp/127.0.0.1/$port"
printf 'GET /_sluice/health HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
