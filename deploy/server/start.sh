#!/bin/sh
# Starts Sluice. Settings come from the environment, and from the file sluice.env beside this one;
# arguments go on to workerd (see `workerd serve --help`).
set -eu
cd "$(dirname "$0")"

# Lines NAME=value, taken as they are: nothing is unquoted or expanded. The environment goes first.
if [ -e sluice.env ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    name=${line%%=*}
    case $name in
      '' | '#'*) ;;
      [!A-Z_]* | *[!A-Z0-9_]* | "$line")
        echo "sluice.env: a line is neither NAME=value nor a comment (it begins with #)." >&2
        exit 1
        ;;
      *) printenv "$name" > /dev/null || export "$line" ;;
    esac
  done < sluice.env
fi

# npm installs the one that is built for this machine.
workerd() {
  for file in node_modules/@cloudflare/workerd-*/bin/workerd; do
    [ -x "$file" ] && echo "$file"
  done
}

if [ -z "$(workerd)" ]; then
  if ! command -v npm > /dev/null; then
    echo "workerd is not installed, and there is no npm to install it with; install Node.js." >&2
    exit 1
  fi
  echo "Installing workerd (npm, once) ..." >&2
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
fi

listen=${LISTEN:-127.0.0.1:8787}
echo "Starting Sluice on http://$listen ..." >&2
exec "$(workerd)" serve --socket-addr "http=$listen" "$@" config.capnp
