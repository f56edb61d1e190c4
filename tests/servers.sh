#!/usr/bin/env bash
# Installs the real servers that tests of connectors drive: ngircd from Debian, Synapse (Matrix) from PyPI into target/servers.
# What is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v ngircd >/dev/null && [ ! -x /usr/sbin/ngircd ]; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq ngircd >/dev/null
fi
synapse=target/servers/synapse
if ! "$synapse/bin/python" -c 'import synapse' 2>/dev/null; then
  mkdir -p target/servers
  python3 -m venv "$synapse"
  "$synapse/bin/pip" install --quiet --disable-pip-version-check matrix-synapse==1.163.2
fi
