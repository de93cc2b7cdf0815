# What the suites are written with. tests/e2e/run sources this; each suite runs in a shell of its own.
#
#   suite_NAME_PROBE   prints why the suite cannot run here; nothing when it can
#   suite_NAME         its tests: blocks that begin with TEST
#
# Every TEST starts in an empty directory, with a home of its own. The first expectation that fails ends the
# test: it is reported, and what follows up to the next TEST expects nothing and runs no expect_status.
# shellcheck shell=bash

: "${REPO:?}" "${FRUGAL:?}" "${MAKE_PICTURES:?}" "${CORPUS:?}" "${SUITE:?}" "${SUITE_DIR:?}"

TEST_NUMBER=0

# --- tests

# TEST SENTENCE: what must be true, as a sentence about the behaviour.
TEST() {
  end_test
  TEST_NUMBER=$((TEST_NUMBER + 1))
  TEST_NAME=$1
  TEST_DIR=$SUITE_DIR/$TEST_NUMBER
  OUT=$TEST_DIR/stdout # what the last expect_status command wrote to its standard output
  ERR=$TEST_DIR/stderr # and to its standard error
  HOME=$TEST_DIR/home
  XDG_CACHE_HOME=$HOME/.cache
  XDG_CONFIG_HOME=$HOME/.config
  mkdir -p "$TEST_DIR/work" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME"
  export HOME XDG_CACHE_HOME XDG_CONFIG_HOME LC_ALL=C.UTF-8 TZ=UTC
  unset "${!FRUGAL_@}" NO_COLOR
  : >"$OUT"
  : >"$ERR"
  cd "$TEST_DIR/work" || exit 1
}

# SKIP REASON: the current test cannot be done here.
SKIP() { over || printf '%s\n' "$1" >"$TEST_DIR/skipped"; }

# True when the current test has already failed or is skipped.
over() { [[ -e $TEST_DIR/failed || -e $TEST_DIR/skipped ]]; }

# A state kept in files is seen from subshells and pipes as well.
end_test() {
  ((TEST_NUMBER > 0)) || return 0
  local verdict=passed
  if [[ -e $TEST_DIR/failed ]]; then
    verdict=failed
  elif [[ -e $TEST_DIR/skipped ]]; then
    verdict=skipped
    printf '  skip  %s (%s)\n' "$TEST_NAME" "$(<"$TEST_DIR/skipped")"
  else
    printf '  ok    %s\n' "$TEST_NAME"
  fi
  printf '%s\n' "$verdict" >>"$SUITE_DIR/verdicts"
  cd / || exit 1
  if [[ $verdict != failed ]]; then
    chmod -R u+rwX "$TEST_DIR" && rm -rf "$TEST_DIR"
  fi
}

# fail MESSAGE...: ends the current test with a report of the last command.
fail() {
  over && return
  local depth=0 where
  while where=$(caller "$depth") && [[ $where == *"/lib.bash" ]]; do depth=$((depth + 1)); done
  read -r line _ file <<<"$where"
  {
    printf '  FAIL  %s\n' "$TEST_NAME"
    printf '        suite    %s, at %s:%s\n' "$SUITE" "${file#"$REPO"/}" "$line"
    printf '        because  %s\n' "$@"
    printf '        command  %s\n' "$(cat "$TEST_DIR/command" 2>/dev/null)"
    head -n 30 "$OUT" | sed 's/^/        stdout   /'
    tail -n 30 "$ERR" | sed 's/^/        stderr   /'
    printf '        kept in  %s\n' "$TEST_DIR"
  } | tee "$TEST_DIR/failed"
}

# Nothing in a suite may go missing in silence.
command_not_found_handle() {
  fail "no such command: $1"
  return 127
}

# --- running things

# frugal ARGUMENT...: the program under test, ended when it hangs.
frugal() { timeout "${E2E_TIMEOUT:-300}" "$FRUGAL" "$@"; }

# True when the program was built with a sanitizer, which takes memory and time of its own.
sanitized() { grep -qa -e __asan_init -e __tsan_init "$FRUGAL"; }

# expect_status N COMMAND...: runs it, its outputs go to $OUT and $ERR; N is its exit status.
expect_status() {
  over && return
  local expected=$1 status=0
  shift
  printf '%q ' "$@" >"$TEST_DIR/command"
  "$@" >"$OUT" 2>"$ERR" || status=$?
  [[ $status == "$expected" ]] || fail "exit status is $status, not $expected"
}

# picture FILE KIND WxH [OPTION...]: makes one; KIND is photo, gradient, text, flat or noise.
picture() {
  over && return
  local file=$1 kind=$2 size=$3 said
  shift 3
  said=$("$MAKE_PICTURES" --one "$kind" "$size" "$@" "$file" 2>&1) || fail "cannot make the picture $file: $said"
}

# --- expectations; ACTUAL comes before EXPECTED

expect_equal() { # ACTUAL EXPECTED
  [[ $1 == "$2" ]] || fail "got       $1" "expected  $2"
}

expect_exists() { # PATH...
  local path
  for path; do
    [[ -e $path ]] || fail "$path does not exist; there is: $(ls -A "$(dirname "$path")" 2>&1)"
  done
}

expect_missing() { # PATH...
  local path
  for path; do
    [[ ! -e $path && ! -L $path ]] || fail "$path exists"
  done
}

expect_same_bytes() { # FILE FILE
  cmp -s -- "$1" "$2" || fail "$1 and $2 differ: $(cmp -- "$1" "$2" 2>&1)"
}

expect_different_bytes() { # FILE FILE
  ! cmp -s -- "$1" "$2" || fail "$1 and $2 have the same bytes"
}

expect_contains() { # FILE TEXT
  [[ $(<"$1") == *"$2"* ]] || fail "$1 does not contain: $2"
}

expect_lacks() { # FILE TEXT
  [[ $(<"$1") != *"$2"* ]] || fail "$1 contains: $2"
}

expect_stdout() { expect_equal "$(<"$OUT")" "$1"; } # TEXT, all of it (newlines at the end do not count)
expect_stdout_contains() { expect_contains "$OUT" "$1"; }
expect_stdout_lacks() { expect_lacks "$OUT" "$1"; }
expect_stderr_contains() { expect_contains "$ERR" "$1"; }
expect_stderr_lacks() { expect_lacks "$ERR" "$1"; }

# expect_smaller A B: numbers, A < B (also with fractions).
expect_smaller() {
  awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 < b + 0) }' || fail "$1 is not below $2"
}

# expect_json FILTER FILE EXPECTED: jq's raw output for all of the file's values, one a line.
expect_json() {
  local got
  got=$(jq -rc "$1" "$2" 2>&1) || fail "jq $1 $2: $got"
  [[ $got == "$3" ]] || fail "jq $1 $2" "got       $got" "expected  $3"
}

# --- looking at things

# rows FILE [FILTER]: the rows of a --jsonl file without the summary, one a line.
rows() { jq -rc "select(has(\"summary\") | not) | ${2:-.}" "$1"; }

# summary FILE [FILTER]: its last line.
summary() { jq -rc "select(has(\"summary\")) | .summary | ${2:-.}" "$1"; }

# bytes FILE: its size.
bytes() { stat -c %s -- "$1"; }

# entries DIR: every path below it, sorted, one a line.
entries() { (cd "$1" && find . -mindepth 1 | sed 's|^\./||' | sort); }

# decoder_of FILE: a program, not of frugal's making, that reads files of that extension.
decoder_of() {
  case ${1##*.} in
    jpg | jpeg) echo djpeg ;;
    png) echo pngtopnm ;;
    webp) echo dwebp ;;
    avif) echo avifdec ;;
    heic) command -v heif-convert || echo heif-dec ;;
  esac
}

# has_decoder FILE: is it here? If not, the current test is skipped.
has_decoder() {
  local program
  program=$(decoder_of "$1")
  command -v "$program" >/dev/null || { SKIP "needs $program"; return 1; }
}

# decoded FILE PNM [-alpha]: its pixels, or its alpha channel, by that decoder. Nobody else has a say.
decoded() {
  over && return
  local program png=$TEST_DIR/decoded.png said=$TEST_DIR/said
  program=$(decoder_of "$1")
  rm -f "$png"
  {
    case $program in
      djpeg) djpeg -pnm "$1" >"$2" ;;
      pngtopnm) pngtopnm ${3+"$3"} "$1" >"$2" ;;
      dwebp) dwebp -quiet -o "$png" -- "$1" && pngtopnm ${3+"$3"} "$png" >"$2" ;;
      avifdec) avifdec --depth 8 "$(realpath -- "$1")" "$png" && pngtopnm ${3+"$3"} "$png" >"$2" ;;
      *)
        # libpng refuses some colour profiles that are in use; JPEG does not look at them.
        # Ten bits become sixteen in PNG, and eight here.
        { "$program" "$(realpath -- "$1")" "$png" && pngtopnm ${3+"$3"} "$png" | pamdepth 255 >"$2"; } ||
          { [[ -z ${3-} ]] && "$program" -q 100 "$(realpath -- "$1")" "$png.jpg" && djpeg -pnm "$png.jpg" >"$2"; }
        ;;
    esac
  } >"$said" 2>&1 || fail "$program cannot read $1: $(<"$said")"
}

# size_of FILE: WIDTHxHEIGHT, by that decoder.
size_of() {
  decoded "$1" "$TEST_DIR/decoded.pnm"
  head -n 2 "$TEST_DIR/decoded.pnm" 2>/dev/null | sed -n '2s/ /x/p'
}

# --- for probes: print a reason when something is not there

need() { # PROGRAM...
  local program
  for program; do
    command -v "$program" >/dev/null || echo "needs $program"
  done
}

need_corpus() { [[ -d $CORPUS ]] || echo "needs a corpus of real files: CORPUS=DIR"; }
