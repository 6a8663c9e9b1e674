#!/bin/sh
# Makes the secrets in a folder that only its owner enters; keeps those that
# are there, prints none. The files can be read by everybody who gets past the
# folder: the users of containers are others, and each gets only the files its
# service names.
#   deployments/secrets.sh /etc/homecare/secrets                  compose/production.yml
#   deployments/secrets.sh /etc/homecare/secrets 127.0.0.1:5433   PostgreSQL of this machine
set -eu
dir=${1:?which folder}
host=${2:-postgres:5432}
umask 077
mkdir -p "$dir"
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
put() { [ -s "$dir/$1" ] || { cat > "$dir/$1.new"; chmod 0444 "$dir/$1.new"; mv "$dir/$1.new" "$dir/$1"; }; }
for name in postgres_password grafana_password minio_password; do random | put "$name"; done
if [ ! -s "$dir/role_passwords" ]; then
  rm -f "$dir"/db_*_url # of a run that broke off: they would hold other passwords
  for role in owner app report district system; do
    password=$(random)
    printf 'postgres://homecare_%s:%s@%s/homecare?sslmode=disable' "$role" "$password" "$host" | put "db_${role}_url"
    printf "alter role homecare_%s password '%s';\n" "$role" "$password"
  done | put role_passwords
fi
printf 'postgres://postgres:%s@%s/homecare?sslmode=disable' "$(cat "$dir/postgres_password")" "$host" | put db_backup_url
head -c 32 /dev/urandom | base64 | put master_key
echo "The secrets are in $dir. Copy master_key to two places that are neither this machine nor its backup: without it every identity number is lost."
