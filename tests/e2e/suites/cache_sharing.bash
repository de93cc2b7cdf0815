# Many processes on one cache: every output right, nothing said, nothing remembered twice, the cache within its limit.
# shellcheck shell=bash

suite_cache_sharing_PROBE() {
  need jq python3 flock
  ! sanitized || echo "looks at many processes together, of which each is watched alone"
  python3 -c 'import sqlite3' 2>/dev/null || echo "needs python3 with sqlite3"
}

PROCESSES=16
PICTURES=8 # a tree

# make_trees DIR...: no picture is in two of them. Most are of noise, whose outputs are too large for the database.
make_trees() {
  python3 - "$PICTURES" "$@" <<'END' || fail "cannot make the trees"
import random, struct, sys, zlib
from pathlib import Path

def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

for seed, name in enumerate(sys.argv[2:]):
    noise = random.Random(seed)
    for number in range(int(sys.argv[1])):
        side = 96 if number % 4 else 16
        rows = b''.join(b'\0' + noise.randbytes(3 * side) for _ in range(side))
        path = Path(name, 'ab'[number % 2], f'{number}.png')
        path.parent.mkdir(parents=True, exist_ok=True)
        header = struct.pack('>IIBBBBB', side, side, 8, 2, 0, 0, 0)
        parts = chunk(b'IHDR', header), chunk(b'IDAT', zlib.compress(rows, 1)), chunk(b'IEND', b'')
        path.write_bytes(b'\x89PNG\r\n\x1a\n' + b''.join(parts))
END
}

# convert IN OUT [OPTION...]
convert() { frugal -f webp --lossless -e 1 -o "$2" "${@:3}" "$1"; }

# What each of the processes does; its number is $1.
one_tree() { convert in "out/$1" --cache-dir cache --jsonl "$1.jsonl"; }
one_tree_and_directory() { convert in out --cache-dir cache --jsonl "$1.jsonl"; }
own_tree() { convert "in/$1" "out/$1" --cache-dir cache --cache-max 2M --jsonl "$1.jsonl"; }

# all_at_once FUNCTION: runs it with the numbers of all processes, which begin together. Its status is how many failed.
all_at_once() {
  local number gate failed=0
  local -a runs=()
  exec {gate}>gate
  flock "$gate"
  for ((number = 1; number <= PROCESSES; ++number)); do
    { flock -s gate true && "$1" "$number"; } >"$number.stdout" 2>"$number.stderr" {gate}>&- &
    runs+=($!)
  done
  sleep 0.2
  exec {gate}>&-
  for number in "${runs[@]}"; do wait "$number" || failed=$((failed + 1)); done
  return "$failed"
}

# expect_all_right: of the last round, nothing failed, was left alone or was warned of.
expect_all_right() {
  expect_equal "$(cat -- *.stderr | grep '^frugal: ')" ""
  expect_equal "$(cat -- *.jsonl | jq -r 'select(has("summary")) | .summary | .converted + .reused' | sort -u)" "$PICTURES"
}

# ask CACHE SQL: the first value.
ask() {
  python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' \
    "$1/v1/frugal.sqlite3" "$2"
}

# payload_files CACHE: their sizes in bytes.
payload_files() { find "$1"/v1/?? -type f -printf '%s\n' | sort -n; }

# expect_sound CACHE: for SQLite, and no row is there twice.
expect_sound() {
  expect_equal "$(ask "$1" "PRAGMA integrity_check")" ok
  expect_equal "$(ask "$1" "SELECT count(*) - count(DISTINCT key) FROM result")" 0
  expect_equal "$(ask "$1" "SELECT count(*) - count(DISTINCT hex(hash) || size) FROM payload")" 0
}

# expect_knows_the_same CACHE CACHE
expect_knows_the_same() {
  local what
  for what in result payload "result WHERE verdict = 1" "(SELECT DISTINCT output FROM result)"; do
    expect_equal "$what: $(ask "$1" "SELECT count(*) FROM $what")" "$what: $(ask "$2" "SELECT count(*) FROM $what")"
  done
  expect_equal "$(payload_files "$1")" "$(payload_files "$2")"
}

suite_cache_sharing() {
  local number

  TEST "16 processes with one cold cache and one tree do and remember what one alone would"
  make_trees in
  expect_status 0 convert in right --no-cache
  expect_status 0 convert in alone --cache-dir lone
  for _ in cold warm; do
    rm -rf out
    expect_status 0 all_at_once one_tree
    expect_all_right
    for ((number = 1; number <= PROCESSES; ++number)); do expect_equal "$(diff -r right "out/$number" 2>&1)" ""; done
    expect_sound cache
    expect_knows_the_same cache lone
  done
  expect_equal "$(cat -- *.jsonl | jq -r 'select(has("summary") | not) | "\(.cache) \(.encodes)"' | sort -u)" "hit 0"

  TEST "16 processes that write the same outputs to the same places get in nobody's way"
  make_trees in
  expect_status 0 convert in right --no-cache
  expect_status 0 convert in alone --cache-dir lone
  for _ in cold warm; do
    rm -rf out
    expect_status 0 all_at_once one_tree_and_directory
    expect_all_right
    expect_equal "$(diff -r right out 2>&1)" ""
    expect_sound cache
    expect_knows_the_same cache lone
  done

  TEST "16 processes with 16 trees and one cache that is too small for them keep it within its limit"
  make_trees $(seq -f 'in/%g' "$PROCESSES")
  expect_status 0 convert in right --no-cache
  for _ in cold again; do
    rm -rf out
    expect_status 0 all_at_once own_tree
    expect_all_right
    expect_equal "$(diff -r right out 2>&1)" ""
    expect_sound cache
    expect_smaller "$(find cache -type f -printf '%s\n' | jq -s add)" $(((2 << 20) + 1))
  done
  expect_smaller "$((2 << 20))" "$(find right -type f -printf '%s\n' | jq -s add)"
  expect_equal "$(($(ask cache "SELECT value FROM meta WHERE name = 'evicted'") > 0))" 1
}
