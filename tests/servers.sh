#!/usr/bin/env bash
# Installs the real servers that tests of connectors drive: ngircd from Debian, Synapse (Matrix) from PyPI into target/servers.
# What is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
command -v ngircd >/dev/null || [ -x /usr/sbin/ngircd ] || missing+=(ngircd)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq "${missing[@]}" >/dev/null
fi
synapse=target/servers/synapse
if ! "$synapse/bin/python" -c 'import synapse' 2>/dev/null; then
  mkdir -p target/servers
  python3 -m venv "$synapse"
  "$synapse/bin/pip" install --quiet --disable-pip-version-check matrix-synapse==1.163.2
fi
