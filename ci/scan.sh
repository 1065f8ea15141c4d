#!/bin/sh
# What the action, the GitLab template and the Jenkins snippet run (docs/ci.md): installs this checkout, gets the advisories,
# scans once and writes every result. No secret is read. It ends as `plimsoll scan` does: 1 by PLIMSOLL_FAIL_ON, 2 when the
# target could not be judged.
#
#   PLIMSOLL_TARGET           what to scan
#   PLIMSOLL_FAIL_ON          a severity
#   PLIMSOLL_ONLY_FIXED       true
#   PLIMSOLL_BASELINE         an earlier plimsoll.json
#   PLIMSOLL_OFFLINE          true: nobody is asked for the target
#   PLIMSOLL_ADVISORIES       update (from the publishers), oci://HOST/NAME:TAG, or none (what the data folder has)
#   PLIMSOLL_ADVISORIES_KEY   public key of who signed the one in the registry
#   PLIMSOLL_OPTIONS          more options of `plimsoll scan`, each word on a line of its own
#   PLIMSOLL_RESULTS          folder for the results (plimsoll-results)
#   PLIMSOLL_DATA             folder for the advisories (.plimsoll-data)
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
results=${PLIMSOLL_RESULTS:-plimsoll-results}
data=${PLIMSOLL_DATA:-.plimsoll-data}
plimsoll() { node "$root/bin/plimsoll.js" "$@"; }

if [ -z "${PLIMSOLL_TARGET:-}" ]; then
  echo 'PLIMSOLL_TARGET: say what to scan' >&2
  exit 2
fi
node "$root/scripts/setup.js"

case ${PLIMSOLL_ADVISORIES:-update} in
none) ;;
update) plimsoll db update --data "$data" ;;
oci://*)
  if [ -z "${PLIMSOLL_ADVISORIES_KEY:-}" ]; then
    echo 'PLIMSOLL_ADVISORIES_KEY: name the public key of who signed the advisories' >&2
    exit 2
  fi
  plimsoll db pull "$PLIMSOLL_ADVISORIES" --trusted-key "$PLIMSOLL_ADVISORIES_KEY" --data "$data"
  ;;
*)
  echo "PLIMSOLL_ADVISORIES: expected update, none or oci://HOST/NAME:TAG, not $PLIMSOLL_ADVISORIES" >&2
  exit 2
  ;;
esac

mkdir -p "$results"
set -- --data "$data"
set -- "$@" --output "json=$results/plimsoll.json" --output "sarif=$results/plimsoll.sarif"
set -- "$@" --output "junit=$results/plimsoll.xml" --output "cyclonedx=$results/plimsoll.cdx.json"
set -- "$@" --output "html=$results/plimsoll.html" --output "markdown=$results/plimsoll.md"
[ -z "${PLIMSOLL_FAIL_ON:-}" ] || set -- "$@" --fail-on "$PLIMSOLL_FAIL_ON"
[ -z "${PLIMSOLL_BASELINE:-}" ] || set -- "$@" --baseline "$PLIMSOLL_BASELINE"
[ "${PLIMSOLL_ONLY_FIXED:-}" != true ] || set -- "$@" --only-fixed
[ "${PLIMSOLL_OFFLINE:-}" != true ] || set -- "$@" --offline
while IFS= read -r word; do
  [ -z "$word" ] || set -- "$@" "$word"
done <<END
${PLIMSOLL_OPTIONS:-}
END

plimsoll scan "$@" -- "$PLIMSOLL_TARGET"
