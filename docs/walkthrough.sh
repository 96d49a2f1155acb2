#!/usr/bin/env bash
# The flow of document 1, call by call, against a simulation: ingest, quote, order, activate, report, tick, renew, expire, payout, summary.
# Starts a server of its own (scenario crash, 900 times as fast as the clock, nothing kept) and takes about three minutes.
# Each call and its answer are printed; a step that does not do what the document says ends the script with code 1.
source "$(dirname "${BASH_SOURCE[0]}")/../ops/readiness/lib.sh"

start_server --speed 900 --scenario crash --seed 7

step() { printf '\n== %s\n' "$1"; }
# show <method> <path> [body]: prints the call and its answer, keeps the answer in ANSWER.
show() {
  printf '%s %s %s\n' "$1" "$2" "${3:-}"
  ANSWER=$(call "$@")
  printf '%s\n' "$ANSWER" | cut -c1-1200
}
field() { printf '%s' "$ANSWER" | read_json "$1"; }
want() { [ "$(field "$1")" = "$2" ] || { echo "wanted $1 = $2, got '$(field "$1")'" >&2; exit 1; }; }

step 'The server lives, and both sides mean the same platform'
show GET /health
want status ok
show GET /integration/handshake
want mode demo

step 'The demo account opens its own position and cover first'
wait_until 'the demo account is covered' 60 has_event coverage_activated

step 'Ingest: the partner states the positions of the account (half a coin more than is covered)'
show POST /portfolio/ingest '{"accountId":"demo","positions":[{"asset":"BTC","side":"long","entryPrice":90000,"size":1.5,"leverage":5}],"source":"walkthrough"}'
want count 1
show GET '/portfolio/positions?accountId=demo'

step 'Preview: a price of the cache, or one on its way'
QUOTE='{"accountId":"demo","asset":"BTC","side":"long","tierName":"Bronze","leverage":5,"positionSize":0.5,"drawdownFloorPct":0.05,"tenorDays":1,"renewal":"rolling"}'
show POST /put/preview "$QUOTE"

# The order is priced again on the market as it is by then; where that moved too far, the client asks for another quote.
ORDER=''
for try in 1 2 3 4 5 6 7 8; do
  step "Quote and order: the hedge is bought under the name of the cover (try $try)"
  show POST /put/quote "$QUOTE"
  if [ "$(field status)" = ok ]; then
    QUOTE_ID=$(field quoteId)
    INSTRUMENT=$(field instrument)
    EXPIRY=$(field expiryIso)
    ORDER="{\"accountId\":\"demo\",\"instrument\":\"$INSTRUMENT\",\"amount\":0.5,\"side\":\"buy\",\"type\":\"market\",\"intent\":\"open\",\"hedgeType\":\"option\",\"coverageId\":\"walk-1\"}"
    show POST /deribit/order "$ORDER"
    [ "$(field state)" = filled ] && break
  fi
  sleep 2
done
want state filled
COVER=$(field coverageId)

step 'The same order again is the first answer, not a second order'
show POST /deribit/order "$ORDER"
want coverageId "$COVER"

step 'Activate: the export adopts the order; it never sends a second one'
show POST /audit/export "{\"accountId\":\"demo\",\"quoteId\":\"$QUOTE_ID\"}"
want coverageId "$COVER"

step 'Report: what is covered, what it is worth, what stands between equity and limit'
show GET '/coverage/active?accountId=demo'
show GET '/coverage/report?accountId=demo'
want status ok
show GET '/risk/summary?accountId=demo&maxMtmAgeMs=86400000'
show GET '/risk/mtm?accountId=demo'

step 'Tick: one look of the hedge loop'
show POST /loop/tick '{"accountId":"demo"}'

step 'A close is refused while there is something to protect'
show POST /deribit/order "{\"accountId\":\"demo\",\"instrument\":\"$INSTRUMENT\",\"amount\":0.5,\"side\":\"sell\",\"intent\":\"close\",\"coverageId\":\"walk-1\",\"initialBalanceUsdc\":\"20000\",\"drawdownLimitUsdc\":\"10000\"}"
want reason drawdown_buffer_positive

step 'Renew: too early now, then inside the window'
show POST /put/auto-renew "{\"accountId\":\"demo\",\"coverageId\":\"$COVER\"}"
want status too_early
show POST /put/auto-renew/schedule "{\"enabled\":true,\"nextExpiryIso\":\"$EXPIRY\",\"renewWindowMinutes\":720,\"payload\":{\"coverageId\":\"$COVER\"}}"
want status ok
# Policy rolling: the floor of the next cover starts from the index as it is by then; hold-limit would refuse what cannot hold the old limit.
renewed() { [ "$(call POST /put/auto-renew "{\"accountId\":\"demo\",\"coverageId\":\"$COVER\"}" | read_json status)" = ok ]; }
wait_until 'the renewal window opens and the next cover is bought' 120 renewed
show POST /put/auto-renew "{\"accountId\":\"demo\",\"coverageId\":\"$COVER\"}"
want previousCoverageId "$COVER"

step 'Expire and pay out'
has_ended() { call GET '/audit/logs?limit=1000' | grep -q "\"event\":\"coverage_expired\",\"payload\":{\"coverageId\":\"$COVER\""; }
wait_until 'the cover ends' 180 has_ended
ANSWER=$(call GET '/audit/logs?limit=1000' | "$NODE" -e '
  let text = ""
  process.stdin.on("data", (d) => (text += d)).on("end", () => {
    const own = JSON.parse(text).entries.filter(({ event, payload }) => payload.coverageId === process.argv[1] && /expired|payout/.test(event))
    console.log(JSON.stringify(own.map(({ event, payload }) => ({ event, settlementIndex: payload.settlementIndex, payoutUsdc: payload.payoutUsdc }))))
  })' "$COVER")
printf '%s\n' "$ANSWER"
want 0.event coverage_expired
want 1.event option_payout

step 'Summary'
show GET '/audit/summary?mode=exec&accountId=demo'
want status ok
show GET /risk/daily-summary
printf '\nThe walk is done: quoted, bought once, activated, refused to be closed, renewed on time, ended and paid out.\n'
