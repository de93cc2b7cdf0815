# What crashes, hangs, hoards or is taken over while it reads a picture fails that picture alone.
# shellcheck shell=bash

# Many crashes among many pictures: CRASHES=100 for the whole of it.
CRASHES=${CRASHES:-12}

suite_isolation_PROBE() {
  need jq
  [[ -x ${FAULTY-} ]] || echo "needs the program with a faulty decoder (FAULTY)"
}

# faulty ARGUMENT...: frugal with the decoder that does what files say.
faulty() { timeout "${E2E_TIMEOUT:-300}" "$FAULTY" "$@"; }

# refusing CALL ERROR ARGUMENT...: frugal on a kernel that answers all its calls of that name so.
refusing() {
  ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace="$1" -e inject="$1:error=$2" \
    "$FRUGAL" --no-cache -v "${@:3}" -f webp -o "out-$1" a.png
}

# file NAME WHAT: one that makes the decoder do that.
file() { mkdir -p "$(dirname "$1")" && printf 'FAULTY %s\n' "$2" >"$1"; }

reason() { rows log.jsonl "select(.input == \"$1\") | .reason"; }

suite_isolation() {
  local i what patience=0.5
  ! sanitized || patience=2

  TEST "a decoder that crashes, hangs or hoards fails its file, with a line that says how, and no other"
  for what in abort crash exit loop; do file "in/$what.tif" "$what"; done
  file in/fine.tif fine
  picture in/a.png photo 64x48
  expect_status 1 faulty --timeout 3 -f webp -o out in --jsonl log.jsonl
  expect_equal "$(entries out)" $'a.webp\nfine.webp'
  expect_equal "$(summary log.jsonl '[.converted, .failed]')" "[2,4]"
  expect_equal "$(reason in/loop.tif)" "it took longer than 3 s; --timeout gives it more"
  expect_equal "$(grep -c '^failed ' "$ERR")" 4
  if ! sanitized; then # a sanitizer turns signals into reports of its own
    expect_equal "$(reason in/abort.tif)" "a library crashed on it (signal 6, SIGABRT)"
    expect_equal "$(reason in/crash.tif)" "a library crashed on it (signal 11, SIGSEGV)"
    expect_equal "$(reason in/exit.tif)" "a library crashed on it (exit status 3)"
  fi

  TEST "time for which a run is stopped is not held against a picture"
  file loop.tif loop
  "$FAULTY" --timeout 3 -f webp -o out loop.tif >"$OUT" 2>"$ERR" &
  i=$!
  sleep 1
  kill -STOP "$i"
  sleep 3
  kill -CONT "$i"
  sleep 0.5
  kill -0 "$i" 2>/dev/null || fail "it was over as soon as it went on"
  wait "$i"
  expect_stderr_contains "it took longer than 3 s"

  TEST "what takes memory without end is refused it before the machine is in want"
  file in/hoard.tif hoard
  picture in/a.png photo 64x48
  if sanitized; then
    SKIP "under a sanitizer memory has no limit"
  else
    expect_status 1 faulty --timeout 60 -f webp -o out in --jsonl log.jsonl
    expect_equal "$(entries out)" a.webp
    expect_equal "$(reason in/hoard.tif)" "not enough memory for the image"
    expect_smaller "$(summary log.jsonl .peak_memory)" 1000000000
  fi

  TEST "crashes among many pictures: every other output is right, on any number of threads"
  "$MAKE_PICTURES" in --count $((CRASHES * 10)) --size 48x32 >/dev/null
  expect_status 0 frugal --no-cache -e 1 -f webp -o right in
  for ((i = 0; i < CRASHES; i++)); do
    case $((i % 3)) in 0) what=abort ;; 1) what=loop ;; 2) what=hoard ;; esac
    if [[ $what == hoard ]] && sanitized; then what=crash; fi
    file "in/faulty-$i.tif" "$what"
  done
  for i in 1 4; do
    expect_status 1 faulty --no-cache -j "$i" --timeout "$patience" -e 1 -f webp -o "out-$i" in --jsonl log.jsonl
    expect_equal "$(diff -r right "out-$i")" ""
    expect_equal "$(rows log.jsonl 'select(.status == "failed") | .input' | grep -c faulty)" "$CRASHES"
    expect_equal "$(summary log.jsonl .failed)" "$CRASHES"
  done

  TEST "a picture that more than one output is made of goes on after a crash, with the next"
  file a.tif crash
  picture b.png photo 64x48
  expect_status 1 faulty -f webp,png -o out a.tif b.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]' | sort | uniq -c | sed 's/^ *//')" \
    $'2 ["a.tif","failed"]\n2 ["b.png","converted"]'

  TEST "a process that has worked well gets another picture, unless a sandbox is required or memory is short"
  file a.tif $'fine\n, and large: large files come first'
  file b.tif $'fine\n, and large'
  file c.tif $'count\n...'
  file d.tif count
  expect_status 1 faulty -j 1 -f webp -o out a.tif b.tif c.tif d.tif --jsonl log.jsonl
  expect_equal "$(reason c.tif)" "picture 3 of its process"
  expect_equal "$(reason d.tif)" "picture 1 of its process" # after a failure there is a new one
  expect_status 1 faulty --no-cache -j 1 --memory-limit 256M --overwrite always -f webp -o out a.tif b.tif c.tif --jsonl log.jsonl
  expect_equal "$(reason c.tif)" "picture 1 of its process"
  if faulty --sandbox require -n -f webp a.tif -o out >"$OUT" 2>"$ERR"; then # which needs a kernel that has all
    expect_status 1 faulty --no-cache -j 1 --sandbox require --overwrite always -f webp -o out a.tif b.tif c.tif --jsonl log.jsonl
    expect_equal "$(reason c.tif)" "picture 1 of its process"
  fi

  TEST "a crash that an earlier picture is to blame for fails no picture"
  file a.tif $'poison\n, and large: large files come first'
  file b.tif $'fine\n, and large'
  file c.tif $'fine\n...'
  file d.tif crash
  expect_status 1 faulty -j 1 -f webp -o out a.tif b.tif c.tif d.tif --jsonl log.jsonl
  expect_equal "$(entries out)" $'a.webp\nb.webp\nc.webp'
  expect_equal "$(rows log.jsonl 'select(.status == "failed") | .input')" d.tif

  TEST "in place, and among the outputs of an earlier run, a crash changes nothing"
  file in/a.tif fine
  expect_status 0 faulty -f webp -o out in
  cp -r out before
  file in/a.tif abort
  expect_status 1 faulty -f webp -o out in
  expect_equal "$(diff -r before out)" ""
  expect_status 1 faulty --in-place -f webp in
  expect_equal "$(entries in)" a.tif

  TEST "a decoder opens no file, starts no process and makes no socket"
  echo secret >secret
  file in/open.tif "open $PWD/secret"
  file in/passwd.tif "open /etc/passwd"
  file in/run.tif run
  file in/connect.tif connect
  if ! "$FAULTY" --version | grep -q '^sandbox .*Landlock.* and seccomp$'; then
    SKIP "this kernel or this build has no Landlock or no seccomp"
  elif ! faulty --sandbox require -n -f webp in -o out >"$OUT" 2>"$ERR" && grep -q "sandbox require" "$ERR"; then
    SKIP "a sanitizer takes the sandbox's place"
  else
    expect_status 1 faulty -f webp -o out in --jsonl log.jsonl
    expect_equal "$(rows log.jsonl .reason | sort -u)" \
      $'refused to connect: Permission denied\nrefused to fork: Permission denied\nrefused to open: Permission denied'
    expect_status 1 faulty --sandbox off -f webp -o out in --jsonl log.jsonl
    expect_equal "$(reason in/open.tif)" "opened $PWD/secret"
    expect_equal "$(reason in/run.tif)" "started a process"
  fi

  TEST "the sandbox changes no byte, and -v says what it is made of"
  "$MAKE_PICTURES" in --count 12 --size 120x90 >/dev/null
  expect_status 0 frugal --no-cache -e 3 -f jpeg,png,webp --template '{dir}/{name}.{ext}' -o with in -v
  [[ $("$FRUGAL" --version) == *"sandbox"* ]] || fail "--version does not tell of the sandbox"
  expect_stderr_contains "in processes confined by"
  expect_status 0 frugal --no-cache --sandbox off -e 3 -f jpeg,png,webp --template '{dir}/{name}.{ext}' -o without in
  expect_equal "$(diff -r with without)" ""

  TEST "where the kernel refuses what it has, the rest is used, and --sandbox require says so"
  picture a.png photo 64x48
  if ! strace true 2>/dev/null || ! "$FRUGAL" --version | grep -q '^sandbox .*Landlock.* and seccomp$'; then
    SKIP "needs strace, Landlock and seccomp"
  else
    refusing landlock_restrict_self EPERM >"$OUT" 2>"$ERR" || fail "it did not go on without Landlock"
    sanitized || expect_stderr_contains "processes confined by seccomp alone"
    refusing seccomp EACCES >"$OUT" 2>"$ERR" || fail "it did not go on without seccomp"
    sanitized || expect_stderr_contains "processes confined by Landlock"
    ! refusing landlock_restrict_self EPERM --sandbox require >"$OUT" 2>"$ERR" || fail "it went on"
    expect_stderr_contains "--sandbox require: this system has "
  fi

  TEST "no process is left when a run ends, however it ends"
  { [[ -e /proc/self/stat ]] && command -v pgrep >/dev/null; } || SKIP "needs /proc and procps"
  file in/loop.tif loop
  picture in/a.png photo 64x48
  "$FAULTY" -f webp -o out in >"$OUT" 2>"$ERR" &
  i=$!
  for _ in {1..200}; do
    [[ -e out/a.webp ]] && break
    sleep 0.02
  done
  pgrep -P "$i" >children
  for _ in $(<children); do pgrep -P "$_" >>children; done
  expect_smaller 1 "$(wc -l <children)" # the one that forks, and a worker
  kill -KILL "$i"
  wait "$i" 2>/dev/null
  for _ in {1..100}; do
    # Zombies are gone: it is for the first of all processes to collect them.
    xargs -r ps -o stat=,pid= -p <children 2>/dev/null | grep -v '^Z' >left
    [[ -s left ]] || break
    sleep 0.02
  done
  expect_equal "$(<left)" ""
}
