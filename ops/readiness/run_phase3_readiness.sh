#!/usr/bin/env bash
# Phase 3 readiness (document 1 section 12.2): is the mark-to-market of every cover whole, is the coverage ratio sound, and what stands in the audit
# trail of close_blocked, mtm_credit, mtm_position and demo_credit. On a server of its own; READINESS_URL=http://host:port audits one that runs
# (it is only read). Changes nothing in the working tree.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

entries() {
  "$NODE" -e '
    const [base, want] = process.argv.slice(1)
    const all = []
    for (let after = 0; ; ) {
      const { entries, next } = await (await fetch(`${base}/audit/logs?showAll=true&limit=1000&after=${after}`)).json()
      all.push(...entries.filter(({ event }) => event === want))
      if (next === null) break
      after = next
    }
    console.log(JSON.stringify(all.map(({ payload }) => payload)))' --input-type=module "$BASE" "$1"
}
# holds <payloads> <expression over p>: for each, and there is one
holds() { echo "$1" | "$NODE" -e '
  let text = ""
  process.stdin.on("data", (d) => (text += d)).on("end", () => {
    const test = new Function("p", `return ${process.argv[1]}`)
    const all = JSON.parse(text)
    const bad = all.filter((p) => !test(p))
    if (bad.length > 0) console.log("        ", JSON.stringify(bad[0]))
    process.exit(all.length > 0 && bad.length === 0 ? 0 : 1)
  })' "$2"; }

echo 'phase 3 readiness'
if [ -n "${READINESS_URL:-}" ]; then BASE=${READINESS_URL%/}; else
  start_server --speed 300 --seed 13
  wait_until 'the demo account is covered' 60 has_event coverage_activated
  wait_until 'three marks were taken' 60 has_event mtm_position 3
  # a client asks to close while there is something to protect
  COVER=$(call GET /coverage/active | read_json coverages.0)
  call POST /deribit/order "{\"accountId\":\"demo\",\"instrument\":\"$(echo "$COVER" | read_json coverageLegs.0.instrument)\",\"amount\":\"$(echo "$COVER" | read_json coverageLegs.0.size)\",\"side\":\"sell\",\"intent\":\"close\",\"coverageId\":\"$(echo "$COVER" | read_json coverageId)\",\"initialBalanceUsdc\":\"20000\",\"drawdownLimitUsdc\":\"1000\"}" >/dev/null
  check 'close_blocked is in the audit trail' has_event close_blocked
fi

MTM=$(entries mtm_position)
check 'every mtm_position has the seven documented fields' holds "$MTM" \
  '["coverageId","positionId","positionPnlUsdc","hedgeMtmUsdc","equityUsdc","drawdownBufferUsdc","coverageRatio"].every((name) => name in p)'
check 'every coverage ratio is above 0' holds "$MTM" 'Number(p.coverageRatio) > 0'
check 'every amount is a plain decimal' holds "$MTM" '[p.positionPnlUsdc, p.equityUsdc, p.drawdownBufferUsdc].every((v) => /^-?\d+(\.\d+)?$/.test(v))'
check 'every mtm_credit names its cover, its credit and the buffer' holds "$(entries mtm_credit)" 'p.coverageId && p.creditUsdc && p.bufferUsdc'
COUNTS=$(audit_counts)
check 'a demo credit repeats the credit, in demo only' equals "$(echo "$COUNTS" | read_json demo_credit)" "$(echo "$COUNTS" | read_json mtm_credit)"
NOW=$(call GET '/risk/mtm')
check 'risk/mtm agrees with the covers that stand' equals "$(echo "$NOW" | read_json positions.length)" "$(call GET /coverage/active | read_json coverages.length)"
check 'ready means able to act safely' equals "$(call GET /ready | read_json status)" ok
for event in close_blocked mtm_credit mtm_position demo_credit coverage_alarm; do echo "  $event: $(count_of "$event")"; done
verdict
