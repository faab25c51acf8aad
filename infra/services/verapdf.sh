# veraPDF, the PDF/A validator (MPL 2.0 or GPL 3: fetched for tests, never part of sohoa). Sourced.

VERAPDF=org.verapdf.apps:greenfield-apps:1.28.2

verapdf_install() {
  [ -s "$(verapdf_jar)" ] && return
  need_maven
  mkdir -p "$SERVICES/verapdf"
  quietly "Fetching veraPDF (once)" mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    "-Dartifact=$VERAPDF" "-DoutputDirectory=$SERVICES/verapdf" -Dmdep.stripVersion=true
}

verapdf_jar() {
  echo "$SERVICES/verapdf/greenfield-apps.jar"
}
