# What the options of quality promise about the files that come out, in every format.
# shellcheck shell=bash

suite_adaptive_PROBE() {
  need jq
  ! sanitized || echo "looks at what the search decides, which takes a sanitizer long"
}

FORMATS=(jpeg png webp avif heic)
LOSSY=(jpeg webp avif heic)

# writes FORMAT: can this build write it? If not, the current test is skipped.
writes() {
  "$FRUGAL" --version | grep -q "^$1 .*writes" || { SKIP "this build does not write $1"; return 1; }
}

# score REFERENCE FILE [FILTER]: what `frugal compare` says.
score() {
  over && return
  "$FRUGAL" compare --json "$1" "$2" | jq -r "${3:-.score}"
}

# loses_colours: can this build write lossy PNG? If not, the current test is skipped.
loses_colours() {
  "$FRUGAL" --version | grep -q "^png .*libimagequant" || { SKIP "this build has no libimagequant"; return 1; }
}

# photos DIR COUNT SIZE: makes that many.
photos() {
  local i
  for ((i = 1; i <= $2; i++)); do picture "$1/p$i.png" photo "$3" --seed "$i"; done
}

# total FILE...: bytes of all together.
total() { stat -c %s -- "$@" | jq -s add; }

# expect_within LOW VALUE HIGH
expect_within() {
  awk -v low="$1" -v value="$2" -v high="$3" 'BEGIN { exit !(low <= value + 0 && value + 0 <= high) }' ||
    fail "$2 is not from $1 to $3"
}

suite_adaptive() {
  local format size limit quality worst before jobs name

  for format in "${LOSSY[@]}"; do
    TEST "a quality is what the decoded $format scores, as a whole and in its worst region"
    if writes "$format"; then
      picture a.png photo 320x240
      for quality in 60 80; do
        expect_status 0 frugal -f "$format" -q "$quality" -o out a.png --jsonl log.jsonl
        expect_equal "$(rows log.jsonl .status)" converted
        expect_within "$(jq -n "$quality - 0.1")" "$(score a.png "$(rows log.jsonl .output)")" 100
        expect_within "$(jq -n "$quality - 5.5")" \
          "$(score a.png "$(rows log.jsonl .output)" .worst_region.score)" 100
        expect_equal "$(rows log.jsonl '.score == null or .worst_region == null or .encodes < 1')" false
      done
    fi
  done

  TEST "the score in the report is the score of the file"
  picture a.png photo 300x200
  expect_status 0 frugal -f webp -q 70 a.png --jsonl log.jsonl
  worst=$(rows log.jsonl .score)
  expect_within "$(jq -n "$worst - 0.001")" "$(score a.png a.webp)" "$(jq -n "$worst + 0.001")"
  expect_status 0 frugal -f webp -q 70 a.png --jsonl again.jsonl
  expect_equal "$(rows again.jsonl '[.status, .score, .worst_region, .encodes]')" \
    "$(rows log.jsonl '["reused", .score, .worst_region, 0]')"

  TEST "a higher floor of the regions is kept"
  picture a.png photo 400x300
  expect_status 0 frugal -f webp -q 75 --region-floor 74 a.png --jsonl log.jsonl
  expect_within 73.9 "$(rows log.jsonl .worst_region.score)" 100
  expect_status 2 frugal -f webp -q 75 --region-floor 76 a.png

  for format in "${LOSSY[@]}"; do
    TEST "a $format gets no larger than --max-size, and as good as fits"
    if writes "$format"; then
      picture a.png photo 320x240
      expect_status 0 frugal -e 3 -f "$format" --max-size 12k -o small a.png --jsonl small.jsonl
      size=$(rows small.jsonl .output_bytes)
      expect_within 8000 "$size" 12288
      expect_status 0 frugal -e 3 -f "$format" --max-size 6k -o smaller a.png --jsonl smaller.jsonl
      expect_within 3000 "$(rows smaller.jsonl .output_bytes)" 6144
      expect_smaller "$(rows smaller.jsonl .score)" "$(rows small.jsonl .score)"
      expect_status 0 frugal -e 3 -f "$format" --max-size 10% -o share a.png --jsonl share.jsonl
      expect_within 1 "$(rows share.jsonl .output_bytes)" "$(($(bytes a.png) / 10))"
      expect_status 0 frugal -e 3 -f "$format" --max-size 95% -o best a.png --jsonl best.jsonl
      expect_within 90 "$(rows best.jsonl .score)" 100
      expect_status 0 frugal -e 3 -f "$format" --max-size 300 -o tiny a.png --jsonl tiny.jsonl
      expect_equal "$(rows tiny.jsonl '[.status, .output_bytes]')" '["skipped",null]'
      expect_missing tiny
    fi
  done

  TEST "with a quality, --max-size is the most and the quality too"
  picture a.png photo 320x240
  expect_status 0 frugal -f webp -q 70 -o plain a.png
  expect_status 0 frugal -f webp -q 70 --max-size 500k -o roomy a.png
  expect_same_bytes roomy/a.webp plain/a.webp
  limit=$(($(bytes plain/a.webp) * 2 / 3))
  expect_status 0 frugal -f webp -q 70 --max-size "$limit" -o tight a.png --jsonl log.jsonl
  expect_within 1 "$(bytes tight/a.webp)" "$limit"
  expect_smaller "$(rows log.jsonl .score)" 70

  TEST "a file that is small enough stays as it is; one that cannot be is not copied"
  picture in/a.jpg photo 200x150 --quality 85
  expect_status 0 frugal --max-size 500k -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .encodes]')" '["skipped",0]'
  expect_same_bytes out/a.jpg in/a.jpg
  expect_status 0 frugal --max-size 200 -o tiny in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" skipped
  expect_missing tiny/a.jpg

  TEST "what saves too little is not written, or copied where a mirror keeps formats"
  picture in/a.png photo 200x150
  expect_status 0 frugal -f webp --min-savings 99% -o other in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .output_bytes]')" '["skipped",null]'
  expect_stderr_contains --min-savings
  expect_missing other
  expect_status 0 frugal -f webp --min-savings 99% -o other in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .cache]')" '["skipped","hit"]'
  expect_status 0 frugal -f webp --min-savings 1k -o other in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" converted
  expect_status 0 frugal --min-savings 99% -o mirror in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" skipped
  expect_same_bytes mirror/a.png in/a.png
  expect_status 0 frugal --in-place --min-savings 99% in
  expect_same_bytes in/a.png mirror/a.png

  for format in "${FORMATS[@]}"; do
    TEST "--lossless keeps every pixel in $format, or leaves the image alone and says why"
    if writes "$format"; then
      picture a.png text 160x120
      expect_status 0 frugal -f "$format" --lossless -o out a.png --jsonl log.jsonl
      if [[ $(rows log.jsonl .output_bytes) == null ]]; then
        [[ $format == png || $format == webp ]] && fail "$format can keep every pixel"
        expect_stderr_contains a.png
        expect_equal "$(rows log.jsonl '.reason == null')" false
      elif has_decoder "$(rows log.jsonl .output)"; then
        decoded a.png source.pnm
        decoded "$(rows log.jsonl .output)" result.pnm
        expect_same_bytes result.pnm source.pnm
      fi
    fi
  done

  TEST "--lossless makes a JPEG smaller and keeps every pixel of it"
  picture in/a.jpg photo 203x157 --quality 85 --effort 1
  expect_status 0 frugal --lossless -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .score, .encoder_quality]')" '["converted",100,null]'
  expect_smaller "$(bytes out/a.jpg)" "$(bytes in/a.jpg)"
  decoded in/a.jpg source.pnm
  decoded out/a.jpg result.pnm
  expect_same_bytes result.pnm source.pnm
  cp -r in place
  expect_status 0 frugal --in-place --lossless place
  expect_same_bytes place/a.jpg out/a.jpg

  TEST "--lossless turns a JPEG upright where that cuts nothing off, else leaves it alone"
  picture in/whole.jpg photo 208x160 --quality 85 --effort 1 --orientation 6
  picture in/odd.jpg photo 203x157 --quality 85 --orientation 6
  expect_status 0 frugal --lossless -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl 'select(.input | endswith("whole.jpg")) | .status')" converted
  expect_equal "$(size_of out/whole.jpg)" 160x208
  expect_equal "$(rows log.jsonl 'select(.input | endswith("odd.jpg")) | .status')" skipped
  expect_stderr_contains "would cut"
  expect_same_bytes out/odd.jpg in/odd.jpg

  for format in "${FORMATS[@]}"; do
    TEST "--encoder-quality is the encoder's own knob in $format: one encode, larger for more"
    if writes "$format"; then
      picture a.png photo 200x150
      expect_status 0 frugal -f "$format" --encoder-quality 40 -o less a.png --jsonl less.jsonl
      expect_status 0 frugal -f "$format" --encoder-quality 85 -o more a.png --jsonl more.jsonl
      expect_equal "$(rows less.jsonl .encodes)" 1
      if [[ $format == png ]]; then
        expect_equal "$(rows more.jsonl '[.encoder_quality, .output_bytes]')" \
          "$(rows less.jsonl '[null, .output_bytes]')"
      else
        expect_equal "$(rows less.jsonl .encoder_quality) $(rows more.jsonl .encoder_quality)" "40 85"
        expect_smaller "$(rows less.jsonl .output_bytes)" "$(rows more.jsonl .output_bytes)"
      fi
    fi
  done

  TEST "-f auto writes the smallest of all formats, at the quality asked"
  picture photo.png photo 256x192
  picture text.png text 256x192
  for name in photo text; do
    expect_status 0 frugal -f auto -o auto $name.png --jsonl auto.jsonl
    expect_status 0 frugal --no-cache -f jpeg,png,webp,avif,heic -o all $name.png --jsonl all.jsonl
    size=$(rows all.jsonl 'select(.output_bytes and .status != "skipped") | .output_bytes' | sort -n | head -n 1)
    expect_within 1 "$(rows auto.jsonl .output_bytes)" "$(jq -n "($size * 1.01) | ceil")"
    expect_exists "$(rows auto.jsonl .output)"
    format=$(rows auto.jsonl .format)
    expect_equal "$(rows auto.jsonl .output)" "auto/$name.${format/jpeg/jpg}"
    expect_within 79.9 "$(score $name.png "$(rows auto.jsonl .output)")" 100
  done

  TEST "-f auto remembers the format, brings it back, and keeps what is smallest already"
  photos in 2 160x120
  expect_status 0 frugal -f auto -o out in --jsonl log.jsonl
  expect_status 0 frugal -f auto -o out in --jsonl again.jsonl
  expect_equal "$(rows again.jsonl '[.output, .format, .status, .output_bytes]')" \
    "$(rows log.jsonl '[.output, .format, "reused", .output_bytes]')"
  before=$(entries out)
  rm -r out
  expect_status 0 frugal -f auto -o out in --jsonl again.jsonl
  expect_equal "$(rows again.jsonl .encodes | xargs)" "0 0"
  expect_equal "$(entries out)" "$before"
  expect_status 0 frugal -f auto -o twice out --jsonl twice.jsonl
  expect_equal "$(entries twice)" "$before"
  expect_equal "$(diff -r out twice)" ""
  expect_status 0 frugal --no-cache -f auto -o cold in
  expect_equal "$(diff -r out cold)" ""

  TEST "-f auto in place: the original goes only for something smaller, once"
  photos in 2 160x120
  before=$(total in/*)
  expect_status 0 frugal -f auto --in-place in --jsonl log.jsonl
  expect_smaller "$(total in/*)" "$before"
  expect_equal "$(find in -type f | wc -l)" 2
  before=$(find in -type f -printf '%p %i %s %T@\n' | sort)
  expect_status 0 frugal -f auto --in-place in --jsonl log.jsonl
  expect_equal "$(find in -type f -printf '%p %i %s %T@\n' | sort)" "$before"

  TEST "-f auto beside the sources does not take its own outputs for inputs"
  photos in 2 160x120
  expect_status 0 frugal -f auto in
  expect_equal "$(find in -type f | wc -l)" 4
  before=$(find in -type f -printf '%p %i %s %T@\n' | sort)
  expect_status 0 frugal -f auto in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" $'["in/p1.png","reused"]\n["in/p2.png","reused"]'
  expect_equal "$(find in -type f -printf '%p %i %s %T@\n' | sort)" "$before"

  TEST "-f auto finds out beforehand what could land on one output"
  picture in/a.png photo 64x48
  picture in/a.jpg photo 64x48 --seed 2
  expect_status 2 frugal -f auto -o out in
  expect_stderr_contains in/a.png
  expect_stderr_contains in/a.jpg
  expect_stderr_contains --template
  expect_missing out
  expect_status 2 frugal -f auto --in-place in
  expect_status 0 frugal -f auto -o out --template '{dir}/{name}.{ext}' in
  expect_equal "$(entries out | wc -l)" 2
  expect_status 2 frugal -f auto,webp -o out in
  expect_status 2 frugal -f auto -o out/x.webp in/a.png

  for format in "${LOSSY[@]}"; do
    TEST "a total size is filled by $format, with no lower score than any one quality gives"
    if writes "$format"; then
      photos in 4 224x168
      limit=28000
      expect_status 0 frugal -e 3 -f "$format" --total-size $limit -o out in --jsonl log.jsonl
      expect_within $((limit * 97 / 100)) "$(total out/*)" $limit
      expect_equal "$(summary log.jsonl .output_bytes)" "$(total out/*)"
      expect_equal "$(rows log.jsonl .status | sort -u)" converted
      worst=$(summary log.jsonl .worst_score)
      for quality in 55 65 70 75 85; do
        expect_status 0 frugal -e 3 -f "$format" -q "$quality" -n -o all in --jsonl all.jsonl
        [[ $(summary all.jsonl .output_bytes) -le $limit ]] || break
        expect_smaller "$(summary all.jsonl .worst_score)" "$(jq -n "$worst + 0.000001")"
      done
    fi
  done

  TEST "PNG loses colours only where that is asked for, and then only down to the score"
  if loses_colours; then
    picture a.png photo 320x240
    expect_status 0 frugal -f png -o plain a.png
    [[ ! -e plain/a.png ]] || expect_equal "$(score a.png plain/a.png)" 100
    for quality in 60 80; do
      expect_status 0 frugal -f png -q "$quality" --lossy-png -o "at$quality" a.png --jsonl log.jsonl
      expect_equal "$(rows log.jsonl '[.status, .format]')" '["converted","png"]'
      expect_within "$(jq -n "$quality - 0.1")" "$(score a.png "at$quality/a.png")" 99
      expect_within "$(jq -n "$quality - 5.5")" "$(score a.png "at$quality/a.png" .worst_region.score)" 99
      expect_within 2 "$(rows log.jsonl .encoder_quality)" 320
    done
    expect_smaller "$(bytes at60/a.png)" "$(bytes at80/a.png)"
    expect_smaller "$(bytes at80/a.png)" "$(bytes a.png)"
  fi

  TEST "lossy PNG is a result of its own to the cache, and met again it is done"
  if loses_colours; then
    picture a.png photo 200x150
    expect_status 0 frugal -q 70 -o plain a.png
    expect_status 0 frugal -q 70 --lossy-png -o lossy a.png --jsonl log.jsonl
    expect_equal "$(rows log.jsonl '[.status, .cache]')" '["converted","miss"]'
    expect_status 0 frugal -q 70 --lossy-png -o again lossy --jsonl log.jsonl
    expect_equal "$(rows log.jsonl '[.status, .encodes]')" '["reused",0]'
    expect_same_bytes again/a.png lossy/a.png
  fi

  TEST "PNG keeps every pixel, colours lost or not, where 256 of them do not reach the score"
  if loses_colours; then
    picture a.png noise 200x200
    expect_status 0 frugal -f png -q 90 --lossy-png -o out a.png --jsonl log.jsonl
    expect_equal "$(score a.png out/a.png)" 100
  fi

  TEST "the number of colours can be given, within what PNG takes"
  if loses_colours; then
    picture a.png photo 200x100
    expect_status 0 frugal -f png --lossy-png --encoder-quality 16 -o out a.png
    expect_within 2 "$(pngtopnm out/a.png | ppmhist -noheader | wc -l)" 16
    expect_status 2 frugal -f png --lossy-png --encoder-quality 1 -o out a.png
    expect_status 2 frugal -f webp --lossy-png --encoder-quality 200 -o out a.png
    expect_status 2 frugal -f png --lossy-png --lossless -o out a.png
  fi

  TEST "a total size is shared alike whatever the threads, the cache and the run before"
  photos in 4 200x150
  for jobs in 1 4; do
    expect_status 0 frugal --no-cache -j "$jobs" -f webp,jpeg --total-size 40k -o "out$jobs" in
  done
  expect_equal "$(diff -r out1 out4)" ""
  expect_within 39731 "$(total out1/*)" 40960
  expect_status 0 frugal -f webp,jpeg --total-size 60k -o cached in
  expect_status 0 frugal -f webp,jpeg --total-size 40k --overwrite always -o cached in
  expect_equal "$(diff -r out1 cached)" ""
  expect_status 0 frugal -f webp,jpeg --total-size 40k -o cached in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .encodes]' | sort -u)" '["reused",0]'

  TEST "a total size with room for the best, and one with room for nothing"
  photos in 3 128x96
  expect_status 0 frugal -f webp -q 70 -o plain in
  expect_status 0 frugal -f webp -q 70 --total-size 10M -o roomy in
  expect_equal "$(diff -r plain roomy)" ""
  expect_status 1 frugal -f webp --total-size 100 -o none in
  expect_missing none
  expect_stderr_contains "--total-size"
  expect_equal "$(wc -l <"$ERR")" 1

  TEST "what is copied and what is kept counts in a total size"
  photos in 2 200x150
  picture in/small.jpg flat 16x16
  printf 'GIF89a' >in/anim.gif && head -c 3000 /dev/zero >>in/anim.gif
  expect_status 0 frugal --total-size 150k -o out in --jsonl log.jsonl
  expect_equal "$(summary log.jsonl .output_bytes)" "$(total out/*)"
  expect_within 1 "$(total out/*)" 153600
  expect_same_bytes out/anim.gif in/anim.gif

  TEST "a dry run of a total size writes nothing and says the same"
  photos in 3 128x96
  expect_status 0 frugal -n -f webp --total-size 9k -o out in --jsonl dry.jsonl
  expect_missing out
  expect_status 0 frugal -f webp --total-size 9k -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .output_bytes)" "$(rows dry.jsonl .output_bytes)"
}
