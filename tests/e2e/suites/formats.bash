# Every format in and out, looked at by decoders that are not ours: sizes, pixels and what travels with them.
# shellcheck shell=bash

suite_formats_PROBE() { need jq pngtopnm pnmtopng pamcut; }

FORMATS=(jpeg png webp avif heic)

# extension FORMAT: of new files.
extension() { [[ $1 == jpeg ]] && echo jpg || echo "$1"; }

# writes FORMAT: can this build write it? If not, the current test is skipped.
writes() {
  "$FRUGAL" --version | grep -q "^$1 .*writes" || { SKIP "this build does not write $1"; return 1; }
}

# tree DIR [OPTION...]: makes one.
tree() {
  local said
  said=$("$MAKE_PICTURES" "$@" 2>&1) || fail "cannot make a tree: $said"
}

# expect_looks_like FILE PNM [-alpha]: its pixels by another decoder are close to those of the PNM; noise may
# lose most of its amplitude and still look the same.
expect_looks_like() {
  over && return
  local difference
  decoded "$1" looks.pnm "${@:3}"
  difference=$(pamarith -difference looks.pnm "$2" 2>&1 | pamsumm -mean -brief 2>&1)
  [[ $difference =~ ^[0-9.]+$ ]] || fail "$1 cannot be held against $2: $difference"
  expect_smaller "$difference" 12
}

# tags FILE NAME...: what exiftool finds, a line each.
tags() { exiftool -s3 -n "${@:2}" "$1"; }

# big_endian N...: four bytes each.
big_endian() {
  local number
  for number; do
    printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' \
      $((number >> 24 & 255)) $((number >> 16 & 255)) $((number >> 8 & 255)) $((number & 255)))"
  done
}

# icc_profile: an RGB display profile of wide primaries with a gamma of 2.2 (ICC.1:2001, matrix and curves).
icc_profile() {
  local white=240 red=260 green=280 blue=300 curve=320 description=336 copyright=432 end=448 tag place
  big_endian "$end" 0 0x02100000
  printf 'mntrRGB XYZ '
  big_endian 0x07ea0001 0x00010000 0 # when it was made
  printf 'acsp'
  big_endian 0 0 0 0 0 0 0 63190 65536 54061 0 0 0 0 0 0 0 0 0 0 0 0 # the illuminant is D50
  big_endian 9
  for tag in desc:$description:94 cprt:$copyright:16 wtpt:$white:20 rXYZ:$red:20 gXYZ:$green:20 bXYZ:$blue:20 \
    rTRC:$curve:14 gTRC:$curve:14 bTRC:$curve:14; do
    place=${tag#*:}
    printf '%s' "${tag%%:*}"
    big_endian "${place%:*}" "${place#*:}"
  done
  printf 'XYZ ' && big_endian 0 63190 65536 54061
  printf 'XYZ ' && big_endian 0 39988 20387 1277
  printf 'XYZ ' && big_endian 0 13453 41022 3988
  printf 'XYZ ' && big_endian 0 9779 4127 48809
  printf 'curv' && big_endian 0 1 0x02330000
  printf 'desc' && big_endian 0 4 && printf 'RGB\0' && head -c 80 /dev/zero
  printf 'text' && big_endian 0 && printf 'free to\0'
}

suite_formats() {
  local format extension name orientation turn

  for format in "${FORMATS[@]}"; do
    extension=$(extension "$format")
    TEST "a tree becomes $format: another decoder sees every picture in its size, and much the same picture"
    if writes "$format" && has_decoder "x.$extension"; then
      tree in --count 12 --size 200x140
      expect_status 0 frugal -f "$format" -o out in --jsonl log.jsonl
      expect_equal "$(rows log.jsonl .format | sort -u)" "$format"
      rows log.jsonl 'select(.output_bytes != null) | .input + "\t" + .output' >pairs
      # JPEG has no alpha: one picture of the twelve is left alone.
      expect_equal "$(wc -l <pairs)" "$([[ $format == jpeg ]] && echo 11 || echo 12)"
      while IFS=$'\t' read -r input output; do
        has_decoder "$input" || break
        expect_equal "${output##*.}" "$extension"
        expect_equal "$(size_of "$output")" "$(size_of "$input")"
        decoded "$input" source.pnm
        expect_looks_like "$output" source.pnm
      done <pairs
      expect_equal "$(rows log.jsonl 'select(.output_bytes) | "\(.width)x\(.height)"' | head -n 1)" \
        "$(size_of "$(head -n 1 pairs | cut -f 2)")"
    fi
  done

  TEST "the bytes in the report are those on the disk"
  tree in --count 12 --size 160x120
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(summary log.jsonl .output_bytes)" "$(find out -type f -printf '%s\n' | jq -s add)"
  expect_equal "$(summary log.jsonl .output_bytes)" "$(rows log.jsonl .output_bytes | jq -s add)"
  expect_equal "$(summary log.jsonl .input_bytes)" "$(find in -type f -printf '%s\n' | jq -s add)"
  expect_equal "$(rows log.jsonl '"\(.output_bytes) \(.output)"')" \
    "$(rows log.jsonl .output | xargs -d '\n' stat -c '%s %n')"
  expect_equal "$(summary log.jsonl '[.converted, .reused, .skipped, .failed]')" "[12,0,0,0]"

  TEST "the JSON lines have the promised keys in the promised order, and the summary comes last"
  picture a.png photo 32x32
  expect_status 0 frugal -f webp --encoder-quality 80 a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl 'keys_unsorted | join(" ")')" "v input output format status reason cache \
input_bytes output_bytes width height encoder_quality score worst_region encodes ms"
  expect_equal "$(rows log.jsonl '.ms | keys_unsorted | join(" ")')" "read decode analyse encode score write total"
  expect_equal "$(rows log.jsonl '[.v, .input, .output, .format, .status, .reason, .cache, .width, .height, .encodes]')" \
    '[1,"a.png","a.webp","webp","converted",null,"miss",32,32,1]'
  expect_equal "$(tail -n 1 log.jsonl | jq -c '[.v, keys_unsorted[]]')" '[1,"v","summary"]'
  expect_equal "$(wc -l <log.jsonl)" 2

  TEST "rows come in the order of the inputs, however many work on them"
  tree in --count 24 --size 96x64
  find in -type f | LC_ALL=C sort >names # the shell's own order of a walk differs: directories sort as names
  expect_status 0 frugal -j 8 -f webp -o out --files-from names --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" "$(<names)"
  LC_ALL=C sort -r names >backwards
  expect_status 0 frugal -j 8 --no-cache --overwrite always -f webp -o out --files-from backwards --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" "$(<backwards)"

  TEST "a list of formats writes one output each"
  picture a.png photo 64x48
  expect_status 0 frugal -f jpeg,png,webp --encoder-quality 80 -o out a.png --jsonl log.jsonl
  expect_equal "$(entries out)" $'a.jpg\na.png\na.webp'
  expect_equal "$(rows log.jsonl .format)" $'jpeg\npng\nwebp'
  for name in out/*; do expect_equal "$(size_of "$name")" "64x48"; done

  TEST "keep leaves names and formats as they are"
  tree in --count 12 --size 96x64
  mv "in/photos/lake 01.jpg" "in/photos/lake 01.JPEG"
  expect_status 0 frugal -o out in --jsonl log.jsonl
  expect_equal "$(entries out)" "$(entries in)"
  (cd out && find . -type f -exec file --brief --mime-type {} + | sort | uniq -c) >mime-out
  (cd in && find . -type f -exec file --brief --mime-type {} + | sort | uniq -c) >mime-in
  expect_same_bytes mime-in mime-out

  TEST "TIFF is read, and copied where its format is to stay"
  if command -v pnmtotiff >/dev/null; then
    picture a.png photo 64x48
    pngtopnm a.png >a.pnm
    pnmtotiff a.pnm >a.tif 2>/dev/null
    expect_status 0 frugal -f png,webp -o out a.tif
    decoded out/a.png back.pnm
    expect_same_bytes back.pnm a.pnm
    expect_looks_like out/a.webp a.pnm
    expect_status 0 frugal -o mirror a.tif --jsonl log.jsonl
    expect_same_bytes mirror/a.tif a.tif
    expect_equal "$(rows log.jsonl .status)" skipped
  else
    SKIP "needs pnmtotiff"
  fi

  TEST "a format is told by content, whatever the name says"
  picture a.png photo 64x48 --effort 5 # nothing to save
  mv a.png a.jpg
  expect_status 0 frugal -f png,webp -o out a.jpg --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" $'skipped\nconverted'
  decoded out/a.webp back.pnm
  expect_status 0 frugal -o mirror a.jpg
  cp mirror/a.jpg back.png
  expect_equal "$(size_of back.png)" 64x48

  for format in "${FORMATS[@]}"; do
    extension=$(extension "$format")
    TEST "a picture that its EXIF turns is upright as $format, and is not turned twice"
    if writes "$format" && has_decoder "x.$extension" && has_decoder x.jpg; then
      picture a.jpg gradient 96x64 --orientation 6
      djpeg -pnm a.jpg | pamflip -cw >upright.pnm
      expect_status 0 frugal -f "$format" -o out a.jpg --jsonl log.jsonl
      # Where a JPEG does not get smaller, it stays the one that it was.
      if [[ $(rows log.jsonl .status) == converted ]]; then
        expect_equal "$(size_of "out/a.$extension")" 64x96
        expect_looks_like "out/a.$extension" upright.pnm
        expect_equal "$(rows log.jsonl '"\(.width)x\(.height)"')" 64x96
        if command -v exiftool >/dev/null; then
          [[ $(tags "out/a.$extension" -IFD0:Orientation) =~ ^1?$ ]] || fail "turned twice by who reads EXIF"
        fi
      else
        expect_equal "$format" jpeg
        expect_same_bytes out/a.jpg a.jpg
      fi
    fi
  done

  TEST "all eight orientations are turned as EXIF has them"
  orientation=1
  for turn in "" leftright leftright,topbottom topbottom transpose transpose,leftright \
    transpose,leftright,topbottom transpose,topbottom; do
    picture a.jpg gradient 48x32 --orientation "$orientation"
    djpeg -pnm a.jpg | pamflip -xform="$turn" >upright.pnm
    expect_status 0 frugal --no-cache --overwrite always -f png -o out a.jpg
    expect_looks_like out/a.png upright.pnm
    orientation=$((orientation + 1))
  done

  for format in "${FORMATS[@]}"; do
    extension=$(extension "$format")
    TEST "a colour profile comes through to $format byte for byte"
    if ! command -v exiftool >/dev/null; then
      SKIP "needs exiftool"
    elif writes "$format"; then
      icc_profile >wide.icc
      picture a.png photo 64x48 --icc wide.icc --effort 1
      picture b.jpg photo 64x48 --icc wide.icc
      for name in safe all none; do
        expect_status 0 frugal --metadata "$name" -f "$format" --encoder-quality 80 -o "$name" a.png b.jpg
        exiftool -b -icc_profile "$name/a.$extension" >a.icc
        exiftool -b -icc_profile "$name/b.$extension" >b.icc
        expect_same_bytes a.icc wide.icc
        expect_same_bytes b.icc wide.icc
      done
    fi
  done

  for format in png webp avif heic; do
    TEST "transparency comes through to $format"
    if writes "$format" && has_decoder "x.$format"; then
      picture a.png photo 96x64 --channels 4 --alpha soft --effort 1
      decoded a.png alpha.pnm -alpha
      expect_status 0 frugal -f "$format" -o out a.png
      expect_looks_like "out/a.$format" alpha.pnm -alpha
      # The comparison sees a difference: an opaque picture is far off.
      pamfunc -multiplier 0 alpha.pnm >other.pnm
      expect_smaller 20 "$(pamarith -difference alpha.pnm other.pnm | pamsumm -mean -brief)"
    fi
  done

  TEST "a transparent picture is left alone where JPEG is asked for, and the reason is said"
  picture a.png photo 64x48 --channels 4
  expect_status 0 frugal -f jpeg -o out a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.status, .output_bytes]')" '["skipped",null]'
  rows log.jsonl .reason >reason
  expect_contains reason "transparency"
  expect_stderr_contains "transparency"
  expect_missing out/a.jpg

  TEST "an alpha channel that hides nothing does not keep a picture from JPEG"
  picture a.png photo 64x48 --channels 4 --alpha opaque
  expect_status 0 frugal -f jpeg --encoder-quality 80 -o out a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" converted
  expect_equal "$(size_of out/a.jpg)" 64x48

  TEST "sixteen bits stay sixteen as PNG, and are left alone where WebP is asked for"
  picture a.png photo 64x48 --depth 16 --effort 1
  pngtopnm a.png >deep.pnm
  expect_equal "$(head -n 3 deep.pnm | tail -n 1)" 65535
  expect_status 0 frugal -f png -o out a.png
  decoded out/a.png back.pnm
  expect_same_bytes back.pnm deep.pnm
  expect_status 0 frugal -f webp -o out a.png --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" skipped
  rows log.jsonl .reason >reason
  expect_contains reason "16"
  expect_missing out/a.webp

  TEST "PNG keeps every pixel"
  picture a.png photo 64x48 --effort 1
  picture b.png text 64x48 --channels 4 --effort 1
  picture c.png gradient 64x48 --channels 1 --effort 1
  expect_status 0 frugal -o out a.png b.png c.png
  for name in a b c; do
    expect_smaller "$(bytes "out/$name.png")" "$(($(bytes "$name.png") + 1))"
    decoded "$name.png" before.pnm
    decoded "out/$name.png" after.pnm
    expect_same_bytes before.pnm after.pnm
  done

  for format in "${FORMATS[@]}"; do
    extension=$(extension "$format")
    TEST "of EXIF, $format keeps copyright and dates but no place, all of it when asked, or none"
    if ! command -v exiftool >/dev/null; then
      SKIP "needs exiftool"
    elif writes "$format"; then
      picture a.jpg photo 64x48
      exiftool -q -overwrite_original -Copyright="(c) Someone" -DateTimeOriginal="2020:02:03 04:05:06" -n \
        -GPSLatitude=48.25 -GPSLatitudeRef=N -GPSLongitude=11.5 -GPSLongitudeRef=E a.jpg ||
        fail "exiftool cannot write"
      expect_equal "$(tags a.jpg -EXIF:GPSLatitude)" 48.25
      for name in safe all none; do
        expect_status 0 frugal --metadata "$name" -q 50 -f "$format" -o "$name" a.jpg
      done
      expect_equal "$(tags "safe/a.$extension" -Copyright -DateTimeOriginal)" $'(c) Someone\n2020:02:03 04:05:06'
      expect_equal "$(tags "safe/a.$extension" -EXIF:GPSLatitude -EXIF:GPSLongitude)" ""
      expect_equal "$(tags "all/a.$extension" -Copyright -EXIF:GPSLatitude)" $'(c) Someone\n48.25'
      expect_equal "$(tags "none/a.$extension" -Copyright -DateTimeOriginal -EXIF:GPSLatitude)" ""
      ! grep -q "Someone" "none/a.$extension" || fail "the copyright is still in the file"
    fi
  done
}
