# PostgreSQL from the distribution's packages, as a private cluster beside any that the system runs. Sourced.

PG_USER=postgres # the user that the packages make; PostgreSQL refuses to run as root

postgresql_bin() {
  local bin
  local initdb
  initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [ -x "$initdb" ] || initdb=$(readlink -f "$(command -v initdb)") || return 1
  dirname "$initdb"
}

postgresql_start() {
  service_pid postgresql > /dev/null && return
  need_postgresql
  local dir=$SERVICES/postgresql bin port user
  mapfile -t user < <(unprivileged "$PG_USER")
  bin=$(postgresql_bin)
  port=$(service_port postgresql 15432)
  if [ ! -s "$dir/data/PG_VERSION" ]; then
    rm -rf "$dir/data"
    mkdir -p "$dir/data"
    service_secret > "$dir/password"
    if [ "$(id -u)" = 0 ]; then chown "$PG_USER" "$dir/data" "$dir/password"; fi
    (cd / && "${user[@]}" "$bin/initdb" -D "$dir/data" -U sohoa --pwfile "$dir/password" \
      --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8) > "$dir/log" 2>&1 || die "initdb failed: see $dir/log"
    rm -f "$dir/password"
  fi
  # Nothing in this cluster outlives a crash of the machine, and nothing needs to.
  setsid "${user[@]}" env -C / "$bin/postgres" -D "$dir/data" -p "$port" -h 127.0.0.1 -k '' \
    -c fsync=off -c full_page_writes=off -c max_connections=200 > "$dir/log" 2>&1 < /dev/null 8>&- 9>&- &
  echo $! > "$dir/pid"
  service_wait postgresql 30 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
  postgresql_create sohoa
}

postgresql_create() {
  local psql
  psql=("$(postgresql_bin)/psql" "$(postgresql_url postgres)" -qtA)
  [ "$("${psql[@]}" -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ] || "${psql[@]}" -c "CREATE DATABASE $1"
}

postgresql_url() {
  echo "postgresql://sohoa:$(service_secret)@127.0.0.1:$(service_port postgresql 15432)/${1:-sohoa}"
}
