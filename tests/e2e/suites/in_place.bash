# In place: an original is replaced by something smaller, at once and as a whole, or not touched at all.
# shellcheck shell=bash

suite_in_place_PROBE() { need jq; }

# state PATH...: what tells whether files were touched, a line each.
state() { find "$@" -type f -printf '%p %i %n %s %m %T@ %C@\n' | sort; }

# expect_reason LOG TEXT: the only row is skipped or failed, for a reason with that text.
expect_reason() {
  rows "$1" '.reason // "none is given"' >"$TEST_DIR/reason"
  expect_contains "$TEST_DIR/reason" "$2"
}

suite_in_place() {
  local before sizes size name pid

  TEST "an original is replaced by a smaller file of the same name, and never by a larger one"
  "$MAKE_PICTURES" in --count 12 --size 200x140 >/dev/null
  before=$(entries in)
  sizes=$(cd in && find . -type f -printf '%s %p\n' | sort -k 2)
  expect_status 0 frugal --in-place in --jsonl log.jsonl
  expect_equal "$(entries in)" "$before"
  while read -r size name; do
    expect_smaller "$(bytes "in/$name")" "$((size + 1))"
  done <<<"$sizes"
  expect_smaller 5 "$(rows log.jsonl 'select(.status == "converted")' | wc -l)"
  expect_equal "$(rows log.jsonl 'select(.status == "converted" and .output_bytes >= .input_bytes)')" ""
  expect_equal "$(summary log.jsonl .output_bytes)" "$(find in -type f -printf '%s\n' | jq -s add)"
  expect_equal "$(rows log.jsonl 'select(.input != .output)')" ""

  TEST "a second run reuses everything and touches nothing"
  "$MAKE_PICTURES" in --count 12 --size 120x90 >/dev/null
  expect_status 0 frugal --in-place in
  before=$(state in)
  expect_status 0 frugal --in-place in --jsonl log.jsonl
  expect_equal "$(state in)" "$before"
  expect_equal "$(rows log.jsonl .status | sort -u)" reused
  expect_equal "$(rows log.jsonl .encodes | sort -u)" 0

  TEST "the mode of an original is that of its replacement"
  picture a.jpg photo 96x64 --quality 98
  picture b.jpg photo 96x64 --quality 98 --seed 2
  chmod 640 a.jpg
  chmod 400 b.jpg
  expect_status 0 frugal --in-place a.jpg b.jpg --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" $'converted\nconverted'
  expect_equal "$(stat -c %a a.jpg b.jpg)" $'640\n400'

  TEST "the owner of an original is that of its replacement"
  picture a.jpg photo 96x64 --quality 98
  if chown 12345:23456 a.jpg 2>/dev/null; then
    expect_status 0 frugal --in-place a.jpg --jsonl log.jsonl
    expect_equal "$(rows log.jsonl .status) $(stat -c %u:%g a.jpg)" "converted 12345:23456"
  else
    SKIP "needs root"
  fi

  TEST "a file with hard links is left alone"
  picture a.jpg photo 96x64 --quality 98
  ln a.jpg b.jpg
  before=$(state .)
  expect_status 0 frugal --in-place a.jpg --jsonl "$TEST_DIR/log.jsonl"
  expect_equal "$(state .)" "$before"
  expect_reason "$TEST_DIR/log.jsonl" "hard link"

  TEST "a symbolic link is left alone, and so is what it leads to"
  picture real/a.jpg photo 96x64 --quality 98
  mkdir links
  ln -s ../real/a.jpg links/a.jpg
  before=$(state real)
  expect_status 0 frugal --in-place links/a.jpg --jsonl log.jsonl
  expect_equal "$(state real)" "$before"
  [[ -L links/a.jpg ]] || fail "the link is gone"
  expect_reason log.jsonl "symbolic link"
  expect_status 0 frugal --in-place -f webp links/a.jpg
  expect_equal "$(entries links)" a.jpg
  expect_equal "$(state real)" "$before"

  TEST "a file that would not get smaller stays as it is"
  picture a.jpg photo 96x64 --quality 25
  expect_status 0 frugal --lossless --in-place --no-cache a.jpg
  before=$(state a.jpg)
  expect_status 0 frugal -q 95 --in-place a.jpg --jsonl log.jsonl
  expect_equal "$(state a.jpg)" "$before"
  expect_equal "$(rows log.jsonl '[.status, .output_bytes == .input_bytes]')" '["skipped",true]'
  expect_reason log.jsonl "smaller"

  TEST "with another format, the original goes once its smaller version stands"
  picture in/a.png photo 96x64
  picture in/b.jpg photo 96x64 --quality 98
  expect_status 0 frugal --in-place -f webp in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" $'converted\nconverted'
  expect_equal "$(entries in)" $'a.webp\nb.webp'
  expect_equal "$(head -c 4 in/a.webp)$(head -c 4 in/b.webp)" RIFFRIFF

  TEST "with another format, a larger version is not kept and the original does not go"
  picture in/a.jpg photo 96x64 --quality 40
  before=$(state in)
  expect_status 0 frugal --in-place -f png in --jsonl log.jsonl
  expect_equal "$(state in)" "$before"
  expect_equal "$(entries in)" a.jpg
  expect_reason log.jsonl "smaller"
  expect_status 0 frugal --in-place -f png in --jsonl log.jsonl # as the cache has it
  expect_equal "$(state in)" "$before"

  TEST "with another format, a picture of its own that stands in the way loses nothing"
  picture a.png photo 96x64
  picture a.webp photo 96x64 --seed 2
  touch -d '1 hour ago' a.webp
  before=$(state .)
  for name in never changed always; do
    expect_status 0 frugal --in-place -f webp --overwrite "$name" a.png --jsonl "$TEST_DIR/log.jsonl"
    expect_reason "$TEST_DIR/log.jsonl" "a.webp"
    expect_equal "$(state .)" "$before"
  done

  for name in jpg png webp avif heic; do
    TEST "data after the end of a picture keeps it from being replaced: $name"
    if "$FRUGAL" --version | grep -q "^${name/jpg/jpeg} .*writes"; then
      picture "a.$name" photo 96x64 --quality 95 --effort 1
      echo "more than a picture" >>"a.$name"
      before=$(state .)
      expect_status 0 frugal -q 50 --in-place "a.$name" --jsonl "$TEST_DIR/log.jsonl"
      expect_equal "$(state .)" "$before"
      expect_reason "$TEST_DIR/log.jsonl" "data after the end"
    else
      SKIP "this build does not write it"
    fi
  done

  TEST "a damaged file is left untouched and fails the run, and the others are replaced"
  picture a.jpg photo 96x64 --quality 98
  picture whole.jpg photo 96x64 --quality 98 --seed 2
  head -c "$(($(bytes a.jpg) * 2 / 3))" a.jpg >broken.jpg
  before=$(state broken.jpg)
  expect_status 1 frugal --in-place broken.jpg whole.jpg --jsonl log.jsonl
  expect_equal "$(state broken.jpg)" "$before"
  expect_equal "$(rows log.jsonl .status)" $'failed\nconverted'
  expect_status 1 frugal --in-place -f webp broken.jpg
  expect_equal "$(state broken.jpg)" "$before"
  expect_missing broken.webp

  TEST "a directory that cannot be written to fails its files and changes nothing"
  if [[ $(id -u) == 0 ]]; then
    SKIP "root writes everywhere"
  else
    picture in/a.jpg photo 96x64 --quality 98
    chmod 555 in
    before=$(state in)
    expect_status 1 frugal --in-place in
    expect_equal "$(state in)" "$before"
  fi

  TEST "a file that changes while it is converted keeps its new content"
  picture a.heic noise 1200x800 --quality 90 --effort 1
  "$FRUGAL" --in-place -e 6 -q 70 --no-cache a.heic --jsonl log.jsonl >"$OUT" 2>"$ERR" &
  pid=$!
  sleep 1
  if [[ -s log.jsonl ]] || ! kill -0 "$pid" 2>/dev/null; then
    SKIP "it was done too soon"
    wait "$pid"
  else
    echo "a change" >change
    cp change a.heic
    wait "$pid"
    expect_equal "$?" 1
    expect_same_bytes a.heic change
    expect_reason log.jsonl "changed"
    expect_equal "$(entries .)" $'a.heic\nchange\nlog.jsonl'
  fi

  TEST "one format can be asked for in place, not a list"
  picture a.png photo 32x32
  expect_status 2 frugal --in-place -f webp,avif a.png
  expect_status 2 frugal --in-place -o out a.png
  expect_equal "$(entries .)" a.png
}
