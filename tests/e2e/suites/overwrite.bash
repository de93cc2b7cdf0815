# What happens to an output that is there already.
# shellcheck shell=bash

suite_overwrite_PROBE() { need jq; }

# state FILE: what tells whether it was touched.
state() { stat -c '%i %s %y' "$1"; }

suite_overwrite() {
  local before policy

  TEST "never leaves every output as it is, and says so"
  picture a.png photo 48x32
  echo foreign >a.webp
  touch -d '1 hour ago' a.webp
  before=$(state a.webp)
  expect_status 0 frugal --overwrite never -f webp a.png --jsonl log.jsonl
  expect_equal "$(state a.webp)" "$before"
  expect_equal "$(rows log.jsonl .status)" skipped
  rows log.jsonl .reason >reason
  expect_contains reason a.webp

  TEST "never does not even replace what frugal wrote"
  picture a.png photo 48x32
  expect_status 0 frugal -q 90 -f webp a.png
  before=$(state a.webp)
  expect_status 0 frugal --overwrite never -q 40 -f webp a.png --jsonl log.jsonl
  expect_equal "$(state a.webp) $(rows log.jsonl .status)" "$before skipped"

  TEST "changed does not touch a foreign output that is not older than the source"
  picture a.png photo 48x32
  echo foreign >a.webp
  touch -d '1 hour ago' a.png a.webp
  before=$(state a.webp)
  expect_status 0 frugal -f webp a.png --jsonl log.jsonl
  expect_equal "$(state a.webp) $(rows log.jsonl .status)" "$before skipped"
  touch a.webp
  before=$(state a.webp)
  expect_status 0 frugal -f webp a.png --jsonl log.jsonl
  expect_equal "$(state a.webp) $(rows log.jsonl .status)" "$before skipped"
  rows log.jsonl .reason >reason
  expect_contains reason "a.webp"
  expect_stderr_contains "--overwrite"

  TEST "changed replaces an output that is older than its source"
  picture a.png photo 48x32
  echo foreign >a.webp
  touch -d '1 hour ago' a.webp
  expect_status 0 frugal -f webp a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status) $(head -c 4 a.webp)" "converted RIFF"

  TEST "changed replaces frugal's own output of another quality"
  picture a.png photo 96x64
  expect_status 0 frugal -q 90 -f webp -o out a.png
  cp out/a.webp fine.webp
  expect_status 0 frugal -q 40 -f webp -o out a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" converted
  expect_smaller "$(bytes out/a.webp)" "$(bytes fine.webp)"

  TEST "changed replaces frugal's own output when the source is another picture, even an older file"
  picture a.png photo 96x64
  expect_status 0 frugal -f webp -o out a.png
  cp out/a.webp first.webp
  picture a.png photo 96x64 --seed 2
  touch -d '1 day ago' a.png
  expect_status 0 frugal -f webp -o out a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" converted
  expect_different_bytes out/a.webp first.webp

  TEST "changed does not touch an output of frugal's that somebody changed"
  picture a.png photo 96x64
  expect_status 0 frugal -f webp -o out a.png
  echo edited >>out/a.webp
  before=$(state out/a.webp)
  expect_status 0 frugal -f webp -o out a.png --jsonl log.jsonl
  expect_equal "$(state out/a.webp) $(rows log.jsonl .status)" "$before skipped"

  TEST "an output that the cache has forgotten is known by its bytes, under every policy but never"
  picture a.png photo 96x64
  expect_status 0 frugal -f webp a.png
  rm -rf "$XDG_CACHE_HOME"
  expect_status 0 frugal --overwrite never -f webp a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .encodes]')" '["skipped",0]'
  expect_status 0 frugal -f webp . --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" '["./a.png","converted"]'
  expect_status 0 frugal -f webp . --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" reused

  TEST "always replaces whatever is there"
  picture a.png photo 48x32
  echo foreign >a.webp
  expect_status 0 frugal --overwrite always -f webp a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status) $(head -c 4 a.webp)" "converted RIFF"

  TEST "a directory in the way is left there under every policy"
  picture a.png photo 48x32
  mkdir a.webp
  for policy in never changed always; do
    expect_status 0 frugal --overwrite "$policy" -f webp a.png --jsonl log.jsonl
    expect_equal "$(rows log.jsonl .status)" skipped
  done
  [[ -d a.webp ]] || fail "the directory is gone"
}
