#!/usr/bin/env bash
# Phases 1 to 4, smoke test (document 1 section 12.2): a cover is activated, pass-through is decided on and consented to, the intermittent selection runs
# live, and net exposure is hedged. Offline, on a server of its own; changes nothing in the working tree.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

echo 'phases 1 to 4'
start_server --speed 60 --seed 11
set_controls '{"phase3_rollout_enabled":true,"intermittent_selection_live_enabled":true,"phase3_safety_guard_enabled":true}'

check 'health answers exactly {"status":"ok"}' equals "$(call GET /health)" '{"status":"ok"}'
wait_until 'the demo account is covered' 60 has_event coverage_activated
check 'coverage_activated carries its legs' grep -q '"coverageLegs":\[{"instrument":"BTC-' <(call GET '/audit/logs?limit=1000')

call POST /portfolio/ingest '{"accountId":"demo","positions":[{"asset":"BTC","side":"long","entryPrice":90000,"size":1.2,"leverage":5}]}' >/dev/null
TERMS='"accountId":"demo","asset":"BTC","side":"long","tierName":"Bronze","leverage":5,"positionSize":0.2,"drawdownFloorPct":0.1,"tenorDays":3,"renewal":"none"'
PRICE=$(call POST /put/quote "{$TERMS}" | read_json feeUsdc)
# a fixed price a tenth under what the hedge costs: the premium must be passed through, and is within the cap
FIXED=$("$NODE" -e 'console.log((Number(process.argv[1]) * 0.9).toFixed(2))' "$PRICE")
QUOTE=$(call POST /put/quote "{$TERMS,\"fixedPriceUsdc\":$FIXED,\"allowPremiumPassThrough\":true}")
check "a premium over the fixed price of $FIXED is passed through" equals "$(echo "$QUOTE" | read_json status)" pass_through
ID=$(echo "$QUOTE" | read_json quoteId)
check 'without consent nothing is bought' equals "$(call POST /audit/export "{\"quoteId\":\"$ID\"}" | read_json reason)" consent_required
QUOTE=$(call POST /put/quote "{$TERMS,\"fixedPriceUsdc\":$FIXED,\"allowPremiumPassThrough\":true}")
ID=$(echo "$QUOTE" | read_json quoteId)
check 'with consent the cover is active' equals "$(call POST /audit/export "{\"quoteId\":\"$ID\",\"consent\":{\"passThrough\":true}}" | read_json status)" ok
check 'pass_through_gate is in the audit trail' has_event pass_through_gate
check 'premium_pass_through is in the audit trail' has_event premium_pass_through

TICK=$(call POST /loop/tick '{"accountId":"demo","exposures":[{"asset":"BTC","side":"long","size":3}]}')
check 'net exposure is hedged' equals "$(echo "$TICK" | read_json reason)" net_exposure
check 'hedge_action says net_exposure' grep -q '"event":"hedge_action","payload":{[^}]*"reason":"net_exposure"' <(call GET '/audit/logs?limit=1000')
call POST /loop/tick '{"accountId":"demo","exposures":[],"target":"50000"}' >/dev/null
check 'the intermittent selection was evaluated' has_event intermittent_hedge_eval
check 'it runs live' grep -q '"event":"intermittent_hedge_eval","payload":{[^}]*"mode":"live"' <(call GET '/audit/logs?showAll=true&limit=1000')
verdict
