# Damaged caches: whatever is the matter with one, the outputs are those of a run without, and it is one warning.
#
# FRUGAL_DAMAGED=1000 tries so many; by default it is one of each kind.
# shellcheck shell=bash

suite_cache_damage_PROBE() {
  need python3 setpriv
  python3 -c 'import sqlite3' 2>/dev/null || echo "needs python3 with sqlite3"
}

DAMAGED=${FRUGAL_DAMAGED:-0} # TEST unsets what begins so

# damaged_caches ARGUMENT...: see there.
damaged_caches() { python3 "$REPO/tests/e2e/damaged-caches" "$@"; }

# convert PROGRAM OUT [OPTION...]: the tree to OUT.
convert() { "$1" --quiet -f webp --lossless -e 1 -o "$2" "${@:3}" in; }

# Root, too, may then only do what modes allow.
unprivileged() {
  if [[ $(id -u) == 0 ]]; then
    timeout "${E2E_TIMEOUT:-300}" setpriv --bounding-set=-all --inh-caps=-all "$FRUGAL" "$@"
  else
    frugal "$@"
  fi
}

# warm_cache: makes in/, the cache warm/ that knows it, and its outputs in out/ and, by a run without cache, in right/.
# Payloads are in the database and in files.
warm_cache() {
  local number
  for number in 1 2 3 4; do picture "in/a/$number.png" photo 16x16 --seed "$number"; done
  for number in 5 6; do picture "in/b/$number.png" noise 84x84 --seed "$number"; done
  expect_status 0 convert frugal right --no-cache
  expect_status 0 convert frugal out --cache-dir warm
  [[ -n $(find warm/v1 -name '*-*' -size +16k) ]] || fail "there is no payload file in the cache"
}

# state: what tells whether the outputs in out/ are still those that the cache knows.
state() { find out -type f ! -name 1.webp -printf '%p %i %C@\n' | sort; }

# know_again: the cache knows out/, if some of it was written again.
know_again() {
  [[ $(state) != "$known" ]] || return 0
  sleep 0.03 # what is younger than a tick of the clock is not believed
  expect_status 0 convert frugal out --cache-dir warm
  known=$(state)
}

# spoil WHAT: does that to cache/, of which everything may be gone.
spoil() {
  case $1 in
    "it is deleted") rm -rf cache ;;
    "its database is deleted") rm -f cache/v1/frugal.sqlite3 ;;
    "its database is cut short") truncate -s 5000 cache/v1/frugal.sqlite3 ;;
    "its database is overwritten") head -c 30000 /dev/urandom >cache/v1/frugal.sqlite3 ;;
    *) fail "nobody knows how to do this: $1" ;;
  esac
}

# expect_right OUT ERR LEAST: the outputs of a run without cache, and LEAST to one warnings, which name it, and nothing else.
expect_right() {
  expect_equal "$(diff -r right "$1" 2>&1)" ""
  expect_equal "$(grep -v '^frugal: cache cache[-0-9]*: [a-z]' "$2")" ""
  expect_smaller "$(wc -l <"$2")" 2
  expect_smaller "$(($3 - 1))" "$(wc -l <"$2")"
}

suite_cache_damage() {
  local total tried number use least what program out known warned=0 maker
  local -a options locks=() runs=() how=(exclusive reserved shared)

  TEST "a damaged cache is at most one warning, never another output or exit status"
  warm_cache
  known=$(state)
  coproc MAKER { damaged_caches make warm cache "$DAMAGED"; }
  maker=$MAKER_PID # bash forgets it when it ends
  read -r total <&"${MAKER[0]}"
  for ((tried = 0; tried < total; ++tried)); do
    over && break
    # By turns all outputs are there but one, or none.
    rm -rf fresh out/a/1.webp
    ((tried % 2)) && out=fresh || out=out
    know_again
    rm -f out/a/1.webp
    echo >&"${MAKER[1]}"
    read -r number use least what <&"${MAKER[0]}"
    program=frugal options=()
    [[ $use != unprivileged ]] || program=unprivileged
    if [[ $use == meanwhile ]]; then
      out=fresh options=(--force)
      { sleep "0.0$((number % 5))" && spoil "$what"; } 2>/dev/null &
    fi
    expect_status 0 convert "$program" "$out" --cache-dir cache "${options[@]}"
    [[ $use != meanwhile ]] || wait $!
    expect_right "$out" "$ERR" "$least"
    warned=$((warned + $(wc -l <"$ERR")))
    over && printf '        damage   number %s: %s (%s)\n' "$number" "$what" "$use"
  done
  over && kill "$maker"
  wait "$maker" 2>/dev/null
  printf '        %s caches, %s of them worth a warning\n' "$tried" "$warned"

  TEST "a locked cache is one warning, never another output or exit status"
  warm_cache
  # All at once: each waits for some seconds.
  for ((number = 0; number < (DAMAGED < 150 ? 3 : DAMAGED / 50); ++number)); do
    cp -a warm "cache-$number"
    locks+=("${how[number % 3]}:cache-$number/v1/frugal.sqlite3")
  done
  coproc LOCKER { damaged_caches lock "${locks[@]}"; }
  read -r _ <&"${LOCKER[0]}"
  for number in "${!locks[@]}"; do
    convert frugal "out-$number" --cache-dir "cache-$number" 2>"$number.stderr" &
    runs+=($!)
  done
  for number in "${!locks[@]}"; do
    expect_status 0 wait "${runs[number]}"
    expect_right "out-$number" "$number.stderr" 1
  done
  kill "$LOCKER_PID"
}
