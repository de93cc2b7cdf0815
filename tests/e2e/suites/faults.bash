# What goes wrong around it: kills, interrupts, damaged files, disks that are full.
# shellcheck shell=bash

suite_faults_PROBE() { need jq; }

# tree COUNT WxH: makes in/.
tree() { "$MAKE_PICTURES" in --count "$1" --size "$2" >/dev/null || fail "cannot make a tree"; }

# outputs: how many there are in out/.
outputs() { find out -type f 2>/dev/null | wc -l; }

# signalled SIGNAL COUNT COMMAND...: sends it once out/ holds so many files; the status is the command's.
signalled() {
  local signal=$1 count=$2 pid
  shift 2
  env --default-signal=INT "$@" & # a shell's background commands ignore SIGINT, and frugal honours that
  pid=$!
  while kill -0 "$pid" 2>/dev/null && (($(outputs) < count)); do sleep 0.01; done
  kill -s "$signal" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

# interrupted_twice COMMAND...
interrupted_twice() {
  env --default-signal=INT "$@" &
  local pid=$!
  sleep 0.3
  kill -s INT "$pid" && sleep 0.1 && kill -s INT "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

# expect_whole DIR: every file below it is a picture that decodes to its end, and nothing else is there.
expect_whole() {
  over && return
  find "$1" -type f ! -name '*.avif' >strangers
  expect_equal "$(<strangers)" ""
  "$FRUGAL" --quiet --no-cache --dry-run -e 1 -f webp -o never "$1" --jsonl whole.jsonl 2>said
  expect_equal "$(rows whole.jsonl 'select(.status != "converted")')" ""
  expect_equal "$(rows whole.jsonl | wc -l)" "$(find "$1" -type f | wc -l)"
}

# expect_complete: the tree is done, and what was done before counts.
expect_complete() {
  expect_status 0 frugal -f avif -o out in --jsonl log.jsonl
  expect_equal "$(summary log.jsonl '.converted + .reused')" "$(find in -type f | wc -l)"
  expect_equal "$(outputs)" "$(find in -type f | wc -l)"
}

# mount_small_disk: at disk/; a test unmounts it before it expects anything.
mount_small_disk() { mkdir disk && mount -t tmpfs -o size=96k none disk 2>/dev/null; }

suite_faults() {
  local count name pid size status number

  TEST "after kill -9 at any moment all outputs are whole, nothing else is left, and the next run completes them"
  tree 36 200x140
  for count in 0 1 5 11 18 25 31; do
    over && break
    signalled KILL "$count" "$FRUGAL" -f avif -o out in >"$OUT" 2>"$ERR"
    status=$?
    [[ $status == 137 || $status == 0 ]] || fail "ended with status $status"
    mkdir -p out
    expect_whole out
  done
  expect_equal "$(find . -name '.frugal-*')" ""
  expect_complete
  expect_status 0 frugal -f avif -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status | sort -u)" reused
  expect_whole out
  frugal --no-cache -f avif -o fresh in 2>"$ERR"
  expect_equal "$(diff -r out fresh)" ""

  TEST "after kill -9 in place every picture is the original or the smaller one, and none is compressed twice"
  tree 80 240x180
  cp -a in original
  frugal --no-cache -o smaller in 2>"$ERR"
  for number in 05 10 15 20 25 30; do
    "$FRUGAL" --in-place in >"$OUT" 2>"$ERR" &
    pid=$!
    sleep "0.$number"
    kill -s KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    (cd original && find . -type f) >names
    while IFS= read -r name; do
      cmp -s "in/$name" "original/$name" || cmp -s "in/$name" "smaller/$name" || fail "$name is neither"
    done <names
    expect_equal "$(entries in | grep -v '/\.frugal-[^/]*\.tmp$')" "$(entries original)"
  done
  (cd in && find . -type f -exec sh -c 'cmp -s "$1" "../original/$1" || echo "in/${1#./}"' sh {} \; | sort) >replaced
  expect_status 0 frugal --in-place in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl 'select(.encodes > 0) | .input' | sort | comm -12 - replaced)" ""
  expect_equal "$(diff -r in smaller)" ""

  TEST "an interrupt lets what is in work be done, begins nothing more and is told by the status"
  tree 60 240x160
  expect_status 130 signalled INT 3 "$FRUGAL" -f avif -o out in --jsonl log.jsonl
  expect_smaller "$(outputs)" 60
  expect_equal "$(rows log.jsonl .output | sort)" "$(find out -type f | sort)"
  expect_equal "$(summary log.jsonl .converted)" "$(outputs)"
  expect_stderr_contains "stopped early"
  expect_whole out
  expect_complete

  TEST "a request to terminate is like an interrupt, with its own status"
  tree 60 240x160
  expect_status 143 signalled TERM 1 "$FRUGAL" -f avif -o out in --jsonl log.jsonl
  expect_equal "$(summary log.jsonl .converted)" "$(outputs)"
  expect_whole out

  TEST "a second interrupt ends the run at once, and leaves nothing that is not whole"
  tree 3 1600x1250
  expect_status 130 interrupted_twice "$FRUGAL" -e 9 -f avif -o out in
  mkdir -p out
  expect_equal "$(find out -name '.frugal-*')" ""
  expect_whole out

  TEST "every damaged file is one line and fails the run, and the others are done"
  picture in/whole.jpg photo 96x64
  for name in jpg png webp avif heic; do
    "$FRUGAL" --version | grep -q "^${name/jpg/jpeg} .*writes" || continue
    picture "whole.$name" photo 96x64
    size=$(bytes "whole.$name")
    for number in 1 20 100 $((size / 2)) $((size - size / 8)) $((size - 20)); do
      head -c "$number" "whole.$name" >"in/$name-cut-$number.$name"
    done
  done
  : >in/empty.jpg
  echo "This is text." >in/text.jpg
  head -c 3000 /dev/zero >in/zeros.png
  expect_status 1 frugal -f png -o out in --jsonl log.jsonl
  expect_equal "$(entries out 2>&1)" whole.png
  expect_equal "$(rows log.jsonl | wc -l)" "$(find in -type f | wc -l)"
  expect_equal "$(rows log.jsonl 'select(.input != "in/whole.jpg") | .status' | sort -u)" failed
  expect_equal "$(rows log.jsonl 'select(.status == "failed" and ((.reason // "") | test("^[^\n]+$") | not))')" ""
  expect_equal "$(grep -c '^failed in/' "$ERR")" "$(($(find in -type f | wc -l) - 1))"
  expect_equal "$(wc -l <"$ERR")" "$(find in -type f | wc -l)" # one of them the summary

  TEST "a damaged file fails again in the next run"
  picture whole.jpg photo 96x64
  head -c 500 whole.jpg >cut.jpg
  expect_status 1 frugal -f png -o out cut.jpg
  expect_status 1 frugal -f png -o out cut.jpg --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" failed

  TEST "a FIFO fails where it is named, is passed over in a directory, and keeps nobody waiting"
  picture in/a.png photo 32x32
  mkfifo in/x.jpg
  expect_status 1 timeout 20 "$FRUGAL" -f webp -o out in/x.jpg in/a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" $'failed\nconverted'
  expect_status 0 timeout 20 "$FRUGAL" -f webp -o tree in
  expect_equal "$(entries tree)" a.webp

  TEST "a directory that cannot be read fails the run, and the others are done"
  if [[ $(id -u) == 0 ]]; then
    SKIP "root reads everything"
  else
    picture in/a.png photo 32x32
    picture in/locked/b.png photo 32x32
    chmod 000 in/locked
    expect_status 1 frugal -f webp -o out in
    expect_stderr_contains "in/locked"
    expect_equal "$(entries out)" a.webp
  fi

  TEST "a picture larger than the limit fails before memory is taken for it, and names the option"
  picture a.png flat 300x200
  expect_status 1 frugal --max-pixels 50000 -f webp a.png
  expect_stderr_contains "--max-pixels"
  expect_missing a.webp
  expect_status 0 frugal --max-pixels 60000 -f webp a.png

  TEST "--fail-fast begins nothing more after the first failure"
  picture in/large.png noise 200x200
  truncate -s -1000 in/large.png # it is begun first, being the largest
  for number in 1 2 3 4 5; do picture "in/$number.png" flat 16x16; done
  expect_status 1 frugal -j 1 --fail-fast -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" '["in/large.png","failed"]'
  expect_missing out
  expect_status 1 frugal -j 1 -f webp -o out in
  expect_equal "$(outputs)" 5

  TEST "standard output that is full fails the run"
  picture a.png photo 32x32
  # shellcheck disable=SC2016  # expanded by that shell
  expect_status 1 bash -c '"$@" >/dev/full' - "$FRUGAL" -f webp --jsonl - a.png
  expect_stderr_contains "JSON"
  # shellcheck disable=SC2016
  expect_status 1 bash -c '"$@" >/dev/full' - "$FRUGAL" -f webp -o - a.png
  expect_stderr_contains "failed"

  TEST "a report that cannot be written fails the run"
  picture a.png photo 32x32
  expect_status 1 frugal -f webp --jsonl /dev/full a.png
  expect_status 1 frugal -f webp --jsonl no/where.jsonl a.png
  expect_stderr_contains "no/where.jsonl"

  TEST "an output directory that cannot be made fails every file, one line each"
  picture in/a.png photo 32x32
  picture in/b.png photo 32x32 --seed 2
  echo file >out
  expect_status 1 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .output_bytes]')" $'["failed",null]\n["failed",null]'
  expect_equal "$(<out)" file

  TEST "a full disk fails what does not fit, and leaves nothing that is not whole"
  picture in/a.png noise 16x16
  picture in/b.png noise 300x300 --seed 2
  if mount_small_disk; then
    "$FRUGAL" --no-cache -q 95 -f webp -o disk/out in --jsonl log.jsonl >"$OUT" 2>"$ERR"
    status=$?
    find disk -type f -printf '%P\n' >left
    umount disk
    expect_equal "$status" 1
    expect_equal "$(rows log.jsonl .status)" $'converted\nfailed'
    expect_equal "$(<left)" out/a.webp
    expect_stderr_contains "No space left"
  else
    SKIP "cannot mount a small disk"
  fi

  TEST "in place on a full disk, the originals stay"
  picture a.jpg photo 256x192 --quality 98
  size=$(bytes a.jpg)
  if mount_small_disk; then
    cp a.jpg disk/a.jpg
    head -c 200000 /dev/zero >disk/filler 2>/dev/null
    "$FRUGAL" --no-cache --in-place disk/a.jpg >"$OUT" 2>"$ERR"
    status=$?
    cp disk/a.jpg after.jpg
    entries disk >left
    umount disk
    expect_equal "$status $(<left)" $'1 a.jpg\nfiller'
    expect_same_bytes after.jpg a.jpg
  else
    SKIP "cannot mount a small disk"
  fi
}
