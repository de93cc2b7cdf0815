# labels: threads
# frugal compare: two pictures held against each other.
# shellcheck shell=bash

suite_compare_PROBE() { need jq pngtopnm; }

# The line of that name in the text of the last command, without its name.
figure() { sed -n "s/^$1  *//p" "$OUT"; }

suite_compare() {
  TEST "compare prints the score, the worst region and where it is, and the seconds"
  picture a.png photo 320x200
  picture b.jpg photo 320x200 --quality 60
  expect_status 0 frugal compare a.png b.jpg
  expect_equal "$(cut -d ' ' -f 1 "$OUT" | xargs)" "score worst-region seconds"
  [[ $(figure score) =~ ^[0-9]+\.[0-9]{4}$ ]] || fail "no score"
  [[ $(figure worst-region) =~ ^[0-9]+\.[0-9]{4}\ \ [0-9]+x[0-9]+\+[0-9]+\+[0-9]+$ ]] || fail "no region"
  [[ $(figure seconds) =~ ^[0-9]+\.[0-9]{3}\ \ \(decode\ .*,\ score\ .*\)$ ]] || fail "no seconds"
  expect_equal "$(<"$ERR")" ""
  expect_equal "$(entries .)" $'a.png\nb.jpg'

  TEST "a picture is like itself, and a better copy scores higher"
  picture a.png photo 320x200
  picture fine.jpg photo 320x200 --quality 90
  picture poor.jpg photo 320x200 --quality 30
  expect_status 0 frugal compare a.png a.png
  expect_equal "$(figure score)" 100.0000
  expect_status 0 frugal compare a.png fine.jpg
  fine=$(figure score)
  expect_status 0 frugal compare a.png poor.jpg
  expect_smaller "$(figure score)" "$fine"

  TEST "--json prints one object with its keys in order"
  picture a.png photo 320x200
  picture b.jpg photo 320x200 --quality 60
  expect_status 0 frugal compare --json a.png b.jpg
  expect_equal "$(wc -l <"$OUT")" 1
  expect_json 'keys_unsorted | join(" ")' "$OUT" \
    "v reference distorted width height score worst_region regions seconds"
  expect_json '[.v, .reference, .distorted, .width, .height] | @tsv' "$OUT" $'1\ta.png\tb.jpg\t320\t200'
  expect_json '.worst_region | keys_unsorted | join(" ")' "$OUT" "score x y w h"
  expect_json '.seconds | keys_unsorted | join(" ")' "$OUT" "decode score total"

  TEST "regions stand row by row, cover the picture, and the worst is the least of them"
  picture a.png photo 320x200
  picture b.jpg photo 320x200 --quality 60
  expect_status 0 frugal compare --json a.png b.jpg
  expect_json '[.regions[] | [.x, .y, .w, .h]]' "$OUT" \
    '[[0,0,128,128],[64,0,128,128],[128,0,128,128],[192,0,128,128],[0,64,128,136],[64,64,128,136],[128,64,128,136],[192,64,128,136]]'
  expect_json '(.regions | min_by(.score)) == .worst_region' "$OUT" true

  TEST "metrics are reported in the order in which they are asked for"
  picture a.png photo 320x200
  picture b.jpg photo 320x200 --quality 60
  expect_status 0 frugal compare --metric ms-ssim,psnr,ssimulacra2 a.png b.jpg
  expect_equal "$(cut -d ' ' -f 1 "$OUT" | xargs)" "ms-ssim psnr score worst-region seconds"
  [[ $(figure psnr) == *" dB" ]] || fail "no dB"
  expect_status 0 frugal compare --json --metric psnr,ms-ssim a.png b.jpg
  expect_json 'keys_unsorted | join(" ")' "$OUT" "v reference distorted width height psnr ms_ssim seconds"

  TEST "the PSNR of equal pictures is inf, and null in JSON"
  picture a.png photo 64x48
  expect_status 0 frugal compare --metric psnr a.png a.png
  expect_equal "$(figure psnr)" "inf dB"
  expect_status 0 frugal compare --metric psnr --json a.png a.png
  expect_json .psnr "$OUT" null

  TEST "pictures of any two formats are compared, upright"
  picture a.png photo 100x60
  picture a.webp photo 100x60 --quality 95
  expect_status 0 frugal compare a.png a.webp
  expect_smaller 70 "$(figure score)"
  if command -v pnmtotiff >/dev/null; then
    pngtopnm a.png | pnmtotiff >a.tiff 2>/dev/null
    expect_status 0 frugal compare a.tiff a.png
    expect_equal "$(figure score)" 100.0000
  fi
  picture turned.jpg photo 100x60 --orientation 6
  expect_status 1 frugal compare a.png turned.jpg
  expect_stderr_contains "the pictures differ in size: 100x60 and 60x100"

  TEST "one of the pictures may come on standard input"
  picture a.png photo 100x60
  picture b.png photo 100x60 --seed 2
  expect_status 0 frugal compare --json a.png b.png
  by_name=$(jq .score "$OUT")
  expect_status 0 frugal compare --json a.png - <b.png
  expect_json .score "$OUT" "$by_name"
  expect_json .distorted "$OUT" -
  expect_status 0 frugal compare --json - b.png <a.png
  expect_json .score "$OUT" "$by_name"

  TEST "pictures of different sizes fail, and both sizes are told"
  picture a.png photo 100x60
  picture b.png photo 60x100
  expect_status 1 frugal compare a.png b.png
  expect_stdout ""
  expect_stderr_contains "the pictures differ in size: 100x60 and 60x100"

  TEST "pictures under 8 pixels a side have no score, and 8 pixels are enough"
  picture a.png photo 7x100
  expect_status 1 frugal compare a.png a.png
  expect_stdout ""
  expect_stderr_contains "8 pixels"
  picture b.png photo 8x8
  expect_status 0 frugal compare b.png b.png

  TEST "what cannot be read is named and fails"
  picture a.png photo 100x60
  head -c 300 a.png >cut.png
  echo text >text.png
  mkdir folder
  for file in missing.png cut.png text.png folder; do
    expect_status 1 frugal compare a.png "$file"
    expect_stderr_contains "frugal: $file: "
    expect_stdout ""
    expect_status 1 frugal compare "$file" a.png
    expect_stderr_contains "frugal: $file: "
  done

  TEST "--max-pixels refuses larger pictures"
  picture a.png photo 100x60
  expect_status 1 frugal compare --max-pixels 5999 a.png a.png
  expect_stderr_contains "--max-pixels"
  expect_status 0 frugal compare --max-pixels 6000 a.png a.png
  FRUGAL_MAX_PIXELS=5999 expect_status 1 frugal compare a.png a.png

  TEST "scores do not depend on the number of threads"
  picture a.png photo 500x300
  picture b.jpg photo 500x300 --quality 50
  expect_status 0 frugal compare --json --metric ssimulacra2,ms-ssim,psnr -j 1 a.png b.jpg
  one=$(jq -c 'del(.seconds)' "$OUT")
  expect_status 0 frugal compare --json --metric ssimulacra2,ms-ssim,psnr -j 4 a.png b.jpg
  expect_json 'del(.seconds)' "$OUT" "$one"

  TEST "scores do not depend on the processor"
  picture a.png photo 300x260
  picture b.jpg photo 300x260 --quality 50
  expect_status 0 frugal compare --json -j 1 a.png b.jpg
  one=$(jq -c 'del(.seconds)' "$OUT")
  emulator=$(command -v qemu-x86_64-static || command -v qemu-x86_64)
  # A sanitizer's shadow memory takes the emulator minutes, and more than there is.
  if sanitized || [[ -z $emulator ]] ||
    ! "$emulator" -cpu Nehalem "$FRUGAL" --version >version 2>&1; then
    SKIP "needs qemu-x86_64 and a program that it can run"
  else
    grep -q "with baseline instructions" version || fail "an old processor does not take the baseline loops"
    for processor in Nehalem Haswell-noTSX; do
      expect_status 0 "$emulator" -cpu "$processor" "$FRUGAL" compare --json -j 2 a.png b.jpg
      expect_json 'del(.seconds)' "$OUT" "$one"
    done
  fi

  TEST "--map draws a picture that others can read"
  picture a.png photo 640x400
  picture b.jpg photo 640x400 --quality 40
  expect_status 0 frugal compare --map sub/map.png a.png b.jpg
  expect_stdout_contains "score "
  expect_equal "$(size_of sub/map.png | cut -d x -f 1)" 640
  expect_status 0 frugal compare --map sub/again.png -j 1 a.png b.jpg
  expect_same_bytes sub/map.png sub/again.png
  expect_status 0 frugal compare --map sub/map.png a.png a.png
  expect_different_bytes sub/map.png sub/again.png
  expect_equal "$(entries sub)" $'again.png\nmap.png'

  TEST "a map never takes the place of one of the pictures"
  picture a.png photo 100x60
  picture b.png photo 100x60 --seed 2
  cp a.png a.copy
  cp b.png b.copy
  ln b.png hard.png
  ln -s b.png soft.png
  for map in a.png ./b.png hard.png soft.png; do
    expect_status 2 frugal compare --map "$map" a.png b.png
    expect_stderr_contains "--map $map would replace "
  done
  # shellcheck disable=SC2094  # that is the mistake
  expect_status 2 frugal compare --map a.png - b.png <a.png
  expect_same_bytes a.png a.copy
  expect_same_bytes b.png b.copy

  TEST "a map that cannot be written fails, after the figures"
  picture a.png photo 100x60
  mkdir map.png
  expect_status 1 frugal compare --map map.png a.png a.png
  expect_stdout_contains "score "
  expect_stderr_contains "--map map.png: "

  TEST "names of any bytes are names, and turn back into their bytes"
  picture a.png photo 64x48
  odd=$'odd \n"\xff.png'
  cp a.png "$odd"
  cp a.png ./-dash.png
  expect_status 0 frugal compare --json "$odd" a.png
  expect_contains "$OUT" '"reference":"odd \n\"\udcff.png"'
  expect_status 0 frugal compare a.png -- -dash.png
  expect_status 1 frugal compare a.png $'gone\n\xff.png'
  expect_stderr_contains 'frugal: gone\n\xff.png: no such file or directory'

  TEST "a wrong call is a usage error"
  picture a.png photo 64x48
  for call in "" "a.png" "a.png a.png a.png" "- -" "--metric ssim a.png a.png" "--metric psnr,psnr a.png a.png" \
    "--map map.jpg a.png a.png" "--metric psnr --map map.png a.png a.png" "--quality 80 a.png a.png" \
    "-j 0 a.png a.png"; do
    # shellcheck disable=SC2086  # words on purpose
    expect_status 2 frugal compare $call
    expect_stdout ""
    [[ $(wc -l <"$ERR") == 1 ]] || fail "more or less than a line"
  done
  expect_equal "$(entries .)" "a.png"

  TEST "compare has help of its own, and that of frugal names it"
  expect_status 0 frugal compare -h
  expect_stdout_contains "usage: frugal compare [OPTIONS] REF DIST"
  expect_stdout_contains "--map FILE.png"
  expect_stdout_lacks "--in-place"
  expect_status 0 frugal compare --help nonsense
  expect_stdout_contains "Examples:"
  expect_status 0 frugal -h
  expect_stdout_contains "  compare REF DIST "

  TEST "a file or directory that is called compare is still reached"
  mkdir compare
  picture compare/a.png photo 64x48
  expect_status 0 frugal ./compare -f webp -o one
  expect_status 0 frugal -f webp -o two -- compare
  expect_status 0 env FRUGAL_FORMAT=webp FRUGAL_OUTPUT=three "$FRUGAL" -- compare
  expect_equal "$(entries one) $(entries two) $(entries three)" "a.webp a.webp a.webp"
}
