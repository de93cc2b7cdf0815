# frugal cache: what it tells of a cache, finds wrong with it, and removes, also while others use it.
# shellcheck shell=bash

suite_cache_care_PROBE() { need jq; }

# tree: makes in/, pictures of which some have results too large for the database itself.
tree() {
  "$MAKE_PICTURES" in --count 6 --size 96x64 >/dev/null || fail "cannot make a tree"
  picture in/large.png noise 220x160
  picture in/larger.png noise 260x180 --seed 2
}

# encode [OPTION...]: the tree to out/, with the cache in cache/.
encode() { frugal --cache-dir cache -q 90 -e 1 -f webp -o out in "$@"; }

# care ACTION [OPTION...]: frugal cache for the one in cache/.
care() { frugal cache "$@" --cache-dir cache; }

# The line of that name in the text of the last command, without its name.
figure() { sed -n "s/^$1  *//p" "$OUT"; }

# expect_outputs DIR: what a run now makes is what is in DIR.
expect_outputs() {
  rm -rf out
  expect_status 0 encode
  expect_stderr_lacks "frugal: "
  expect_equal "$(diff -r "$1" out)" ""
}

# expect_complaint TEXT: one line on standard error alone, with TEXT.
expect_complaint() {
  expect_equal "$(<"$OUT")" ""
  expect_equal "$(wc -l <"$ERR")" 1
  expect_stderr_contains "frugal: "
  expect_stderr_contains "$1"
}

# state DIR: what tells whether files were touched, a line each.
state() { find "$1" -printf '%p %i %s %T@ %C@\n' | sort; }

payload_files() { find cache/v1 -regextype posix-extended -type f -regex '.*/[0-9a-f]{2}/[0-9a-f]{32}-[0-9]+'; }

# flip FILE OFFSET: another byte there.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  # shellcheck disable=SC2059  # the format is the byte
  printf "\\x$(printf %x $((byte ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

suite_cache_care() {
  local action before database file pid round runs size

  TEST "where there is no cache, that is said and none is made"
  for action in stats verify; do
    expect_status 0 care "$action"
    expect_stdout "no cache there yet: cache"
    expect_equal "$(<"$ERR")" ""
  done
  for action in prune clear; do
    expect_status 0 care "$action"
    expect_stderr_contains "no cache there yet: cache"
    expect_equal "$(<"$OUT")" ""
  done
  expect_missing cache
  expect_status 0 frugal cache stats
  expect_stdout "no cache there yet: $XDG_CACHE_HOME/frugal"
  expect_equal "$(find "$HOME" -type f)" ""
  expect_status 0 care stats --json
  expect_json '[.exists, .results.encoded, .payloads.count, .hit_rate]' "$OUT" '[false,0,0,null]'
  expect_status 0 care verify --json
  expect_json '[.exists, .sound]' "$OUT" '[false,true]'

  TEST "stats tell of the cache what its runs did"
  tree
  expect_status 0 encode --jsonl log.jsonl
  runs=$(summary log.jsonl .converted)
  expect_status 0 care stats
  expect_equal "$(<"$ERR")" ""
  expect_equal "$(figure directory) $(figure runs) $(figure hits) $(figure misses)" "cache 1 0 8"
  expect_equal "$(figure hit-rate)" "0.0 %"
  expect_status 0 encode
  expect_status 0 care stats
  expect_equal "$(figure runs) $(figure hits) $(figure misses) $(figure hit-rate)" "2 8 8 50.0 %"
  expect_status 0 care stats --json
  expect_equal "$(wc -l <"$OUT")" 1
  expect_json 'keys_unsorted | join(" ")' "$OUT" \
    "v directory exists limit_bytes disk_bytes results payloads files_known runs hits misses hit_rate encodes saved_bytes evicted damaged"
  expect_json '[.v, .directory, .exists, .limit_bytes, .runs, .hits, .misses, .hit_rate + 0]' "$OUT" \
    '[1,"cache",true,5368709120,2,8,8,0.5]'
  expect_json '.results.encoded' "$OUT" "$runs"
  expect_json '.encodes' "$OUT" "$(rows log.jsonl .encodes | jq -s add)"
  expect_json '.files_known >= 8 and .disk_bytes > .payloads.file_bytes and .payloads.file_bytes > 0' "$OUT" true

  TEST "stats change nothing"
  tree
  expect_status 0 encode
  before=$(state cache)
  expect_status 0 care stats
  expect_status 0 care stats --json
  expect_equal "$(state cache)" "$before"

  TEST "the place and the limit come from the environment, too"
  tree
  expect_status 0 env FRUGAL_CACHE_DIR=there "$FRUGAL" -q 90 -f webp -o out in
  expect_exists there/v1
  expect_status 0 env FRUGAL_CACHE_DIR=there FRUGAL_CACHE_MAX=2M "$FRUGAL" cache stats --json
  expect_json '[.directory, .exists, .limit_bytes]' "$OUT" '["there",true,2097152]'
  expect_status 0 env FRUGAL_CACHE_DIR=there FRUGAL_CACHE_MAX=1 "$FRUGAL" cache prune
  expect_status 0 env FRUGAL_CACHE_DIR=there "$FRUGAL" cache stats --json
  expect_json '[.payloads.count, .results.encoded]' "$OUT" '[0,0]'
  expect_status 2 env FRUGAL_CACHE_MAX=much "$FRUGAL" cache stats
  expect_complaint "FRUGAL_CACHE_MAX: 'much' is not a size"

  TEST "a run keeps the cache below --cache-max"
  tree
  expect_status 0 encode --cache-max 100k
  expect_status 0 care stats --cache-max 100k --json
  expect_json '.disk_bytes <= .limit_bytes and .evicted > 0' "$OUT" true
  expect_status 2 encode --cache-max lots
  expect_complaint "--cache-max: 'lots' is not a size"

  TEST "without a home, the directory has to be named"
  expect_status 1 env -u HOME -u XDG_CACHE_HOME "$FRUGAL" cache stats
  expect_complaint "--cache-dir"

  TEST "a wrong call names the four actions"
  for action in "" "stats verify" "stat" "Clear"; do
    # shellcheck disable=SC2086  # none, one or two words
    expect_status 2 frugal cache $action
    expect_complaint "stats, verify, prune, clear"
  done
  for action in prune clear; do
    expect_status 2 frugal cache "$action" --json
    expect_complaint "--json is for stats and verify"
  done
  expect_status 2 frugal cache stats --no-cache
  expect_complaint "unknown option --no-cache"

  TEST "verify finds a sound cache sound, and leaves it whole"
  tree
  expect_status 0 encode
  expect_status 0 care verify
  expect_equal "$(<"$ERR")" ""
  expect_equal "$(figure database) $(figure totals)" "sound right"
  expect_status 0 care verify --json
  expect_json 'keys_unsorted | join(" ")' "$OUT" \
    "v directory exists sound database fault results damaged_results blocks damaged_blocks payloads damaged_payloads totals_corrected missing_payloads leftover_files leftover_bytes"
  expect_json '[.exists, .sound, .database, .fault, .damaged_results + .damaged_payloads]' "$OUT" \
    '[true,true,"sound",null,0]'
  rm -rf out
  expect_status 0 encode --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status | sort -u)" reused

  TEST "verify finds a damaged payload, one without its file, and removes both"
  tree
  expect_status 0 encode
  cp -a out before
  payload_files | sort >files
  expect_equal "$(wc -l <files)" 2
  if ! over; then
    flip "$(head -n 1 files)" 3000
    rm "$(tail -n 1 files)"
  fi
  expect_status 1 care verify --json
  expect_stderr_contains "frugal: damage was found"
  expect_json '[.sound, .database, .damaged_payloads, .missing_payloads, .damaged_results]' "$OUT" \
    '[false,"sound",1,1,0]'
  expect_equal "$(payload_files)" ""
  expect_status 0 care verify
  expect_status 0 care stats --json
  expect_json '.damaged' "$OUT" 1
  expect_outputs before

  TEST "after verify a cache with flipped bytes in its database is sound"
  tree
  expect_status 0 encode
  cp -a out before
  cp -a cache whole
  database=cache/v1/frugal.sqlite3
  size=$(bytes whole/v1/frugal.sqlite3)
  for round in 1 2 3 4 5 6 7 8; do
    rm -rf cache
    cp -a whole cache
    over || for file in 1 2 3; do flip $database $((4096 + (round * 7919 + file * 104729) * 31 % (size - 4096))); done
    over || frugal cache verify --cache-dir cache >"$OUT" 2>"$ERR" || [[ $? == 1 ]] || fail "verify crashed"
    if grep -q 'frugal cache clear' "$ERR"; then expect_status 0 care clear; fi
    expect_status 0 care verify
    expect_outputs before
  done

  TEST "a database that is none is told in one line, which says what to do"
  tree
  expect_status 0 encode
  head -c 20000 /dev/urandom >cache/v1/frugal.sqlite3
  for action in stats verify prune; do
    expect_status 1 care "$action"
    expect_complaint "cache cache: its database is damaged"
    expect_stderr_contains "frugal cache clear"
  done

  TEST "verify removes what killed processes left, which is no damage"
  tree
  expect_status 0 encode
  mkdir -p cache/v1/tmp cache/v1/ab
  echo left >cache/v1/tmp/abcdef
  echo left >"cache/v1/ab/ab000000000000000000000000000000-5"
  touch -d '2 hours ago' cache/v1/tmp/abcdef cache/v1/ab/ab*-5
  expect_status 0 care verify --json
  expect_json '[.sound, .leftover_files, .leftover_bytes]' "$OUT" '[true,2,10]'
  expect_missing cache/v1/tmp/abcdef cache/v1/ab/ab000000000000000000000000000000-5

  TEST "prune makes the cache small, and outputs stay right"
  tree
  expect_status 0 encode
  cp -a out before
  expect_status 0 care stats --json
  size=$(jq .disk_bytes "$OUT")
  expect_status 0 care prune
  expect_stderr_contains "0 payloads and 0 results removed"
  expect_equal "$(<"$OUT")" ""
  expect_status 0 care prune --cache-max $((size - 1000))
  expect_status 0 care stats --json
  expect_smaller "$(jq .disk_bytes "$OUT")" $((size - 999))
  expect_json '.evicted > 0 and .results.encoded > 0' "$OUT" true
  expect_outputs before
  expect_status 0 care prune --cache-max 1
  expect_equal "$(payload_files)" ""
  expect_status 0 care verify
  expect_outputs before

  TEST "clear empties the cache, and the next run fills it again"
  tree
  expect_status 0 encode
  cp -a out before
  expect_status 0 care clear
  expect_equal "$(<"$OUT")" ""
  expect_stderr_contains "cleared cache: "
  expect_equal "$(payload_files)" ""
  expect_status 0 care stats --json
  expect_json '[.results.encoded, .results.kept, .payloads.count, .files_known, .runs, .misses]' "$OUT" '[0,0,0,0,0,0]'
  expect_outputs before
  expect_status 0 encode --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status | sort -u)" reused
  expect_status 0 care verify

  TEST "a run goes on, without a warning, while its cache is cleared, pruned and verified"
  tree
  expect_status 0 frugal --no-cache -q 90 -e 1 -f webp,jpeg -o before in
  for round in 1 2 3 4; do
    : >finished
    { frugal --cache-dir cache -q 90 -e 1 -f webp,jpeg -o "out-$round" in >run-$round 2>&1; echo $? >finished; } &
    pid=$!
    until [[ -s finished ]]; do
      for action in clear "prune --cache-max 60k" verify; do
        # shellcheck disable=SC2086  # an action and its option
        expect_status 0 care $action
      done
    done
    wait "$pid"
    expect_equal "$(<finished)" 0
    expect_lacks "run-$round" "frugal: "
    expect_equal "$(diff -r before "out-$round")" ""
  done
  expect_status 0 care verify
  expect_status 0 care clear
  expect_equal "$(payload_files)" ""

  TEST "clear removes a database that is damaged, and what belonged to it"
  tree
  expect_status 0 encode
  cp -a out before
  cp -a cache whole
  for round in garbage short empty none; do
    rm -rf cache
    cp -a whole cache
    database=cache/v1/frugal.sqlite3
    case $round in
      garbage) head -c 20000 /dev/urandom >$database ;;
      short) truncate -s 5000 $database ;;
      empty) : >$database ;;
      none) rm $database ;;
    esac
    expect_status 0 care clear
    expect_equal "$(payload_files)" ""
    expect_status 0 care stats
    expect_stdout "no cache there yet: cache"
    expect_outputs before
    expect_status 0 care verify
  done

  TEST "clear removes the database of a newer frugal, which no other action touches"
  if ! command -v python3 >/dev/null || ! python3 -c 'import sqlite3' 2>/dev/null; then
    SKIP "needs python3 with sqlite3"
  else
    tree
    expect_status 0 encode
    cp -a out before
    python3 -c 'import sqlite3; sqlite3.connect("cache/v1/frugal.sqlite3").execute("PRAGMA user_version = 9999")'
    before=$(state cache)
    for action in stats verify prune; do
      expect_status 1 care "$action"
      expect_complaint "newer frugal"
    done
    expect_equal "$(state cache)" "$before"
    expect_status 0 care clear
    expect_outputs before
  fi

  TEST "clear touches nothing in a directory that is no cache, or another program's"
  mkdir -p cache/v1/ab cache/v1/tmp
  echo mine | tee cache/v1/notes cache/v1/ab/notes cache/v1/tmp/abcdef cache/ab000000000000000000000000000000-5 >/dev/null
  touch -d '2 hours ago' cache/v1/tmp/abcdef
  before=$(state cache)
  expect_status 0 care clear
  expect_stderr_contains "no cache there yet"
  expect_equal "$(state cache)" "$before"
  if command -v python3 >/dev/null && python3 -c 'import sqlite3' 2>/dev/null; then
    python3 -c 'import sqlite3; sqlite3.connect("cache/v1/frugal.sqlite3").execute("CREATE TABLE notes(text)")'
    before=$(state cache)
    for action in stats verify prune clear; do
      expect_status 1 care "$action"
      expect_complaint "not one of frugal's"
    done
    expect_equal "$(state cache)" "$before"
  fi

  TEST "a cache that somebody holds locked is told, and nothing of its database is removed"
  if ! command -v python3 >/dev/null || ! python3 -c 'import sqlite3' 2>/dev/null; then
    SKIP "needs python3 with sqlite3"
  else
    tree
    expect_status 0 encode
    mkfifo locked
    python3 -c '
import sqlite3, time
connection = sqlite3.connect("cache/v1/frugal.sqlite3")
connection.execute("BEGIN EXCLUSIVE")
open("locked", "w").close()
time.sleep(60)' &
    pid=$!
    read -r _ <locked
    expect_status 1 care clear
    expect_complaint "locked"
    kill "$pid"
    wait "$pid" 2>/dev/null
    expect_status 0 care verify
  fi
}
