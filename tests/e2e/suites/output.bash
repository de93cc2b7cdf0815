# Where outputs go: mirrors, names, streams; and what is never an input.
# shellcheck shell=bash

suite_output_PROBE() { need jq; }

# names_in LOG KEY: its values as bytes, a NUL after each: the escaping turned back.
names_in() {
  python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    if "summary" not in row:
        sys.stdout.buffer.write(row[sys.argv[2]].encode("utf-8", "surrogateescape") + b"\0")' "$1" "$2"
}

suite_output() {
  local before name

  TEST "the contents of a single directory land right in the output directory"
  picture in/a.png photo 32x32
  picture in/deep/er/b.png photo 32x32 --seed 2
  expect_status 0 frugal -f webp -o out in
  expect_equal "$(entries out)" $'a.webp\ndeep\ndeep/er\ndeep/er/b.webp'
  expect_status 0 frugal -f webp -o slash in/
  expect_equal "$(entries slash)" "$(entries out)"
  cd in || return
  expect_status 0 frugal -f webp -o ../dot .
  cd .. || return
  expect_equal "$(entries dot)" "$(entries out)"

  TEST "of several arguments, directories land under their names and single files right in it"
  picture one/a.png photo 32x32
  picture some/two/b.png photo 32x32 --seed 2
  picture some/deep/c.png photo 32x32 --seed 3
  expect_status 0 frugal -f webp -o out one some/two some/deep/c.png
  expect_equal "$(find out -type f | sort)" $'out/c.webp\nout/one/a.webp\nout/two/b.webp'
  expect_status 0 frugal -f webp -o slashes one/ some/../some/two/ ./some/deep/c.png
  expect_equal "$(entries slashes)" "$(entries out)"

  TEST "a list of files keeps its paths below the deepest folder that all have in common"
  picture p/q/a.png photo 32x32
  picture p/q/r/b.png photo 32x32 --seed 2
  picture p/q/s/c.png photo 32x32 --seed 3
  printf '%s\n' p/q/r/b.png p/q/a.png "$PWD/p/q/s/c.png" >list
  expect_status 0 frugal -f webp -o out --files-from list
  expect_equal "$(find out -type f | sort)" $'out/a.webp\nout/r/b.webp\nout/s/c.webp'

  TEST "a list is read from standard input, its names ended by newlines or by NUL bytes"
  picture $'in/line\nbreak.png' photo 32x32
  picture in/plain.png photo 32x32 --seed 2
  printf '%s\0' in/* >names
  # shellcheck disable=SC2094  # names is read, out is written
  expect_status 0 frugal -f webp -o out --files-from - -0 <names
  expect_equal "$(find out -type f -printf '%f\0' | sort -z | tr '\0' '|')" $'line\nbreak.webp|plain.webp|'
  echo in/plain.png >lines
  expect_status 0 frugal -f webp -o lone --files-from - <lines
  expect_equal "$(entries lone)" plain.webp

  TEST "a file that a list names and that is not there fails the run"
  picture a.png photo 32x32
  printf '%s\n' a.png gone.png >list
  expect_status 1 frugal -f webp -o out --files-from list
  expect_stderr_contains gone.png
  expect_equal "$(entries out)" a.webp
  expect_status 1 frugal -f webp -o out --files-from nolist
  expect_stderr_contains nolist

  TEST "a name of any bytes is reported so that it can be turned back into the same bytes"
  if ! command -v python3 >/dev/null; then
    SKIP "needs python3"
  else
    for name in 'a b' $'line\nbreak' -dash $'bad\xff\xfe' $'half\xc3' $'surrogate\xed\xa0\x80' 'quote"back\slash' \
      $'tab\tbell\a' übermäßig '𝄞' '*?;&'; do
      picture "in/$name.png" flat 8x8
    done
    expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
    expect_equal "$(wc -l <log.jsonl)" 12
    expect_equal "$(names_in log.jsonl output | sort -z | sha256sum)" \
      "$(find out -type f -print0 | sort -z | sha256sum)"
    expect_equal "$(names_in log.jsonl input | sort -z | sha256sum)" \
      "$(find in -type f -print0 | sort -z | sha256sum)"
    expect_equal "$(find out -type f -printf '%P\0' | sed -z 's/webp$/png/' | sort -z | sha256sum)" \
      "$(find in -type f -printf '%P\0' | sort -z | sha256sum)"
  fi

  TEST "a message about a name with a newline is still one line"
  echo text >$'bad\nname.png'
  expect_status 1 frugal -f webp --quiet $'bad\nname.png'
  expect_equal "$(wc -l <"$ERR")" 1

  TEST "without a place to write to, outputs land beside their sources"
  picture in/a.png photo 32x32
  picture in/deep/b.png photo 32x32 --seed 2
  expect_status 0 frugal -f webp,jpeg --encoder-quality 80 in
  expect_equal "$(entries in)" $'a.jpg\na.png\na.webp\ndeep\ndeep/b.jpg\ndeep/b.png\ndeep/b.webp'

  TEST "keeping the format without a place to write to is a usage error"
  picture a.jpg photo 64x48 --quality 98
  expect_status 2 frugal a.jpg
  expect_equal "$(entries .)" a.jpg

  TEST "a suffix goes before the extension"
  picture in/a.b.jpg photo 64x48 --quality 98
  picture in/C.JPEG photo 64x48 --quality 98 --seed 2
  expect_status 0 frugal --suffix .min in
  expect_equal "$(entries in)" $'C.JPEG\nC.min.JPEG\na.b.jpg\na.b.min.jpg'
  expect_status 0 frugal --suffix .min in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" $'["in/C.JPEG","reused"]\n["in/a.b.jpg","reused"]'
  expect_equal "$(entries in)" $'C.JPEG\nC.min.JPEG\na.b.jpg\na.b.min.jpg'
  expect_status 0 frugal --suffix -small -f webp -o out in/C.JPEG in/a.b.jpg
  expect_equal "$(entries out)" $'C-small.webp\na.b-small.webp'

  TEST "a template builds names from all its fields"
  picture in/deep/a.png photo 40x24
  picture in/b.jpg gradient 40x24 --orientation 6
  expect_status 0 frugal -f webp -o out --template '{width}x{height}/{dir}/{stem}--{name}.{ext}' in
  expect_equal "$(find out -type f | sort)" $'out/24x40/b--b.jpg.webp\nout/40x24/deep/a--a.png.webp'
  expect_status 0 frugal -f webp --template '{dir}/{name}.{ext}' in
  expect_exists in/deep/a.png.webp in/b.jpg.webp

  TEST "a template that leads nowhere is a usage error, and nothing is written"
  picture in/a.png photo 32x32
  for name in '{dir}/{what}.{ext}' '{dir}/{stem' '../{stem}.{ext}' '{dir}/../../{stem}.{ext}' '/{stem}.{ext}' '{dir}/'; do
    expect_status 2 frugal -f webp -o out --template "$name" in
    expect_stderr_contains "--template"
  done
  expect_equal "$(entries .)" $'in\nin/a.png'

  TEST "an output that is a file name is that file, and its extension is the format"
  picture a.png photo 32x32
  expect_status 0 frugal -o new/small.webp a.png
  expect_equal "$(head -c 4 new/small.webp)" RIFF
  expect_status 0 frugal -o other.webp -f webp a.png
  expect_same_bytes other.webp new/small.webp
  expect_status 2 frugal -o other.avif -f webp a.png
  expect_missing other.avif
  mkdir dir.webp
  expect_status 0 frugal -o dir.webp -f webp a.png
  expect_exists dir.webp/a.webp

  TEST "a picture goes from standard input to standard output, the same as through files"
  picture a.png photo 64x48
  expect_status 0 frugal -f webp -o - - <a.png
  expect_status 0 frugal -f webp a.png
  mkfifo pipe
  cat a.png >pipe &
  expect_status 0 frugal -f webp -o - - <pipe
  expect_same_bytes "$OUT" a.webp
  expect_status 0 frugal --no-cache -f webp -o - - <a.png
  expect_same_bytes "$OUT" a.webp
  expect_status 0 frugal -f webp -o - a.png
  expect_same_bytes "$OUT" a.webp
  expect_status 0 frugal -o b.webp - <a.png
  expect_same_bytes b.webp a.webp

  TEST "standard output takes one picture, and standard input needs somewhere to go"
  picture a.png photo 32x32
  picture b.png photo 32x32 --seed 2
  expect_status 2 frugal -f webp -o - a.png b.png
  expect_stdout ""
  expect_status 2 frugal -f webp,jpeg -o - a.png
  expect_stdout ""
  expect_status 2 frugal -f webp - <a.png
  expect_status 2 frugal -f webp -o - --jsonl - a.png
  expect_stdout ""

  TEST "what is no picture on standard input fails, and nothing comes out"
  echo text >text
  expect_status 1 frugal -f webp -o - - <text
  expect_stdout ""
  expect_status 1 frugal -f webp -o - - </dev/null
  expect_stdout ""

  TEST "--jsonl - writes the report, and nothing else, to standard output"
  picture a.png photo 32x32
  expect_status 0 frugal -v -f webp a.png --jsonl -
  expect_json '.v' "$OUT" $'1\n1'

  TEST "include and exclude choose among the files that are found"
  for name in a.png sub/b.png sub/c.jpg sub/deep/d.png other/e.png; do picture "in/$name" flat 8x8; done
  expect_status 0 frugal -f webp -o pngs --include '*.png' in
  expect_equal "$(find pngs -type f -printf '%P\n' | sort)" $'a.webp\nother/e.webp\nsub/b.webp\nsub/deep/d.webp'
  expect_status 0 frugal -f webp -o sub --include 'sub/*' in
  expect_equal "$(find sub -type f -printf '%P\n' | sort)" $'sub/b.webp\nsub/c.webp\nsub/deep/d.webp'
  expect_status 0 frugal -f webp -o without --exclude sub --exclude 'e.*' in
  expect_equal "$(find without -type f -printf '%P\n' | sort)" a.webp
  expect_status 0 frugal -f webp -o both --include '*.png' --exclude 'sub/*' in
  expect_equal "$(find both -type f -printf '%P\n' | sort)" $'a.webp\nother/e.webp'
  expect_status 3 frugal -f webp -o none --include '*.tif' in
  expect_missing none

  TEST "a depth ends the walk"
  for name in a.png sub/b.png sub/deep/d.png; do picture "in/$name" flat 8x8; done
  expect_status 0 frugal -f webp -o one --max-depth 1 in
  expect_equal "$(find one -type f -printf '%P\n' | sort)" a.webp
  expect_status 0 frugal -f webp -o two --max-depth 2 in
  expect_equal "$(find two -type f -printf '%P\n' | sort)" $'a.webp\nsub/b.webp'

  TEST "symbolic links are passed over, or followed inside the tree, but never out of it"
  picture in/a.png flat 8x8
  picture in/sub/b.png flat 8x8
  picture outside/secret.png flat 8x8
  ln -s a.png in/link.png
  ln -s sub in/dirlink
  ln -s .. in/sub/loop
  ln -s ../outside/secret.png in/escape.png
  ln -s ../outside in/way-out
  ln -s nowhere in/dangling.png
  expect_status 0 frugal -f webp -o plain in
  expect_equal "$(find plain -type f -printf '%P\n' | sort)" $'a.webp\nsub/b.webp'
  expect_status 0 frugal -f webp -o followed --follow in
  expect_exists followed/a.webp followed/link.webp
  expect_equal "$(find followed -name 'b.webp' | wc -l)" 1
  expect_equal "$(find followed -name 'secret*' -o -name 'escape*' -o -name 'way-out*')" ""

  TEST "a symbolic link that is named is what it leads to"
  picture outside/a.png flat 8x8
  ln -s outside/a.png link.png
  ln -s outside dirlink
  expect_status 0 frugal -f webp -o out link.png
  expect_exists out/link.webp
  expect_status 0 frugal -f webp -o tree dirlink
  expect_exists tree/a.webp

  TEST "an output directory inside the tree is not an input"
  picture in/a.png photo 32x32
  expect_status 0 frugal -f png,webp -o in/out in
  expect_status 0 frugal -f png,webp -o in/out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input | sort -u)" in/a.png
  expect_equal "$(entries in)" $'a.png\nout\nout/a.png\nout/a.webp'

  TEST "a second run beside the sources does not take its own outputs for inputs"
  picture in/a.png photo 32x32
  picture in/b.jpg photo 32x32
  expect_status 0 frugal -f webp in
  before=$(find in -type f -printf '%p %i %s %T@ %C@\n' | sort)
  expect_status 0 frugal -f webp in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" $'["in/a.png","reused"]\n["in/b.jpg","reused"]'
  expect_equal "$(find in -type f -printf '%p %i %s %T@ %C@\n' | sort)" "$before"

  TEST "a file that is already in the format, with nowhere else to go, is left alone"
  picture in/a.webp photo 32x32
  before=$(stat -c '%i %s %y' in/a.webp)
  expect_status 0 frugal -f webp in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" skipped
  expect_equal "$(stat -c '%i %s %y' in/a.webp)" "$before"

  TEST "a temporary file that a killed run left is no input, and is tidied away"
  picture in/a.png flat 8x8
  cp in/a.png in/.frugal-0123456789abcdef.tmp
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" in/a.png
  expect_equal "$(entries in)" a.png

  TEST "what is no image is passed over in a directory, unless its name says that it is one"
  picture in/a.png flat 8x8
  echo text >in/notes.txt
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .input)" in/a.png
  echo text >in/b.jpg
  expect_status 1 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '[.input, .status]')" $'["in/a.png","reused"]\n["in/b.jpg","failed"]'

  TEST "a file that is named twice is done once"
  picture in/a.png flat 8x8
  expect_status 0 frugal -f webp -o out in/a.png ./in/../in/a.png "$PWD/in/a.png" --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status)" converted

  TEST "a dry run reports sizes and writes nothing"
  picture in/a.png photo 64x48
  picture in/b.jpg photo 64x48 --quality 98
  before=$(find in -type f -printf '%p %i %s %T@ %C@\n' | sort)
  expect_status 0 frugal -n -f webp -o out in --jsonl log.jsonl
  expect_missing out
  expect_equal "$(rows log.jsonl '[.status, .output_bytes > 0]')" $'["converted",true]\n["converted",true]'
  expect_status 0 frugal -n -f webp in
  expect_status 0 frugal -n --in-place in
  expect_status 0 frugal -n --in-place -f webp in
  expect_equal "$(find in -type f -printf '%p %i %s %T@ %C@\n' | sort)" "$before"
  cp log.jsonl dry.jsonl
  expect_status 0 frugal -f webp -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .output_bytes)" "$(rows dry.jsonl .output_bytes)"

  TEST "two inputs that land on one output are both named, and a template tells them apart"
  picture x/a.png photo 32x32
  picture y/a.png photo 32x32 --seed 2
  picture x/first.png photo 32x32 --seed 3
  expect_status 2 frugal -f webp -o out x/first.png x/a.png y/a.png
  expect_stderr_contains x/a.png
  expect_stderr_contains y/a.png
  expect_stderr_contains out/a.webp
  expect_stderr_contains --template
  expect_missing out
  picture z/a.jpg photo 32x32
  picture z/a.png photo 32x32
  expect_status 2 frugal -f webp -o out z
  expect_missing out
  expect_status 0 frugal -f webp -o out --template '{dir}/{name}.{ext}' z
  expect_equal "$(entries out)" $'a.jpg.webp\na.png.webp'

  TEST "an output that would land on an input is a usage error, and nothing is written"
  picture in/a.png photo 32x32 --effort 1
  picture a.png photo 32x32 --seed 2 --effort 1
  before=$(find . -type f -printf '%p %i %s %T@\n' | sort)
  expect_status 2 frugal -o . in/a.png a.png
  expect_stderr_contains in/a.png
  expect_status 2 frugal -o in in
  expect_equal "$(find . -type f -printf '%p %i %s %T@\n' | sort)" "$before"
}
