# frugal explain: what frugal sees in a picture, as text, page and picture.
# shellcheck shell=bash

suite_explain_PROBE() { need jq pngtopnm; }

suite_explain() {
  TEST "explain prints what it sees, decides and reaches, and writes nothing"
  picture a.png photo 320x200
  cp a.png ../copy.png
  expect_status 0 frugal explain -f webp a.png
  for line in "image         a.png" "source        PNG, 320×200" "classes       flat " "decision      WebP, " \
    "why           " "score         " "worst-region  "; do
    expect_stdout_contains "$line"
  done
  expect_stdout_contains "(80 asked for)"
  expect_stdout_contains "predicted"
  expect_equal "$(<"$ERR")" ""
  expect_equal "$(entries .)" a.png
  expect_same_bytes a.png ../copy.png

  TEST "--output writes one page that needs nothing beside itself"
  picture a.png photo 640x400
  cp a.png ../copy.png
  expect_status 0 frugal explain -f webp -o pages/a.html a.png
  expect_stdout ""
  expect_equal "$(entries .)" $'a.png\npages\npages/a.html'
  expect_same_bytes a.png ../copy.png
  expect_contains pages/a.html "<h1>a.png</h1>"
  expect_contains pages/a.html "</html>"
  expect_contains pages/a.html "How it got there"
  expect_lacks pages/a.html "http"
  expect_lacks pages/a.html "<script"

  TEST "a page is the same whatever the number of threads"
  picture a.png photo 400x300
  expect_status 0 frugal explain -f jpeg -j 1 -o one.html a.png
  expect_status 0 frugal explain -f jpeg -j 4 -o four.html a.png
  expect_same_bytes one.html four.html
  expect_status 0 frugal explain -f jpeg -q 50 -o other.html a.png
  expect_different_bytes one.html other.html

  TEST "a PNG file shows classes and scores side by side"
  picture a.png photo 640x400
  expect_status 0 frugal explain -f webp -o a.explained.png a.png
  expect_stdout ""
  expect_equal "$(size_of a.explained.png | cut -d x -f 1)" 1288
  expect_equal "$(entries .)" $'a.explained.png\na.png'

  TEST "--json prints one object, beside a page too"
  picture a.png photo 320x200
  expect_status 0 frugal explain --json -f jpeg -q 70 --region-floor 60 -o a.html a.png
  expect_exists a.html
  expect_equal "$(wc -l <"$OUT")" 1
  expect_json 'keys_unsorted | join(" ")' "$OUT" "v input input_format input_bytes width height classes asked \
region_floor decision reason format output_bytes encoder_quality score worst_region encodes steps ms"
  expect_json '[.v, .input, .input_format, .width, .height, .asked, .region_floor, .format] | @tsv' "$OUT" \
    $'1\ta.png\tpng\t320\t200\t70\t60\tjpeg'
  expect_json '[.classes[]] | add | . > 0.999 and . < 1.001' "$OUT" true
  expect_json '[.steps[] | select(.taken)] | length' "$OUT" 1
  expect_json '.output_bytes == (.steps[] | select(.taken) | .bytes)' "$OUT" true
  expect_json '[.steps[].format] | unique | .[]' "$OUT" jpeg

  TEST "explain tells the score and the size that the main job reaches"
  picture a.png photo 500x300
  expect_status 0 frugal explain --json -f webp -q 75 a.png
  explained=$(jq -r '[.format, .output_bytes, .score] | @tsv' "$OUT")
  expect_status 0 frugal -f webp -q 75 --quiet --jsonl - -o out a.png
  expect_equal "$(rows "$OUT" '[.format, .output_bytes, (.score * 10000 | round / 10000)] | @tsv')" "$explained"

  TEST "a drawing, a grey and a translucent picture and a tiny one are explained too"
  picture text.png text 300x200
  picture grey.png photo 200x150 --channels 1
  picture soft.png photo 200x150 --channels 4
  picture tiny.png photo 5x3
  for file in text grey soft tiny; do
    expect_status 0 frugal explain -f webp -o "$file.html" "$file.png"
    expect_contains "$file.html" "<h1>$file.png</h1>"
    expect_status 0 frugal explain -f webp -o "$file.map.png" "$file.png"
    expect_status 0 frugal explain "$file.png"
  done

  TEST "a picture that would be left alone is explained, with the reason"
  picture soft.png photo 200x150 --channels 4
  expect_status 0 frugal explain --json -f jpeg -o soft.html soft.png
  expect_json '[.decision, .format, .score, (.steps | length)] | map(tostring) | join(" ")' "$OUT" \
    "left alone null null 0"
  expect_contains soft.html "Left alone: "

  TEST "the picture may come on standard input"
  picture a.png photo 200x150
  expect_status 0 frugal explain --json -f webp - <a.png
  expect_json .input "$OUT" -
  expect_status 0 frugal explain -f webp -o a.html - <a.png
  expect_contains a.html "<h1>standard input</h1>"

  TEST "what the environment sets for the main job holds here too, but for where its outputs go"
  picture a.png photo 200x150
  expect_status 0 env FRUGAL_QUALITY=60 FRUGAL_FORMAT=jpeg FRUGAL_OUTPUT=out "$FRUGAL" explain --json a.png
  expect_json '[.asked, .format] | @tsv' "$OUT" $'60\tjpeg'
  expect_equal "$(entries .)" a.png

  TEST "names of any bytes are names"
  picture a.png photo 64x48
  odd=$'<b>&\n"\xff.png'
  cp a.png "$odd"
  expect_status 0 frugal explain -f webp -o odd.html "$odd"
  expect_contains odd.html '<h1>&lt;b&gt;&amp;\n&quot;\xff.png</h1>'

  TEST "a page never takes the place of the picture"
  picture a.png photo 100x60
  cp a.png a.copy
  ln a.png hard.png
  ln -s a.png soft.png
  for page in a.png ./a.png hard.png soft.png; do
    expect_status 2 frugal explain -o "$page" a.png
    expect_stderr_contains "--output $page would replace the picture"
  done
  expect_same_bytes a.png a.copy

  TEST "a page that cannot be written fails"
  picture a.png photo 100x60
  mkdir a.html
  expect_status 1 frugal explain -o a.html a.png
  expect_stderr_contains "--output a.html: "

  TEST "what cannot be read is named and fails"
  picture a.png photo 100x60
  head -c 300 a.png >cut.png
  echo text >text.png
  mkdir folder
  for file in missing.png cut.png text.png folder; do
    expect_status 1 frugal explain -o page.html "$file"
    expect_stderr_contains "frugal: $file: "
    expect_missing page.html
  done
  expect_status 1 frugal explain --max-pixels 5999 a.png
  expect_stderr_contains "--max-pixels"

  TEST "a wrong call is a usage error"
  picture a.png photo 64x48
  for call in "" "a.png a.png" "-o page.pdf a.png" "-o page a.png" "-f gif a.png" "-q 101 a.png" \
    "-q 70 --region-floor 71 a.png" "-e 0 a.png" "-j 0 a.png" "--in-place a.png"; do
    # shellcheck disable=SC2086  # words on purpose
    expect_status 2 frugal explain $call
    expect_stdout ""
    [[ $(wc -l <"$ERR") == 1 ]] || fail "more or less than a line"
  done
  expect_equal "$(entries .)" "a.png"

  TEST "explain has help of its own, and that of frugal names it"
  expect_status 0 frugal explain -h
  expect_stdout_contains "usage: frugal explain [OPTIONS] IMAGE"
  expect_stdout_contains "--output FILE "
  expect_stdout_lacks "--in-place"
  expect_status 0 frugal -h
  expect_stdout_contains "  explain IMAGE "
}
