# What the service scripts share. Sourced, never run.
#
# Threat model: the services are for tests and trials on one machine. They listen on loopback only; MinIO
# and PostgreSQL ask for a secret drawn once for this checkout, Elasticsearch asks for none, so whoever can
# log in on this machine can read what is in it. Nothing of this is meant for real results.

SERVICES=$ROOT/.services

# The folder must be open to the unprivileged users that servers run as when we are root.
if [ "$(id -u)" = 0 ] && ! setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$ROOT"; then
  SERVICES=/var/tmp/sohoa-services-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1)
fi

# service_secret: the secret of this checkout's services, drawn at first need.
service_secret() {
  local file=$SERVICES/secret
  [ -s "$file" ] || (umask 077 && mkdir -p "$SERVICES" && chmod 755 "$SERVICES" &&
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$file")
  cat "$file"
}

# service_port NAME DEFAULT: the port of a service; the first free one from DEFAULT on, kept from then on.
service_port() {
  local file=$SERVICES/$1/port port=$2
  if [ ! -s "$file" ]; then
    mkdir -p "$SERVICES/$1"
    while (: < "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
    echo "$port" > "$file"
  fi
  cat "$file"
}

# service_pid NAME: its process id, and success, if it runs. A number that another program got since does not count.
service_pid() {
  local pid
  pid=$(head -n 1 "$SERVICES/$1/pid" 2> /dev/null) && [ -n "$pid" ] || return 1
  tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF "$SERVICES/$1" && echo "$pid"
}

# service_wait NAME SECONDS COMMAND…: until COMMAND succeeds; fails early when the process has ended.
service_wait() {
  local name=$1 tries=$(($2 * 4)) _
  shift 2
  for _ in $(seq "$tries"); do
    "$@" > /dev/null 2>&1 && return
    kill -0 "$(cat "$SERVICES/$name/pid")" 2> /dev/null || break
    sleep 0.25
  done
  tail -n 20 "$SERVICES/$name/log" >&2
  die "$name did not come up; its log is $SERVICES/$name/log"
}

# service_stop NAME: ends it, gently first, and waits until it is gone.
service_stop() {
  local pid _
  pid=$(service_pid "$1") || { rm -f "$SERVICES/$1/pid"; return 0; }
  kill "$pid" 2> /dev/null || true
  for _ in $(seq 120); do
    service_pid "$1" > /dev/null || { rm -f "$SERVICES/$1/pid"; return 0; }
    sleep 0.25
  done
  kill -9 "$pid" 2> /dev/null || true
  rm -f "$SERVICES/$1/pid"
}

# answers URL: whether a server answers there.
answers() {
  "$VENV/bin/python" -c 'import sys, urllib.request as u
u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=2)' "$1"
}

# unprivileged USER: what to put before a command so that it runs as that user when we are root; a word each line.
unprivileged() {
  [ "$(id -u)" != 0 ] || printf '%s\n' setpriv --reuid "$1" --regid "$1" --clear-groups
}
