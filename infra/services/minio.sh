# MinIO (AGPL: built here from its published source for tests, never part of sohoa). Sourced.

MINIO_MODULE=github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c # the community edition's last commit

minio_install() {
  local bin=$SERVICES/minio/bin
  [ -x "$bin/minio" ] && return
  need_go
  quietly "Building MinIO (about 3 minutes, once)" env GOBIN="$bin" go install -ldflags '-s -w' "$MINIO_MODULE"
}

minio_start() {
  service_pid minio > /dev/null && return
  minio_install
  local dir=$SERVICES/minio port
  port=$(service_port minio 19000)
  mkdir -p "$dir/data"
  MINIO_ROOT_USER=sohoa MINIO_ROOT_PASSWORD=$(service_secret) MINIO_UPDATE=off HOME=$dir \
    setsid "$dir/bin/minio" server --quiet --address "127.0.0.1:$port" "$dir/data" \
    > "$dir/log" 2>&1 < /dev/null 8>&- 9>&- &
  echo $! > "$dir/pid"
  service_wait minio 60 answers "http://127.0.0.1:$port/minio/health/live"
}

minio_url() {
  echo "s3://sohoa:$(service_secret)@127.0.0.1:$(service_port minio 19000)/${1:-sohoa}?secure=false"
}
