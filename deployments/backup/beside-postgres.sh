#!/bin/sh
# For a container beside the database, where nothing like a timer runs: follows
# the changes and makes a base backup at the start and then every night. Ends
# with an error when the following ends, so that it is started again.
set -u
homecare backup --follow &
follow=$!
trap 'kill "$follow" 2>/dev/null; exit 0' TERM INT
while kill -0 "$follow" 2>/dev/null; do
  if homecare backup --keep "${HOMECARE_BACKUP_KEEP:-7}"; then
    touch "$HOMECARE_STATUS_DIR/backup.ok" # the age of this file is homecare_backup_age_seconds
    left=86400
  else
    left=600
  fi
  while [ "$left" -gt 0 ] && kill -0 "$follow" 2>/dev/null; do
    sleep 10
    left=$((left - 10))
  done
done
echo "homecare backup --follow ended" >&2
exit 1
