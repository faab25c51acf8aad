# ./run demo: from nothing to three searches over the sample batch.

DEMO=$ROOT/.cache/demo

# demo_step COMMAND…: shows the command as a person would type it, then runs it.
demo_step() {
  local word shown='$ sohoa'
  for word in "$@"; do
    case ${word#"$ROOT/"} in
      *[[:space:]\"\'\&\(\)]*) shown+=" '$word'" ;;
      *) shown+=" ${word#"$ROOT/"}" ;;
    esac
  done
  printf '\n%s\n' "$shown"
  "$VENV/bin/sohoa" "$@"
}

demo() {
  prepare_runtime
  exec 9> "$ROOT/.cache/demo.lock"
  flock -n 9 || die "another ./run demo is at work in this checkout"
  rm -rf "$DEMO"
  mkdir -p "$DEMO"
  cd "$ROOT" || exit
  # Settings of the person who runs this must not send the sample to their own services.
  local name
  for name in $(compgen -e | grep '^SOHOA_') PREFECT_API_URL; do unset "$name"; done
  export SOHOA_HOME=$DEMO

  printf 'A batch of old results, as it comes from the scanner, becomes records that a clerk finds in a second.\n'
  demo_step init
  demo_step units add H61 "Ủy ban nhân dân tỉnh (đơn vị mẫu)"
  demo_step ingest samples/batches --unit H61 --batch "Hộp mẫu 1"

  local ids id query
  ids=$(demo_ids)
  for id in $(head -n 1 <<< "$ids"); do demo_step show "$id"; done
  while IFS= read -r query; do demo_step search "$query" --limit 3; done < "$ROOT/samples/searches.txt"

  id=$(head -n 1 <<< "$ids")
  demo_step export "$id" --to "$DEMO/export"
  cat << TEXT

The originals, the searchable PDFs, the catalog and the index lie in
  ${DEMO#"$ROOT"/}
one result was exported to
  ${DEMO#"$ROOT"/}/export
and the pages open in a browser with
  SOHOA_HOME=${DEMO#"$ROOT"/} ./run serve
TEXT
}

# demo_ids: the ids of the results, most telling first.
demo_ids() {
  "$VENV/bin/sohoa" search "$(head -n 1 "$ROOT/samples/searches.txt")" --json |
    "$VENV/bin/python" -c 'import json, sys; print(*(r["id"] for r in json.load(sys.stdin)["results"]), sep="\n")'
}
