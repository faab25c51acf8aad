# ./run services: MinIO, Elasticsearch and PostgreSQL on loopback, for a machine without a container engine.

SERVICE_NAMES=(minio elasticsearch postgresql)

for piece in "$ROOT"/infra/services/*.sh; do source "$piece"; done

services() {
  case ${1:-status} in
    start)
      prepare_runtime
      rm -f "$SERVICES/for-tests"
      with_lock services_start
      services_urls
      ;;
    stop)
      with_lock services_stop
      rm -f "$SERVICES/for-tests"
      note "The services are stopped; what they hold stays in $SERVICES"
      ;;
    status) services_status ;;
    urls) services_urls ;;
    *) die "services start, stop, status or urls - not '$1'" ;;
  esac
}

services_start() {
  local name
  mkdir -p "$SERVICES"
  for name in "${SERVICE_NAMES[@]}"; do "${name}_start"; done
}

services_stop() {
  local name
  for name in "${SERVICE_NAMES[@]}"; do service_stop "$name"; done
}

services_status() {
  local name pid
  for name in "${SERVICE_NAMES[@]}"; do
    if pid=$(service_pid "$name"); then
      printf '%-14s runs on port %s, process %s\n' "$name" "$(cat "$SERVICES/$name/port")" "$pid"
    else
      printf '%-14s does not run\n' "$name"
    fi
  done
}

# The settings that make sohoa use the services; `eval "$(./run services urls)"` puts them into a shell.
services_urls() {
  echo "export SOHOA_STORAGE_URL='$(minio_url)'"
  echo "export SOHOA_SEARCH_URL='$(elasticsearch_url)'"
  echo "export SOHOA_DATABASE_URL='$(postgresql_url)'"
}

# services_for_tests: starts what a test run needs and tells it where; the last test run stops what a test run started.
services_for_tests() {
  mkdir -p "$SERVICES"
  exec 9> "$SERVICES/in-use"
  flock -s 9
  trap services_after_tests EXIT
  local name
  for name in "${SERVICE_NAMES[@]}"; do service_pid "$name" > /dev/null || touch "$SERVICES/for-tests"; done
  for name in "${SERVICE_NAMES[@]}"; do attempt "$name" with_lock "${name}_start"; done
  attempt veraPDF with_lock verapdf_install
  attempt "the schema of ALTO" with_lock alto_install
  attempt Chromium need_chromium
  attempt "reading backups" need_backup_readers
  attempt "the virus scanner" need_clamd
  export SOHOA_TEST_S3_URL SOHOA_TEST_ES_URL SOHOA_TEST_PG_URL SOHOA_TEST_VERAPDF SOHOA_TEST_ALTO_XSD
  SOHOA_TEST_S3_URL=$(! service_pid minio > /dev/null || minio_url)
  SOHOA_TEST_ES_URL=$(! service_pid elasticsearch > /dev/null || elasticsearch_url)
  SOHOA_TEST_PG_URL=$(! service_pid postgresql > /dev/null || postgresql_url postgres)
  SOHOA_TEST_VERAPDF=$(! [ -s "$(verapdf_jar)" ] || verapdf_jar)
  SOHOA_TEST_ALTO_XSD=$(! [ -s "$(alto_schema)" ] || alto_schema)
}

# attempt WHAT COMMAND…: in CI a service that cannot be had ends the run; elsewhere its tests are skipped, and say so.
attempt() {
  local what=$1 code=0
  shift
  set +e # `|| code=$?` would take the -e away from the command itself
  (set -e && "$@")
  code=$?
  set -e
  [ "$code" = 0 ] && return
  [ "${CI:-}" != true ] || die "CI needs $what"
  note "Going on without $what: its tests will be skipped"
}

services_after_tests() {
  local code=$?
  trap - EXIT
  if flock -n -x 9 && [ -e "$SERVICES/for-tests" ]; then
    services_stop
    rm -f "$SERVICES/for-tests"
  fi
  exit "$code"
}
