# How ./run talks: notes go to standard error, so that what a command prints can be piped.

LOG=$ROOT/.cache/run.log

note() { printf '· %s\n' "$*" >&2; }

die() {
  printf 'run: %s\n' "$*" >&2
  exit 1
}

# quietly WHAT COMMAND…: says WHAT, keeps the command's output in a log, and shows the end of it on failure.
quietly() {
  local what=$1
  shift
  note "$what"
  mkdir -p "$ROOT/.cache"
  if ! "$@" > "$LOG" 2>&1 < /dev/null 8>&- 9>&-; then
    tail -n 30 "$LOG" >&2
    die "failed: $what (the command was: $*)"
  fi
}
