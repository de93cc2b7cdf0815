# Every call of a run that may fail does so once: full disk, input/output error, quota. Nothing is lost, every file that
# fails has its line, and what only the cache is refused fails nothing.
# shellcheck shell=bash

# At most so many calls are tried with each error, evenly from all: REFUSED_CALLS=all for the whole of it.
REFUSED_CALLS=${REFUSED_CALLS:-16}

CALLS=(openat openat2 read pread64 write pwrite64 fsync fdatasync close renameat2 linkat unlink unlinkat ftruncate mkdir
  mkdirat fchmod fchown getdents64 newfstatat lseek statx)

suite_refusals_PROBE() {
  ! sanitized || echo "looks for what is written and when, which a sanitizer has nothing to add to"
  need jq strace
  strace -f -o /dev/null true 2>/dev/null || echo "nothing may be traced here"
}

begin() {
  rm -rf work cache
  mkdir work
  cp -a sources work/in
  cp -a cache-before cache
}

run_mode() {
  local options=(--cache-dir cache -e 1 -j 1 -q 60 --quiet --no-progress)
  case $1 in
    mirror) RUN=("$FRUGAL" "${options[@]}" -f webp -o work/out work/in) ;;
    in-place) RUN=("$FRUGAL" "${options[@]}" --in-place work/in) ;;
    new-format) RUN=("$FRUGAL" "${options[@]}" --in-place -f webp work/in) ;;
  esac
}

state() { (cd work && find . -type f ! -name '.frugal-*.tmp' -exec md5sum {} + | sort -k 2); }

prepare() {
  picture sources/a.jpg photo 64x48 --quality 97
  picture sources/b.png photo 48x64 --effort 1
  picture sources/sub/c.jpg photo 80x40 --quality 97 --seed 3
  expect_status 0 frugal --cache-dir cache-before -e 1 -q 40 -f webp -o older sources
  begin
  state >before
  run_mode "$1"
  expect_status 0 "${RUN[@]}"
  state >after
}

# calls: NAME N of each call that a run makes once it has begun: the N-th of that name in its thread. What loads the
# program makes the first of them.
calls() {
  local IFS=,
  strace -f -qq -e trace="${CALLS[*]/#/?}" -o trace "${RUN[@]}" >/dev/null 2>&1
  awk '
    !main { main = $1 }
    { name = $2; sub(/\(.*/, "", name); n = ++count[$1, name] }
    index($0, "\"cache") { begun = 1 }
    !begun && $1 == main { loading[name] = n }
    begun && name ~ /^[a-z]/ && !/resumed/ && n > loading[name] && !seen[name, n]++ { print name, n }' trace
}

# expect_sound MODE WHAT STATUS
expect_sound() {
  over && return
  local line name
  state >now
  line=$(comm -23 <(sort now) <(sort -u before after))
  [[ -z $line ]] || fail "$1, $2: neither before nor after: $line"
  while read -r _ name; do
    grep -q "  $name\$" now && continue
    [[ $1 == new-format ]] && grep -q "  ${name%.*}.webp\$" now && continue
    fail "$1, $2: $name is gone"
  done <before
  if [[ $3 == 0 ]]; then
    [[ $(<now) == "$(<after)" ]] || fail "$1, $2: status 0, but not all is done: $(diff now after)"
  else
    [[ $3 == 1 ]] || fail "$1, $2: ended with status $3"
    [[ -s $ERR ]] || fail "$1, $2: failed without a word"
  fi
  # One line a fault, and each begins like a message of frugal's; libheif has one of its own, of plugins.
  line=$(grep -vE '^(frugal: |failed |skipped |left alone |dlopen: )' "$ERR")
  [[ -z $line ]] || fail "$1, $2: said: $line"
}

some() { awk -v n="$1" '{ line[NR] = $0 } END { for (i = 1; i <= NR; i++)
  if (n == "all" || int(i * n / NR) > int((i - 1) * n / NR)) print line[i] }'; }

suite_refusals() {
  local mode error name number status

  for mode in mirror in-place new-format; do
    TEST "refused any call of its own, a run loses nothing and says what failed: $mode"
    prepare "$mode"
    begin
    calls >all-calls
    expect_smaller 20 "$(wc -l <all-calls)"
    for error in ENOSPC EIO EDQUOT; do
      some "$REFUSED_CALLS" <all-calls >chosen
      while read -r name number; do
        over && break
        begin
        strace -f -qq -o /dev/null -e trace="$name" -e inject="$name:error=$error:when=$number" \
          timeout 60 "${RUN[@]}" >"$OUT" 2>"$ERR"
        status=$?
        printf '%s ' "${RUN[@]}" "($name $number fails with $error)" >"$TEST_DIR/command"
        expect_sound "$mode" "$name $number $error" "$status"
        # And what the disk refuses once it gives the next time.
        ((RANDOM % 4 == 0)) || continue
        over || "${RUN[@]}" >"$OUT" 2>"$ERR" || fail "$mode, $name $number $error: the next run failed"
        over || { state >now && expect_equal "$(<now)" "$(<after)"; }
      done <chosen
    done
    over || printf '        %s: %d of %d calls, with 3 errors each\n' "$mode" "$(wc -l <chosen)" "$(wc -l <all-calls)"
  done
}
