#!/usr/bin/env bash
# Sees to what the build and the tests need beside Go: gcc for the race
# detector, PostgreSQL, poppler-utils to read PDFs back, what the guides'
# commands use, Node for the spec linters, Chromium for the pages. Installs as root, or with HOMECARE_INSTALL=1 through sudo; else says
# the one command.
set -euo pipefail
want=("$@")
missing=()
for w in "${want[@]}"; do
  case $w in
    gcc) command -v gcc >/dev/null || missing+=(gcc libc6-dev) ;;
    poppler) command -v pdftotext >/dev/null || missing+=(poppler-utils) ;;
    node) { command -v node && command -v npm; } >/dev/null || missing+=(nodejs npm) ;;
    chromium) command -v chromium >/dev/null || missing+=(chromium) ;;
    curl | jq | openssl | python3) command -v "$w" >/dev/null || missing+=("$w") ;;
    postgresql)
      # localpg looks in the same places and installs by itself at make run;
      # here it is put in with the rest, without a cluster of Debian's own.
      { ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb || command -v initdb; } >/dev/null 2>&1 || missing+=(postgresql) ;;
    *) echo "setup: what is $w?" >&2; exit 2 ;;
  esac
done
[ ${#missing[@]} -eq 0 ] && exit 0
command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]}. Install them with this system's package manager (Debian's names are shown)." >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  if [ "${HOMECARE_INSTALL:-}" != 1 ]; then
    echo "Missing: ${missing[*]}. Run this, or set HOMECARE_INSTALL=1 to let make do it:" >&2
    echo "  sudo sh -c '$command'" >&2
    exit 1
  fi
  sudo="sudo"
fi
export DEBIAN_FRONTEND=noninteractive
if [[ " ${missing[*]} " == *" postgresql "* ]]; then
  $sudo mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.d/homecare-setup.conf >/dev/null
fi
$sudo apt-get update -q
$sudo apt-get install -qy --no-install-recommends "${missing[@]}"
