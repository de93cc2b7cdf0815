# Folders that turn into links while frugal writes, and names that no terminal likes.
# shellcheck shell=bash

# SWAPS=10000 for the whole of it.
SWAPS=${SWAPS:-600}

suite_swaps_PROBE() { need jq perl; }

# swap ROUNDS FOLDER ELSEWHERE: again and again FOLDER is moved aside and a link that leads ELSEWHERE takes its place.
swap() {
  perl -e '
    my ($rounds, $folder, $elsewhere) = @ARGV;
    for (1 .. $rounds) {
      rename $folder, "$folder.aside" or die "rename: $!";
      # frugal may have made the folder anew in between.
      until (symlink $elsewhere, $folder) { rename $folder, "$folder.$_" or die "symlink: $!"; }
      select undef, undef, undef, rand 0.002;
      unlink $folder or die "unlink: $!";
      rename "$folder.aside", $folder or die "rename back: $!";
      select undef, undef, undef, rand 0.002;
    }' "$1" "$2" "$3"
}

# while_swapping FOLDER ELSEWHERE COMMAND...: the command, over and over, until the last swap; RUNS is how often.
while_swapping() {
  local folder=$1 elsewhere=$2 swapper status
  shift 2
  RUNS=0
  swap "$SWAPS" "$folder" "$elsewhere" 2>swap-error &
  swapper=$!
  while kill -0 "$swapper" 2>/dev/null; do
    "$@" >"$OUT" 2>"$ERR"
    status=$?
    # 2, 3: what a plan was made for, or all there is, is elsewhere by the time it is looked at.
    ((status <= 3)) || fail "ended with status $status"
    over && break
    RUNS=$((RUNS + 1))
  done
  wait "$swapper" || fail "the swaps ended early: $(<swap-error)"
}

suite_swaps() {
  local name long

  TEST "nothing is written out of the output directory, however often a folder in it turns into a link"
  for name in a b c d; do picture "in/sub/$name.png" flat 16x16 --effort 1; done
  mkdir -p out/sub outside
  while_swapping out/sub "$PWD/outside" \
    "$FRUGAL" --no-cache -e 1 --overwrite always --quiet -f webp -o out in
  expect_equal "$(find outside -mindepth 1)" ""
  expect_smaller 3 "$RUNS"
  expect_status 0 frugal --no-cache -e 1 --overwrite always -f webp -o out in
  expect_equal "$(entries out/sub)" $'a.webp\nb.webp\nc.webp\nd.webp'

  TEST "in place, what a link that came in between leads to is neither replaced nor removed"
  for name in a b c d; do picture "in/sub/$name.png" photo 24x16 --effort 1; done
  cp -a in/sub outside
  cp -a in/sub original
  while_swapping in/sub "$PWD/outside" "$FRUGAL" --no-cache -e 1 --quiet --in-place in
  expect_equal "$(diff -r outside original)" ""
  rm -rf in/sub && cp -a original in/sub
  while_swapping in/sub "$PWD/outside" "$FRUGAL" -e 1 --quiet --in-place -f webp in
  expect_equal "$(diff -r outside original)" ""

  TEST "a link that leads out of the output directory is not written through, and the line says so"
  picture in/sub/a.png flat 16x16
  picture in/b.png flat 16x16
  mkdir out outside
  ln -s ../outside out/sub
  expect_status 1 frugal -f webp -o out in --jsonl log.jsonl
  expect_stderr_contains "symbolic link that leads out"
  expect_equal "$(summary log.jsonl '[.converted, .failed]')" "[1,1]"
  expect_equal "$(find outside -mindepth 1)" ""
  rm out/sub
  mkdir out/real
  ln -s real out/sub # stays within
  expect_status 0 frugal -f webp -o out in
  expect_exists out/real/a.webp

  TEST "a file that changes while it is read or replaced keeps its change"
  picture one.jpg photo 640x480 --quality 97
  picture two.jpg photo 640x480 --quality 97 --seed 2
  for _ in 1 2 3 4 5 6; do
    cp one.jpg a.jpg
    "$FRUGAL" --no-cache --quiet --in-place a.jpg 2>/dev/null &
    sleep "0.0$((RANDOM % 90 + 10))"
    cp two.jpg next.jpg && mv next.jpg a.jpg
    wait "$!"
    "$FRUGAL" compare --json a.jpg two.jpg >compared.json 2>/dev/null
    expect_smaller 60 "$(jq .score compared.json)"
  done

  TEST "names with newlines, invalid UTF-8, leading dashes and 255 bytes are converted and told exactly"
  picture plain.png photo 32x24
  mkdir in
  long=$(printf 'x%.0s' {1..251}).png
  for name in $'new\nline.png' $'bad-\xff\xfe.png' -dash.png $'tab\t.png' $'esc\e[31m.png' "$long"; do
    cp plain.png "in/$name"
  done
  expect_status 1 frugal -f webp -o out in --jsonl log.jsonl # with .webp one is too long
  expect_equal "$(find out -type f -printf '%f\0' | sort -z | base64 -w 0)" \
    "$(printf '%s\0' -dash.webp $'bad-\xff\xfe.webp' $'esc\e[31m.webp' $'new\nline.webp' $'tab\t.webp' | sort -z | base64 -w 0)"
  expect_equal "$(summary log.jsonl '[.converted + .reused, .failed]')" "[5,1]"
  expect_contains log.jsonl '"input":"in/bad-\udcff\udcfe.png"'
  expect_contains log.jsonl '"input":"in/new\nline.png"'
  expect_equal "$(wc -l <"$ERR")" 2 # the failure and the summary
  expect_stderr_contains "File name too long"
  expect_equal "$(tr -d '\n\40-\176\200-\377' <"$ERR" | wc -c)" 0 # nothing that a terminal would obey
}
