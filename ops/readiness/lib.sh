# Shared by the walk-through and the readiness scripts: a server of their own on a free port with its own data, calls with curl, answers read with node.
# Nothing of the working tree is changed: data, configuration and logs live in a folder that is removed at the end, by the server where the script was
# killed: it looks for its parent once a second, stops when that is gone, and clears up.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
NODE=$ROOT/node_modules/.bin/node
[ -x "$NODE" ] || NODE=$(command -v node)
command -v curl >/dev/null || { echo "these scripts need curl" >&2; exit 2; }

WORK=''
SERVER=''
BASE=''
TOKEN=readiness-of-this-run-alone
FAILED=0

cleanup() {
  local code=$?
  trap - EXIT INT TERM HUP
  if [ -n "$SERVER" ]; then
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" 2>/dev/null || true
  fi
  [ -n "$WORK" ] && rm -rf "$WORK"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

free_port() {
  "$NODE" -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

# start_server [flags of `ballast start`]: a simulation of its own. RISK_CONTROLS_PATH is a copy, so that what a script changes is never the user's file.
start_server() {
  WORK=$(mktemp -d)
  mkdir -p "$WORK/config" "$WORK/home"
  cp "$ROOT/config/risk-controls.json" "$WORK/config/risk-controls.json"
  local port
  port=$(free_port)
  BASE=http://127.0.0.1:$port
  # Neither the user's environment nor a .env file reaches this server: no webhook of theirs is called, no gateway or key of theirs asked for.
  (cd "$WORK" && exec env -i PATH="$PATH" TMPDIR="${TMPDIR:-/tmp}" HOME="$WORK/home" XDG_CONFIG_HOME="$WORK/home" \
    BALLAST_ADMIN_TOKEN="$TOKEN" RISK_CONTROLS_PATH="$WORK/config/risk-controls.json" \
    "$NODE" "$ROOT/ops/readiness/serve.mjs" "$$" "$WORK" --port "$port" --data "$WORK/var" "$@") >"$WORK/server.log" 2>&1 &
  SERVER=$!
  wait_until "the server is ready" 60 is_ready
}

is_ready() { curl -fsS -o /dev/null "$BASE/ready" 2>/dev/null; }

# wait_until <what> <seconds> <command…>
wait_until() {
  local what=$1 left=$2
  shift 2
  until "$@"; do
    if [ -n "$SERVER" ] && ! kill -0 "$SERVER" 2>/dev/null; then
      echo "the server ended:" >&2
      tail -20 "$WORK/server.log" >&2
      exit 1
    fi
    left=$((left - 1))
    [ "$left" -gt 0 ] || { echo "waited in vain: $what" >&2; exit 1; }
    sleep 1
  done
}

# call <method> <path> [body]: the answer's body on stdout.
call() {
  if [ $# -ge 3 ]; then
    curl -sS -X "$1" "$BASE$2" -H 'content-type: application/json' -H 'prefer: wait=10' -H "authorization: Bearer $TOKEN" -d "$3"
  else
    curl -sS -X "$1" "$BASE$2"
  fi
}

# read_json <path>: a value of the JSON on stdin; `a.0.b`, `length` of lists; nothing where it is absent.
read_json() {
  "$NODE" -e '
    let text = ""
    process.stdin.on("data", (d) => (text += d)).on("end", () => {
      let value = JSON.parse(text)
      for (const step of process.argv[1].split(".").filter(Boolean)) value = value?.[step]
      process.stdout.write(value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value))
    })' "$1"
}

# counts of audit events, as JSON {event: n}
audit_counts() { call GET '/audit/summary?mode=internal' | read_json counts; }
count_of() { audit_counts | read_json "$1"; }
has_event() { [ "$(count_of "$1")" -ge "${2:-1}" ]; }

# check <what> <command…>: says whether it holds, goes on, and remembers.
check() {
  local what=$1
  shift
  if "$@"; then echo "  ok    $what"; else
    echo "  FAIL  $what"
    FAILED=$((FAILED + 1))
  fi
}
equals() { [ "$1" = "$2" ] || { echo "        seen $1, wanted $2"; return 1; }; }

verdict() {
  if [ "$FAILED" -gt 0 ]; then echo "$FAILED checks failed"; exit 1; fi
  echo "all checks passed"
}

# set_controls '{"key": value, …}': into the server's copy; in force once the running server says so.
set_controls() {
  local before
  before=$(call GET /config | read_json digest)
  "$NODE" -e '
    const fs = require("fs"), [path, change] = process.argv.slice(1)
    const next = JSON.stringify({ ...JSON.parse(fs.readFileSync(path, "utf8")), ...JSON.parse(change) }, null, 2)
    fs.writeFileSync(path + ".new", next)
    fs.renameSync(path + ".new", path)' "$WORK/config/risk-controls.json" "$1"
  wait_until "the changed controls are in force" 20 digest_differs "$before"
}
digest_differs() { [ "$(call GET /config | read_json digest)" != "$1" ]; }
