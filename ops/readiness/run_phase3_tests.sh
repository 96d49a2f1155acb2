#!/usr/bin/env bash
# Phase 3 (document 1 section 12.2): the flags of the intermittent selection, first shadow, then live, each with the intermittent tests, then readiness.
# The flags are set in a copy of the configuration that the test server reads, so there is nothing to restore, also after a kill; that the user's own
# file is the same at the end is checked.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CONTROLS=$HERE/../../config/risk-controls.json
set -uo pipefail

before=$(cksum <"$CONTROLS")
failed=0
same_config() {
  [ "$(cksum <"$CONTROLS")" = "$before" ] || { echo 'config/risk-controls.json was changed while the tests ran' >&2; exit 1; }
}
trap same_config EXIT

for mode in shadow live; do
  MODE=$mode "$HERE/run_intermittent_tests.sh" || failed=1
done
"$HERE/run_phase3_readiness.sh" || failed=1
[ "$failed" = 0 ] && echo 'phase 3: all passed' || echo 'phase 3: failed' >&2
exit "$failed"
