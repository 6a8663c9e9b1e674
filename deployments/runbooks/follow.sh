#!/usr/bin/env bash
# Follows runbooks word by word: runs their ```sh blocks in order, in one shell
# that ends at the first error. Blocks marked "sh systemd" run only where
# systemd runs, those marked "sh foreground" only where it does not.
#   deployments/runbooks/follow.sh install.md backup.md   (install.md first: it sets what the others need)
# With --print it shows what it would run. The variables of install.md's first
# step may be set before, to follow on a machine that is shared.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
print=
if [ "${1:-}" = --print ]; then print=1; shift; fi
[ $# -gt 0 ] || { echo "which runbook? install.md backup.md restore-after-loss.md key-rotation.md upgrade.md rollback.md" >&2; exit 2; }
kind=foreground
[ -d /run/systemd/system ] && kind=systemd
blocks() {
  awk -v kind="$kind" -v name="$(basename "$1")" '
    /^```/ && !inside { inside = 1; take = ($0 == "```sh" || $0 == "```sh " kind); n++; if (take) printf "echo \"== %s, block %d\" >&2\n", name, n; next }
    /^```$/ && inside { inside = 0; take = 0; next }
    take' "$1"
}
script=$(for book in "$@"; do
  [ -f "$book" ] || book=$here/$book
  blocks "$book"
done)
[ -n "$script" ] || { echo "there is no block to follow" >&2; exit 1; }
if [ -n "$print" ]; then printf '%s\n' "$script"; exit; fi
export TOTP=${TOTP:-$here/totp.sh}
cd "$here/../.."
exec bash -euo pipefail -c "$script"
