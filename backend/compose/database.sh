#!/bin/sh
# Runs once, when the database is made. Vestibule owns its database and is no superuser; nobody signs
# in as the superuser from outside the container.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" --username postgres --dbname postgres <<'SQL'
CREATE ROLE vestibule LOGIN PASSWORD :'password';
CREATE DATABASE vestibule OWNER vestibule;
REVOKE ALL ON DATABASE vestibule FROM PUBLIC;
ALTER ROLE postgres PASSWORD NULL;
SQL
