# The cache: the same work is never done twice, and no fault of it changes an output or the exit status.
# shellcheck shell=bash

suite_cache_PROBE() { need jq; }

# state PATH...: what tells whether files were touched, a line each.
state() { find "$@" -type f -printf '%p %i %s %T@ %C@\n' | sort; }

# tree: makes in/, six pictures.
tree() { "$MAKE_PICTURES" in --count 6 --size 96x64 >/dev/null || fail "cannot make a tree"; }

# once KEY: the distinct values of a key in the report, on a line.
once() { rows log.jsonl ".$1" | sort -u | xargs; }

# expect_encoded: for every row of the report something was encoded.
expect_encoded() { expect_equal "$(rows log.jsonl '.encodes > 0' | sort -u)" true; }

# expect_warnings N: so many lines begin with the program's name.
expect_warnings() { expect_equal "$(grep -c '^frugal: ' "$ERR")" "$1"; }

# expect_works_without WARNINGS: same outputs, status 0, so many warnings, whatever is the matter with cache/.
expect_works_without() {
  expect_status 0 frugal --cache-dir cache -f webp -o again in --jsonl log.jsonl
  expect_warnings "$1"
  expect_equal "$(diff -r out again)" ""
  expect_equal "$(rows log.jsonl '.status' | grep -cxE 'converted|reused')" 6
}

# database DIR: the database in a cache directory.
database() { find "$1" -type f -exec sh -c 'head -c 15 "$1" | grep -q "SQLite format 3"' sh {} \; -print; }

# traced ARGUMENT...: frugal, with the files that it opens told in trace. Who traces cannot look for leaks.
traced() {
  ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
    strace -f -o trace -e trace=open,openat,openat2,creat "$FRUGAL" "$@"
}

suite_cache() {
  local before file number option pid size

  TEST "a second run reuses every output and touches none"
  tree
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status) $(once cache)" "converted miss"
  expect_encoded
  before=$(state in out)
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status) $(once cache) $(once encodes)" "reused hit 0"
  expect_equal "$(summary log.jsonl '[.reused, .cache_hits]')" "[6,6]"
  expect_equal "$(state in out)" "$before"
  expect_equal "$(summary log.jsonl .output_bytes)" "$(find out -type f -printf '%s\n' | jq -s add)"

  TEST "a report of reused outputs has the figures that the first one had"
  tree
  expect_status 0 frugal -f webp,png -o out in --jsonl first.jsonl
  expect_status 0 frugal -f webp,png -o out in --jsonl second.jsonl
  expect_equal "$(rows second.jsonl '[.input, .output, .format, .input_bytes, .output_bytes, .width, .height, .encoder_quality, .score]')" \
    "$(rows first.jsonl '[.input, .output, .format, .input_bytes, .output_bytes, .width, .height, .encoder_quality, .score]')"

  TEST "outputs that were deleted come back as they were, without encoding"
  tree
  picture in/large.png photo 640x480 # its output is too large to be kept in the database itself
  expect_status 0 frugal -q 90 -f webp -o out in
  mv out before
  expect_status 0 frugal -q 90 -f webp -o out in --jsonl log.jsonl
  expect_equal "$(diff -r before out)" ""
  expect_equal "$(once status) $(once cache) $(once encodes)" "reused hit 0"
  expect_status 0 frugal -q 90 -f webp -o elsewhere in --jsonl log.jsonl
  expect_equal "$(diff -r before elsewhere)" ""
  expect_equal "$(once status) $(once encodes)" "reused 0"

  TEST "a source that was only touched, moved or copied is not encoded again"
  tree
  expect_status 0 frugal -f webp -o out in
  find in -type f -exec touch {} +
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status) $(once encodes)" "reused 0"
  mv in moved
  expect_status 0 frugal -f webp -o out moved --jsonl log.jsonl
  expect_equal "$(once status) $(once encodes)" "reused 0"

  TEST "of an unchanged tree no file is opened"
  if ! strace true 2>/dev/null; then
    SKIP "needs strace, and leave to trace"
  else
    tree
    echo "not a picture" >in/notes.txt
    printf 'GIF89a' >in/animation.gif
    sleep 0.1 # what is younger than a tick of the clock is looked at again
    expect_status 0 frugal -f webp,png -o out in
    expect_status 0 traced -f webp,png -o out in
    expect_equal "$(grep -cE '"(in|out)[/"]' trace)" "$(grep -cE '"(in|out)[/"].*O_DIRECTORY' trace)"
    find in -type f -exec touch -d '1 hour ago' {} +
    expect_status 0 traced -f webp,png -o out in
    expect_equal "$(grep -oE '"in/[^"]+\.(png|jpg|webp|tiff?|txt|gif|heic|avif)"' trace | sort | uniq -d)" "" # once each
    expect_equal "$(grep -cE '"out/.*\.(png|webp)"' trace)" 0
  fi

  TEST "an output that is changed right after the run, to as many other bytes, is made good"
  tree
  expect_status 0 frugal -f webp -o out in
  cp -a out before
  for file in out/*/*; do printf 'XX' | dd of="$file" bs=1 seek=20 conv=notrunc status=none; done
  expect_status 0 frugal --overwrite always -f webp -o out in
  expect_equal "$(diff -r before out)" ""

  TEST "what was no picture is one as soon as its content is"
  mkdir in
  echo "not a picture" >in/a.txt
  picture in/b.png photo 32x32
  expect_status 0 frugal -f webp -o out in
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" in/b.png
  cp in/b.png in/a.txt
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input | xargs)" "in/a.txt in/b.png"

  TEST "--debug-key says what a result is remembered by, and that differs where the result may"
  picture a.png photo 32x32
  expect_status 0 frugal --debug-key -f webp -o out a.png
  grep -q "^key of a.png -> out/a.webp: [0-9a-f]\{32\}$" "$ERR" || fail "no key"
  grep '^  ' "$ERR" >first
  for option in "-j 1" "-v" "--overwrite always"; do
    # shellcheck disable=SC2086  # an option and its value
    expect_status 0 frugal --debug-key $option -f webp -o elsewhere a.png
    expect_equal "$(grep '^  ' "$ERR" | diff first -)" ""
  done
  expect_status 0 frugal --debug-key -q 79 -f webp -o out a.png
  expect_equal "$(grep '^  ' "$ERR" | diff first - | grep '^[<>]' | xargs)" \
    "< quality = 80 < region_floor = 75 > quality = 79 > region_floor = 74"

  TEST "a source with new content is encoded again, also when its size and time are the old ones"
  picture a.png noise 32x32
  picture b.png noise 32x32 --seed 2
  before=$(stat -c %s a.png)
  expect_status 0 frugal -f webp -o out a.png
  cp out/a.webp first.webp
  touch -r a.png stamp
  truncate -s "$before" b.png # pictures of noise have about one size; data after the end of PNG is not read
  cat b.png >a.png
  touch -r stamp a.png
  expect_status 0 frugal -f webp -o out a.png --jsonl log.jsonl
  expect_equal "$(once status)" converted
  expect_different_bytes out/a.webp first.webp

  TEST "other options are other work"
  picture a.png photo 320x240
  expect_status 0 frugal -f webp -o out a.png
  for option in "-q 50" "-e 9" "--encoder-quality 30" "--metadata none" "-f jpeg"; do
    # shellcheck disable=SC2086  # an option and its value
    expect_status 0 frugal -f webp $option -o out a.png --jsonl log.jsonl
    expect_equal "$option: $(once status) $(once cache)" "$option: converted miss"
    expect_encoded
  done
  expect_status 0 frugal -j 1 --memory-limit 1G -f webp -e 9 -o out a.png --jsonl log.jsonl
  expect_equal "$(once status) $(once cache)" "reused hit"

  TEST "--force does the work again, and its result is remembered"
  tree
  expect_status 0 frugal -f webp -o out in
  cp -a out before
  expect_status 0 frugal --force -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status)" converted
  expect_encoded
  expect_equal "$(diff -r before out)" ""
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status)" reused

  TEST "--no-cache remembers nothing and leaves nothing behind"
  tree
  expect_status 0 frugal --no-cache -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status) $(once cache)" "converted off"
  expect_equal "$(find "$HOME" -type f)" ""
  expect_status 0 frugal --no-cache --overwrite always -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once status) $(once cache)" "converted off"

  TEST "a dry run before the run saves its work"
  tree
  expect_status 0 frugal -n -f webp -o out in
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(once encodes)" 0
  expect_equal "$(find out -type f | wc -l)" 6

  TEST "the cache is where --cache-dir says, else in the user's cache directory"
  picture a.png photo 32x32
  expect_status 0 frugal --cache-dir here -f webp -o out a.png
  [[ -n $(database here) ]] || fail "there is no cache in here/"
  expect_equal "$(find "$HOME" -type f)" ""
  expect_status 0 frugal -f webp -o out a.png --overwrite always
  [[ -n $(database "$XDG_CACHE_HOME/frugal") ]] || fail "there is no cache in $XDG_CACHE_HOME/frugal"

  TEST "without a home there is no cache, and all is done"
  picture a.png photo 32x32
  expect_status 0 env -u HOME -u XDG_CACHE_HOME "$FRUGAL" -f webp a.png
  expect_exists a.webp

  TEST "a cache inside the tree is not an input"
  tree
  picture in/large.png photo 640x480
  expect_status 0 frugal -q 90 --cache-dir in/cache -f webp -o out in
  expect_status 0 frugal -q 90 --cache-dir in/cache -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input | grep -c in/cache)" 0
  expect_equal "$(once status)" reused

  TEST "an output of ours, met again in place under another name, is not compressed again"
  picture a.jpg photo 96x64 --quality 98
  expect_status 0 frugal -o out a.jpg --jsonl log.jsonl
  expect_equal "$(once status)" converted
  mv out/a.jpg renamed.jpg
  before=$(state renamed.jpg)
  expect_status 0 frugal --in-place renamed.jpg --jsonl log.jsonl
  expect_equal "$(once status) $(once encodes)" "reused 0"
  expect_equal "$(state renamed.jpg)" "$before"

  TEST "a cache full of damage costs its memory, not an output"
  tree
  expect_status 0 frugal --cache-dir cache -f webp -o out in
  find cache -type f >files
  while IFS= read -r file; do
    size=$(bytes "$file")
    head -c "$size" /dev/urandom >"$file"
  done <files
  expect_works_without 1

  TEST "a cache cut short, or of no bytes, costs its memory, not an output"
  tree
  expect_status 0 frugal --cache-dir cache -f webp -o out in
  cp -a cache whole
  for number in 0 1 100 1000 5000 9000; do
    rm -rf cache again
    cp -a whole cache
    truncate -s "$number" "$(database cache)"
    expect_status 0 frugal --cache-dir cache -f webp -o again in --jsonl log.jsonl
    expect_equal "$(diff -r out again)" ""
    # What is shorter than SQLite's header is an empty database.
    expect_smaller "$(grep -c '^frugal: ' "$ERR")" 2
  done

  TEST "a remembered output that was damaged is made again"
  picture a.png photo 640x480
  expect_status 0 frugal -q 90 --cache-dir cache -f webp -o out a.png --jsonl log.jsonl
  encodes=$(once encodes)
  file=$(find cache -type f -size "$(bytes out/a.webp)c")
  expect_exists "$file"
  if ! over; then
    chmod u+w "$file"
    printf 'XXXX' | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
  fi
  expect_status 0 frugal -q 90 --cache-dir cache -f webp -o again a.png --jsonl log.jsonl
  expect_equal "$(once status) $(once encodes)" "converted $encodes"
  expect_same_bytes again/a.webp out/a.webp

  TEST "a cache directory that cannot be is one warning, not a failure"
  tree
  expect_status 0 frugal --no-cache -f webp -o out in
  echo file >cache
  expect_works_without 1
  rm -rf again
  expect_status 0 frugal --cache-dir cache/below -f webp -o again in
  expect_warnings 1
  expect_equal "$(diff -r out again)" ""

  TEST "a cache of a newer frugal is left as it is"
  if ! command -v python3 >/dev/null || ! python3 -c 'import sqlite3' 2>/dev/null; then
    SKIP "needs python3 with sqlite3"
  else
    tree
    expect_status 0 frugal --cache-dir cache -f webp -o out in
    file=$(database cache)
    python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 9999")' "$file"
    cp "$file" future
    expect_works_without 1
    expect_same_bytes "$file" future
  fi

  TEST "a cache that somebody holds locked is done without"
  if ! command -v python3 >/dev/null || ! python3 -c 'import sqlite3' 2>/dev/null; then
    SKIP "needs python3 with sqlite3"
  else
    tree
    expect_status 0 frugal --cache-dir cache -f webp -o out in
    mkfifo locked
    python3 -c '
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
open("locked", "w").close()
time.sleep(60)' "$(database cache)" &
    pid=$!
    read -r _ <locked
    expect_works_without 1
    kill "$pid"
    wait "$pid" 2>/dev/null
  fi
}
