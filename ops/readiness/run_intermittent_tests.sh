#!/usr/bin/env bash
# Intermittent hedging (document 1 section 12.2): looks of the loop with and without stated exposures, and what they leave in the audit trail
# (intermittent_hedge_eval, hedge_action_skipped, hedge_order). EXPOSURES='[{"asset":"BTC","side":"long","size":3}]' states others.
# Offline, on a server of its own; changes nothing in the working tree. MODE=live makes the selection decide (default: shadow, it only scores).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

only_mode() {
  call GET '/audit/logs?showAll=true&limit=1000' | "$NODE" -e '
    let text = ""
    process.stdin.on("data", (d) => (text += d)).on("end", () => {
      const modes = JSON.parse(text).entries.flatMap(({ event, payload }) => (event === "intermittent_hedge_eval" ? [payload.mode] : []))
      process.exit(modes.length > 0 && modes.every((mode) => mode === process.argv[1]) ? 0 : 1)
    })' "$1"
}

MODE=${MODE:-shadow}
EXPOSURES=${EXPOSURES:-'[{"asset":"BTC","side":"long","size":3}]'}
echo "intermittent hedging, $MODE"
start_server --speed 60 --seed 12
LIVE=$([ "$MODE" = live ] && echo true || echo false)
set_controls "{\"phase3_rollout_enabled\":true,\"phase3_safety_guard_enabled\":true,\"intermittent_analytics_enabled\":true,\"intermittent_selection_shadow_enabled\":true,\"intermittent_selection_live_enabled\":$LIVE}"
wait_until 'the demo account is covered' 60 has_event coverage_activated

for round in 1 2 3; do
  answer=$(call POST /loop/tick "{\"accountId\":\"demo\",\"exposures\":$EXPOSURES}")
  echo "  look $round: $(echo "$answer" | read_json action), $(echo "$answer" | read_json reason) $(echo "$answer" | read_json skipped)"
  sleep 1
done
call POST /loop/tick '{"accountId":"demo","exposures":[],"target":"50000"}' >/dev/null

check 'intermittent_hedge_eval is in the audit trail' has_event intermittent_hedge_eval
check "every evaluation says $MODE" only_mode "$MODE"
check 'hedge_order: the hedge was traded' has_event hedge_order 2
# a leg of a cover is not the loop's to roll: what it would not do is said
LEG=$(call GET /coverage/active | read_json coverages.0.coverageLegs.0.instrument)
check 'a roll of a cover is refused' equals "$(call POST /hedge/roll "{\"accountId\":\"demo\",\"fromInstrument\":\"$LEG\"}" | read_json reason)" coverage_leg
check 'hedge_action_skipped is in the audit trail' has_event hedge_action_skipped
call GET '/audit/logs?showAll=true&limit=1000' | "$NODE" -e '
  let text = ""
  process.stdin.on("data", (d) => (text += d)).on("end", () => {
    for (const { event, payload } of JSON.parse(text).entries)
      if (/^(intermittent_hedge_eval|hedge_action_skipped)$/.test(event)) console.log("  ", event, payload.code ?? payload.skipped ?? "", payload.explanation.code)
  })'
verdict
