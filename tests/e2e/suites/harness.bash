# The harness itself: a suite that fails must be seen to fail.
# shellcheck shell=bash

suite_harness_PROBE() { need jq; }

# try BODY: runs a suite whose function has that body.
try() {
  mkdir -p suites
  printf 'suite_try_PROBE() { %s; }\nsuite_try() {\n%s\n}\n' "${2:-:}" "$1" >suites/try.bash
  TMPDIR=$TEST_DIR SUITES=suites FRUGAL=$FRUGAL MAKE_PICTURES=$MAKE_PICTURES "$REPO/tests/e2e/run" try
}

suite_harness() {
  TEST "a test whose expectations hold passes"
  expect_status 0 try 'TEST one; expect_status 3 bash -c "echo out; exit 3"; expect_stdout out'
  expect_stdout_contains "ok    one"
  expect_stdout_contains "1 passed, 0 failed, 0 skipped"

  TEST "a failing test does not stop the next one and fails the run"
  expect_status 1 try $'TEST one; expect_equal a b\nTEST two; expect_equal a a'
  expect_stdout_contains "FAIL  one"
  expect_stdout_contains "suites/try.bash:3"
  expect_stdout_contains "ok    two"
  expect_stdout_contains "1 passed, 1 failed, 0 skipped"

  TEST "every kind of expectation can fail"
  local expectation
  printf '{"a":1}\n' >object.json
  for expectation in "status 1 true" "status 0 false" "equal 1 2" "exists nothing" "missing ." \
    "same_bytes /dev/null $PWD/object.json" "different_bytes /dev/null /dev/null" "contains /dev/null x" \
    "lacks $PWD/object.json a" "stdout x" "stdout_contains x" "stderr_contains x" "smaller 2 1.5" \
    "json .a $PWD/object.json 2" "json .[ $PWD/object.json 1"; do
    expect_status 1 try "TEST one; expect_$expectation"
  done

  TEST "an expectation that fails in a pipe fails the test"
  expect_status 1 try 'TEST one; echo x | expect_equal a b'

  TEST "after a failure nothing more is run in that test"
  expect_status 1 try "TEST one; expect_equal a b; expect_status 0 touch $PWD/ran"
  expect_missing ran

  TEST "a suite that ends early fails the run"
  expect_status 1 try 'TEST one; exit 0'

  TEST "a suite whose probe gives a reason is skipped"
  expect_status 77 try 'TEST one; expect_equal a b' 'echo no luck'
  expect_stdout_contains "try: skipped, no luck"

  TEST "tests see an empty directory, an empty home and no settings of frugal"
  export FRUGAL_QUALITY=10
  # shellcheck disable=SC2016  # expanded by the suite
  expect_status 0 try 'TEST one; expect_equal "$(ls -A .)${FRUGAL_QUALITY-}$(find "$HOME" -type f)" ""; touch x
    TEST two; expect_missing x'
}
