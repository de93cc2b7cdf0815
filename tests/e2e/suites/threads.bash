# labels: threads
# However many work on it, the bytes and the order are the same.
# shellcheck shell=bash

suite_threads_PROBE() {
  need jq
  ! grep -qa __asan_init "$FRUGAL" || echo "looks at what the thread sanitizer is there to watch"
}

suite_threads() {
  local format jobs

  for format in jpeg png webp avif heic; do
    TEST "a tree becomes the same bytes with one, two and eight threads: $format"
    if ! "$FRUGAL" --version | grep -q "^$format .*writes"; then
      SKIP "this build does not write it"
    else
      "$MAKE_PICTURES" in --count 12 --size 160x120 >/dev/null
      for jobs in 1 2 8; do
        expect_status 0 frugal --no-cache -e 3 -j "$jobs" -f "$format" -o "out-$jobs" in --jsonl "$jobs.jsonl"
      done
      expect_equal "$(diff -r out-1 out-2)$(diff -r out-1 out-8)" ""
      expect_smaller 10 "$(find out-1 -type f | wc -l)"
      for jobs in 2 8; do
        expect_equal "$(rows $jobs.jsonl '[.input, .format, .status, .output_bytes]')" \
          "$(rows 1.jsonl '[.input, .format, .status, .output_bytes]')"
      done
    fi
  done

  for format in webp avif heic; do
    TEST "a picture that threads share becomes the same bytes: $format"
    if ! "$FRUGAL" --version | grep -q "^$format .*writes"; then
      SKIP "this build does not write it"
    else
      picture a.jpg photo 1110x910 # enough for two threads
      for jobs in 1 8; do
        expect_status 0 frugal --no-cache -e 3 -j "$jobs" -f "$format" -o "out-$jobs" a.jpg
      done
      expect_same_bytes "out-1/a.$format" "out-8/a.$format"
    fi
  done

  TEST "with a cache, many threads make and find what one does"
  "$MAKE_PICTURES" in --count 36 --size 80x60 >/dev/null
  expect_status 0 frugal -e 3 -j 8 -f webp,png -o many in
  expect_status 0 frugal --no-cache -e 3 -j 1 -f webp,png -o one in
  expect_equal "$(diff -r many one)" ""
  rm -rf many
  expect_status 0 frugal -e 3 -j 8 -f webp,png -o many in --jsonl log.jsonl
  expect_equal "$(diff -r many one)" ""
  expect_equal "$(rows log.jsonl .status | sort -u)" reused

  TEST "little memory makes pictures wait, not fail, and changes no byte"
  "$MAKE_PICTURES" in --count 8 --size 400x300 >/dev/null
  picture in/large.png photo 800x700 # takes most of it by itself
  expect_status 0 frugal --no-cache -e 3 -j 8 -f webp -o plenty in
  expect_status 0 frugal --no-cache -e 3 -j 8 --memory-limit 100M -f webp -o little in --jsonl log.jsonl
  expect_equal "$(summary log.jsonl '[.converted + .skipped, .failed]')" "[9,0]"
  expect_equal "$(rows log.jsonl 'select(.input == "in/large.png") | .status')" converted
  expect_equal "$(diff -r plenty little)" ""

  TEST "rows come in the order of the inputs, whatever is done first"
  picture in/a.png photo 16x16
  picture in/b.png photo 900x700
  picture in/c.png photo 24x16
  picture in/d.png photo 400x300
  picture in/e.png photo 32x16
  for jobs in 1 2 8; do
    expect_status 0 frugal --no-cache --overwrite always -e 3 -j "$jobs" -f webp -o out in --jsonl log.jsonl
    expect_equal "$(rows log.jsonl .input | xargs)" "in/a.png in/b.png in/c.png in/d.png in/e.png"
  done
}
