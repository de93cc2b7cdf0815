# What the command line promises: exit statuses, what is refused before anything is done, odd file names.
# shellcheck shell=bash

suite_usage_PROBE() { need jq; }

suite_usage() {
  TEST "no path is a usage error"
  expect_status 2 frugal
  expect_stdout ""
  [[ -s $ERR ]] || fail "says nothing"

  TEST "an unknown option is a usage error that names it"
  picture a.png flat 16x16
  expect_status 2 frugal a.png --no-such-option
  expect_stdout ""
  expect_stderr_contains "--no-such-option"

  TEST "a value out of its range is a usage error that names the option"
  picture a.png flat 16x16
  expect_status 2 frugal a.png --quality 101
  expect_stderr_contains "--quality"
  expect_status 2 frugal a.png --effort 0
  expect_stderr_contains "--effort"
  expect_status 2 frugal a.png --format gif
  expect_stderr_contains "--format"
  expect_equal "$(entries .)" "a.png"

  TEST "--version prints name and version on standard output"
  expect_status 0 frugal --version
  [[ $(<"$OUT") =~ ^frugal\ [0-9]+\.[0-9]+\.[0-9]+ ]] || fail "is: $(<"$OUT")"

  TEST "--help prints the options on standard output"
  expect_status 0 frugal --help
  expect_stdout_contains "--format"
  expect_stdout_contains "--output"
  expect_stderr_lacks "--format"

  TEST "two inputs that would land on one output are refused before anything is written"
  picture a.jpg photo 64x48
  picture a.png photo 64x48
  expect_status 2 frugal --format webp a.jpg a.png
  expect_stderr_contains "a.jpg"
  expect_stderr_contains "a.png"
  expect_equal "$(entries .)" $'a.jpg\na.png'
  expect_status 2 frugal --format webp --output out .
  expect_equal "$(entries .)" $'a.jpg\na.png'

  TEST "a missing path fails the run, and the others are done"
  picture a.png photo 64x48
  picture b.png photo 64x48 --seed 2
  expect_status 1 frugal --format webp --output out a.png missing.png b.png
  expect_stderr_contains "missing.png"
  expect_equal "$(entries out)" $'a.webp\nb.webp'

  TEST "a damaged file fails the run, and the others are done"
  picture a.png photo 64x48
  head -c 200 a.png >b.png
  expect_status 1 frugal --format webp --output out a.png b.png --jsonl log.jsonl
  expect_stderr_contains "b.png"
  expect_equal "$(entries out)" "a.webp"
  expect_equal "$(rows log.jsonl .status)" $'converted\nfailed'

  TEST "a directory without images matches nothing"
  mkdir notes
  echo text >notes/readme.txt
  expect_status 3 frugal --format webp --output out notes
  expect_missing out

  TEST "names with spaces, newlines, leading dashes and UTF-8 are names like others"
  mkdir in
  picture in/"a b.png" flat 16x16
  picture in/$'line\nbreak.png' flat 16x16 --seed 2
  picture in/-dash.png flat 16x16 --seed 3
  picture in/übermäßig.png flat 16x16 --seed 4
  expect_status 0 frugal --format webp --output out in --jsonl log.jsonl
  expect_exists out/"a b.webp" out/$'line\nbreak.webp' out/-dash.webp out/übermäßig.webp
  expect_equal "$(rows log.jsonl .status | sort | uniq -c | xargs)" "4 converted"
  expect_equal "$(rows log.jsonl .output | jq -Rrs 'contains("line\nbreak.webp")')" "true"

  TEST "a name that begins with a dash is reached after --"
  picture ./-q.png flat 16x16
  expect_status 0 frugal --format webp --output out -- -q.png
  expect_exists out/-q.webp
}
