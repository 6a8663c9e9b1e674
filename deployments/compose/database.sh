#!/bin/sh
# Run once by the database's image when its folder is new, after roles.sql:
# passwords and the database. Safe to read: the passwords are in a secret.
set -eu
psql -v ON_ERROR_STOP=1 -q -d postgres -f /run/secrets/role_passwords
psql -v ON_ERROR_STOP=1 -q -d postgres -c 'create database homecare owner homecare_owner'
psql -v ON_ERROR_STOP=1 -q -d homecare -c 'create extension if not exists btree_gist' -c 'create extension if not exists pg_trgm'
# The service backup fetches the changes; the address rules of the image leave replication out.
echo 'host replication postgres all scram-sha-256' >> "$PGDATA/pg_hba.conf"
