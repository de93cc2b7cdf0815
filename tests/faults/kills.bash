# kill -9 at every call that changes the disk, and at any moment: no original is lost, nothing is there in part, and the
# next run completes the work.
# shellcheck shell=bash

# At most so many of the calls are tried, evenly from all of them, and so many moments: KILLED_CALLS=all and
# KILLED_MOMENTS=2000 for the whole of it.
KILLED_CALLS=${KILLED_CALLS:-24}
KILLED_MOMENTS=${KILLED_MOMENTS:-24}

# What puts something on the disk or takes it away.
CHANGING=(write pwrite64 fsync fdatasync rename renameat renameat2 link linkat unlink unlinkat ftruncate mkdir mkdirat)

suite_kills_PROBE() {
  ! sanitized || echo "looks for what is written and when, which a sanitizer has nothing to add to"
  need jq strace
  strace -f -o /dev/null true 2>/dev/null || echo "nothing may be traced here"
}

# begin MODE: makes work/ and cache/ as a run of that mode finds them.
begin() {
  rm -rf work cache
  mkdir work
  cp -a sources work/in
  [[ $1 != overwrite ]] || cp -a older work/out # made with another quality, which a run replaces
  cp -a cache-before cache
}

# run_mode MODE: the command that is killed.
run_mode() {
  local options=(--cache-dir cache -e 1 -j 1 -q 60 --quiet)
  case $1 in
    mirror) RUN=("$FRUGAL" "${options[@]}" -f webp -o work/out work/in) ;;
    overwrite) RUN=("$FRUGAL" "${options[@]}" -f webp -o work/out --overwrite always work/in) ;;
    in-place) RUN=("$FRUGAL" "${options[@]}" --in-place work/in) ;;
    new-format) RUN=("$FRUGAL" "${options[@]}" --in-place -f webp work/in) ;;
  esac
}

# state: every file in work/ that is not temporary, with a hash of its content.
state() { (cd work && find . -type f ! -name '.frugal-*.tmp' -exec md5sum {} + | sort -k 2); }

# prepare MODE: what there is before and after a run that nobody disturbs.
prepare() {
  rm -rf sources older cache-before
  picture sources/a.jpg photo 64x48 --quality 97
  picture sources/b.png photo 48x64 --effort 1
  picture sources/sub/c.jpg photo 80x40 --quality 97 --seed 3
  expect_status 0 frugal --cache-dir cache-before -e 1 -q 40 -f webp -o older sources
  begin "$1"
  state >before
  run_mode "$1"
  expect_status 0 "${RUN[@]}"
  state >after
  [[ $(<before) != "$(<after)" ]] || fail "the run changes nothing"
}

# expect_nothing_lost MODE WHEN: after a kill.
expect_nothing_lost() {
  over && return
  local line name
  state >now
  # Each file is what it was before, or what the run makes of it.
  line=$(comm -23 <(sort now) <(sort -u before after))
  [[ -z $line ]] || fail "$1, $2: neither before nor after: $line"
  # What was there before is there, or what it becomes.
  while read -r _ name; do
    grep -q "  $name\$" now && continue
    [[ $1 == new-format ]] && grep -q "  ${name%.*}.webp\$" now && continue
    fail "$1, $2: $name is gone"
  done <before
}

# expect_completed MODE WHEN: by one more run.
expect_completed() {
  over && return
  "${RUN[@]}" >"$OUT" 2>"$ERR" || fail "$1, $2: the next run failed"
  state >now
  expect_equal "$(<now)" "$(<after)"
  expect_equal "$(find work -name '.frugal-*')" ""
}

# traced_calls: each call that a run makes, as NAME N: the N-th of that name in its thread.
traced_calls() {
  strace -f -qq -e trace="$(join_by , "${CHANGING[@]}")" -o trace "${RUN[@]}" >/dev/null 2>&1
  sed -nE 's/^([0-9]+) +([a-z0-9]+)\(.*/\1 \2/p' trace | awk '{ n = ++count[$1, $2]; if (n > most[$2]) most[$2] = n }
    END { for (name in most) for (i = 1; i <= most[name]; i++) print name, i }' | sort -k 1,1 -k 2,2n
}

# quietly COMMAND...: its status; a shell would tell on standard error that it was killed.
quietly() { ("$@" & wait "$!") >/dev/null 2>&1; }

join_by() {
  local IFS=$1
  shift
  printf '%s' "$*"
}

# some COUNT: so many of the lines of standard input, evenly; all of them for "all".
some() { awk -v n="$1" '{ line[NR] = $0 } END { for (i = 1; i <= NR; i++)
  if (n == "all" || int(i * n / NR) > int((i - 1) * n / NR)) print line[i] }'; }

suite_kills() {
  local mode name number took killed all

  for mode in mirror overwrite in-place new-format; do
    TEST "killed at any call that changes the disk, a run loses nothing and the next completes it: $mode"
    prepare "$mode"
    begin "$mode"
    traced_calls >calls
    expect_smaller 8 "$(wc -l <calls)"
    some "$KILLED_CALLS" <calls >chosen
    killed=0 all=0
    while read -r name number; do
      over && break
      begin "$mode"
      quietly strace -f -qq -o /dev/null -e trace="$name" -e inject="$name:signal=KILL:when=$number" "${RUN[@]}"
      [[ $? != 137 ]] || killed=$((killed + 1))
      all=$((all + 1))
      expect_nothing_lost "$mode" "$name $number"
      expect_completed "$mode" "$name $number"
    done <chosen
    over || printf '        %s: killed at %d of %d calls\n' "$mode" "$killed" "$(wc -l <calls)"
    expect_smaller $((all * 3 / 4)) $((killed + 1))
  done

  for mode in mirror in-place; do
    TEST "killed at any moment, a run loses nothing and the next completes it: $mode"
    prepare "$mode"
    begin "$mode"
    took=$(date +%s%N)
    "${RUN[@]}" 2>/dev/null
    took=$(((($(date +%s%N) - took) / 1000) * 11 / 10)) # µs, and a little more
    killed=0
    for ((number = 0; number < KILLED_MOMENTS / 2; number++)); do
      over && break
      begin "$mode"
      quietly timeout -s KILL "$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % took + 1)))" "${RUN[@]}" ||
        killed=$((killed + 1))
      expect_nothing_lost "$mode" "moment $number"
      ((number % 10 != 0)) || expect_completed "$mode" "moment $number"
    done
    over || printf '        %s: killed at %d moments\n' "$mode" "$killed"
    expect_smaller 0 "$killed"
  done
}
