# Files that claim to be, or grow to, far more than they are: refused from their headers.
# shellcheck shell=bash

suite_bombs_PROBE() { need jq; }

# most FILE COLUMN: the largest number there, with the name before it.
most() { sort -t $'\t' -k "$2,$2n" "$1" | tail -n 1 | cut -f "1,$2" | tr '\t' ' '; }

suite_bombs() {
  local name fate says tiny

  TEST "a bomb of each kind is refused in a line, with the limit and the option that raises it, or is no bomb"
  "$MAKE_PICTURES" --bombs in >list 2>said || fail "cannot make the bombs: $(<said)"
  picture tiny.png flat 16x16
  expect_status 0 frugal --no-cache -j 1 -n -e 1 -f webp -o out tiny.png --jsonl log.jsonl
  tiny=$(summary log.jsonl .peak_memory)
  while IFS=$'\t' read -r name fate says; do
    over && break
    case $fate in
      limit | damaged) expect_status 1 frugal --no-cache -j 1 -e 1 -f webp -o out "in/$name" --jsonl log.jsonl ;;
      *) expect_status 0 frugal --no-cache -j 1 -e 1 -f webp -o out "in/$name" --jsonl log.jsonl ;;
    esac
    case $fate in
      limit | damaged)
        expect_equal "$(grep -c . "$ERR")" 2 # and the line that sums up
        expect_equal "$(grep -c "^failed in/$name: " "$ERR")" 1
        expect_stderr_contains "$says"
        expect_equal "$(rows log.jsonl .status)" failed
        expect_missing out
        ;;
      left_alone)
        expect_stderr_contains "$says"
        expect_equal "$(rows log.jsonl .status)" skipped
        rm -rf out
        ;;
      *)
        expect_equal "$(rows log.jsonl '[.width, .height]')" "[64,64]"
        rm -rf out
        ;;
    esac
    if [[ $fate == limit ]]; then
      expect_stderr_contains "more than the limit of "
      expect_stderr_contains "; --max-pixels"
    fi
    summary log.jsonl "[\"$name\", (.seconds * 1000 | round), ((.peak_memory - $tiny) / 1e6 | round), .peak_memory] | @tsv" >>spent
    expect_smaller "$(summary log.jsonl .peak_memory)" $((tiny + 50000000))
  done <list
  if ! over; then
    expect_equal "$(wc -l <spent)" "$(wc -l <list)"
    printf '        slowest: %s ms; most memory, beyond that for a tiny picture: %s MB\n' "$(most spent 2)" "$(most spent 3)"
  fi

  TEST "the option named lets a file through that it was named for"
  "$MAKE_PICTURES" --bombs in >/dev/null 2>said || fail "cannot make the bombs: $(<said)"
  expect_status 1 frugal --no-cache -n -f webp -o out in/profile.jpg
  expect_stderr_contains "8388608 bytes of ICC profile (13000000); --max-pixels 155M raises it"
  expect_status 0 frugal --no-cache -n -f png -o out in/profile.jpg --max-pixels 155M

  TEST "a result from the cache keeps to the limit on the sides of pictures"
  picture a.png flat 40000x20
  expect_status 0 frugal -f avif -o out a.png --max-pixels 200M
  expect_status 0 frugal -f avif -o out a.png --max-pixels 200M
  expect_stderr_contains "reused"
  expect_status 1 frugal -f avif -o out a.png
  expect_stderr_contains "32768 pixels on a side"
}
