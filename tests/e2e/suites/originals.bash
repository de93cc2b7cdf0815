# Ways in which a picture could be lost by a path, a descriptor or a memory that is not what it seems.
# shellcheck shell=bash

suite_originals_PROBE() { need jq; }

# sums DIR: every file below it with its content.
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }

# tag FILE...: gives them an extended attribute, where there are any; tag_of FILE: what it is.
tag() { ! command -v setfattr >/dev/null || setfattr -n user.tags -v holiday "$@" 2>/dev/null; }
tag_of() { ! command -v getfattr >/dev/null || getfattr -n user.tags --only-values "$1" 2>/dev/null; }

with_few_descriptors() { (ulimit -n 90 && "$@"); }

suite_originals() {
  local before closed number

  TEST "an output directory that is a link to the input is found out before anything is written"
  picture in/a.jpg photo 64x48 --quality 97
  ln -s in link
  before=$(sums in)
  expect_status 2 frugal in -o link
  expect_stderr_contains "in/a.jpg"
  expect_equal "$(sums in)" "$before"

  TEST "an output that is what a linked input leads to is found out before anything is written"
  picture b.jpg photo 64x48 --quality 97
  ln -s b.jpg l.jpg
  before=$(sums .)
  expect_status 2 frugal l.jpg -o b.jpg
  expect_equal "$(sums .)" "$before"

  TEST "one directory under two names is converted once"
  picture in/a.png photo 64x48
  ln -s in link
  expect_status 0 frugal in link --in-place --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" in/a.png

  TEST "with descriptors closed, messages land in no picture"
  for closed in 0 1 2; do
    picture "in/$closed.png" photo 64x48
  done
  expect_status 0 frugal in -o right -f webp
  # shellcheck disable=SC2016  # expanded by the inner shell
  expect_status 0 sh -c '"$1" in -o out -f webp -v --no-cache 0<&- 1>&- 2>&-' sh "$FRUGAL"
  expect_equal "$(sums out)" "$(sums right)"

  TEST "what is left of an original after a change of format in place is written over by nothing"
  picture in/x.png photo 64x48
  expect_status 0 frugal in --in-place -f webp
  expect_equal "$(entries in)" x.webp
  before=$(sums in)
  picture in/x.png text 64x48 --seed 7
  expect_status 0 frugal in -f webp --jsonl log.jsonl
  expect_equal "$(sums in | grep -c .)" 2
  expect_equal "$(sums in | grep webp)" "$before"
  expect_status 0 frugal in/x.png --in-place -f webp
  expect_equal "$(sums in | grep webp)" "$before"
  expect_exists in/x.png

  TEST "what another format cannot hold beside the picture keeps the original in place"
  picture a.jpg photo 64x48 --quality 97
  printf 'a film' >>a.jpg
  before=$(sums .)
  expect_status 0 frugal a.jpg -o mirror.webp
  rm mirror.webp
  expect_status 0 frugal a.jpg --in-place -f webp --jsonl "$TEST_DIR/log.jsonl"
  expect_equal "$(rows "$TEST_DIR/log.jsonl" .status)" skipped
  expect_equal "$(sha256sum <a.jpg)" "$(sums . | grep a.jpg | sed 's|  .*|  -|')"
  expect_missing a.webp

  TEST "a change of format in place that was stopped half way is completed"
  picture in/x.png photo 64x48
  cp in/x.png x.png
  expect_status 0 frugal in --in-place -f webp
  cp -p x.png in/x.png
  expect_status 0 frugal in/x.png --in-place -f webp
  expect_equal "$(entries in)" x.webp

  TEST "who may not read the source may not read what is made of it"
  picture in/a.png photo 64x48
  picture in/b.png photo 64x48 --seed 3
  chmod 600 in/a.png in/b.png
  expect_status 0 frugal in/a.png -o out -f webp
  expect_equal "$(stat -c %a out/a.webp)" 600
  expect_status 0 frugal in/b.png --in-place -f webp
  expect_equal "$(stat -c %a in/b.webp)" 600

  TEST "more directories than a process may have open are no hindrance"
  picture one.png photo 32x24 --effort 1
  for number in {1..120}; do mkdir -p "in/$number" && cp one.png "in/$number/"; done
  expect_status 0 with_few_descriptors "$FRUGAL" --no-cache -e 1 -j 2 -f webp in/*/one.png
  expect_equal "$(find in -name '*.webp' | wc -l)" 120

  TEST "--preserve gives outputs the times, mode, owner and attributes of their sources"
  picture in/a.png photo 32x24
  picture in/small.jpg photo 32x24 --quality 20
  chmod 640 in/a.png
  touch -d "2001-02-03 04:05:06.123456789 UTC" in/a.png in/small.jpg
  tag in/a.png in/small.jpg
  [[ $EUID != 0 ]] || chown 12:34 in/a.png
  for _ in made "brought back"; do
    rm -rf out
    expect_status 0 frugal --preserve -f webp -o out in/a.png
    expect_status 0 frugal --preserve -o out in/small.jpg
    expect_equal "$(stat -c '%a %u %g %y' out/a.webp)" "$(stat -c '%a %u %g %y' in/a.png)"
    expect_equal "$(stat -c %y out/small.jpg)" "$(stat -c %y in/small.jpg)"
    for output in a.webp small.jpg; do
      expect_equal "$(tag_of "out/$output")" "$(tag_of in/a.png)"
    done
  done
  expect_status 0 frugal -f webp -o plain in/a.png
  [[ $(stat -c %Y plain/a.webp) != $(stat -c %Y in/a.png) ]] || fail "the time was taken without being asked for"

  TEST "in place, mode, owner and attributes stay, and the times with --preserve"
  picture a.png photo 64x48 --effort 1
  picture b.png photo 64x48 --effort 1
  chmod 640 a.png b.png
  touch -d "2001-02-03 04:05:06 UTC" a.png b.png
  touch kept
  tag a.png b.png kept
  expect_status 0 frugal --in-place a.png
  expect_status 0 frugal --in-place --preserve -f webp b.png
  for picture in a.png b.webp; do
    expect_equal "$(stat -c %a $picture)" 640
    expect_equal "$(tag_of $picture)" "$(tag_of kept)"
  done
  expect_equal "$(stat -c %Y b.webp)" "$(date -d "2001-02-03 04:05:06 UTC" +%s)"
  [[ $(stat -c %Y a.png) != "$(stat -c %Y b.webp)" ]] || fail "the time was kept without being asked for"

  TEST "an output that was named itself and cannot be made is a failure"
  picture a.png photo 64x48 --channels 4
  expect_status 1 frugal a.png -o a.jpg
  expect_missing a.jpg
  # shellcheck disable=SC2016  # expanded by the inner shell
  expect_status 1 sh -c '"$1" - -o - -f jpeg <a.png' sh "$FRUGAL"

  TEST "a limit holds for what the cache knows, too"
  picture a.png photo 64x48
  expect_status 0 frugal a.png -o out -f webp
  expect_status 1 frugal a.png -o out -f webp --max-pixels 1000

  TEST "a second generation that saves next to nothing is not written"
  picture a.jpg photo 640x480 --quality 97
  expect_status 0 frugal --in-place --no-cache a.jpg
  expect_status 0 frugal --in-place --no-cache --lossless a.jpg
  before=$(sha256sum <a.jpg)
  expect_status 0 frugal --in-place --no-cache -q 90 a.jpg --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status) $(sha256sum <a.jpg)" "skipped $before"

  TEST "a tree that holds a picture and its own output comes out the same in any order, with a cache or without"
  picture in/a.jpg photo 640x480 --quality 99 --effort 1
  expect_status 0 frugal in/a.jpg -q 90 --no-cache -o in/b.jpg
  expect_status 0 frugal in -q 90 --no-cache -o right
  expect_status 0 frugal in -q 90 -j1 --cache-dir one -o first --jsonl log.jsonl
  expect_equal "$(sums first)" "$(sums right)"
  expect_equal "$(rows log.jsonl '.encodes > 0')" $'true\ntrue' # the row that the first one left is for later runs
  expect_status 0 frugal in/b.jpg in/a.jpg -q 90 -j1 --cache-dir two -o second
  expect_equal "$(sums second)" "$(sums right)"

  TEST "a mistaken call does not empty the last report"
  picture a.png photo 64x48
  picture a.jpg photo 64x48
  echo kept >log.jsonl
  expect_status 2 frugal . -o out -f webp --jsonl log.jsonl
  expect_equal "$(<log.jsonl)" kept

  TEST "a file name for several inputs is a mistake, not a directory"
  picture a.png photo 64x48
  picture b.png photo 64x48
  expect_status 2 frugal a.png b.png -o two.webp
  expect_missing two.webp
  expect_status 0 frugal a.png b.png -o two.webp/
  expect_exists two.webp/a.png
}
