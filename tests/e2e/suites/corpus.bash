# Real files: photographs, graphics, the odd and the malformed.
# shellcheck shell=bash

# How many of the malformed are tried; there are 4,426.
MALFORMED=${MALFORMED:-300}

suite_corpus_PROBE() {
  need jq
  need_corpus
}

# sample N FOLDER: every k-th file of it, N in all, always the same ones.
sample() {
  find "$CORPUS/$2" -type f | LC_ALL=C sort >all
  awk -v wanted="$1" -v all="$(wc -l <all)" 'int(NR * wanted / all) > int((NR - 1) * wanted / all)' all
}

# expect_sound_rows COUNT: so many inputs have a row; who fails or is left alone says why, in a line.
expect_sound_rows() {
  expect_equal "$(rows log.jsonl .input | sort -u | wc -l)" "$1"
  expect_equal "$(rows log.jsonl 'select((.status == "failed" or .status == "skipped") and
    ((.reason // "") | test("\\A[^\\n]+\\z") | not))')" ""
  expect_equal "$(rows log.jsonl 'select(.status == "converted" and (.output_bytes == null or .reason != null))')" ""
}

# any_failed: 1 if some row failed, else 0.
any_failed() { [[ $(summary log.jsonl .failed) == 0 ]] && echo 0 || echo 1; }

# run ARGUMENT...: frugal with a report; its status goes to the file status.
run() {
  printf '%q ' frugal "$@" >"$TEST_DIR/command"
  frugal "$@" --jsonl log.jsonl >"$OUT" 2>"$ERR"
  echo $? >status
}

suite_corpus() {
  local format extension input output photos=8 most=30000000 # a picture of 100 MP would take as long as all others
  if sanitized; then photos=3 most=1000000; fi

  TEST "photographs become every format, and other decoders see them in their size"
  if [[ ! -d $CORPUS/photos ]]; then
    SKIP "the corpus has no photos"
  else
    sample $photos photos | grep -v clic2025 >names # those are large
    for format in jpeg png webp avif heic; do
      "$FRUGAL" --version | grep -q "^$format .*writes" || continue
      extension=${format/jpeg/jpg}
      expect_status 0 frugal --no-cache -e 3 -f "$format" -o "$format" --files-from names --jsonl log.jsonl
      expect_equal "$(rows log.jsonl .input)" "$(<names)"
      command -v "$(decoder_of "x.$extension")" >/dev/null || continue
      rows log.jsonl '.input + "\t" + .output' >pairs
      while IFS=$'\t' read -r input output; do
        expect_equal "$(size_of "$output")" "$(size_of "$input")"
      done <pairs
    done
  fi

  for format in formats graphics; do
    TEST "every one of the $format has a row, and who is not converted says why"
    if [[ ! -d $CORPUS/$format ]]; then
      SKIP "the corpus has no $format"
    else
      run --no-cache -e 1 --max-pixels $most -f webp --template '{dir}/{name}.{ext}' -o out "$CORPUS/$format"
      expect_equal "$(<status)" "$(any_failed)"
      expect_sound_rows "$(rows log.jsonl .input | wc -l)"
      expect_equal "$(find out -type f | sort)" "$(rows log.jsonl 'select(.output_bytes) | .output' | sort)"
      expect_smaller 40 "$(summary log.jsonl .converted)"
    fi
  done

  TEST "malformed files crash nothing, end soon and keep to the memory: each has its row"
  if [[ ! -d $CORPUS/malformed ]]; then
    SKIP "the corpus has no malformed"
  else
    sample "$MALFORMED" malformed >names
    # One at a time: of several workers the peaks are added up, whenever each was.
    run --no-cache -e 1 -j 1 --memory-limit 1G -f webp --template '{dir}/{name}.{ext}' -o out --files-from names
    expect_equal "$(<status)" 1
    expect_sound_rows "$(wc -l <names)"
    expect_equal "$(rows log.jsonl .input)" "$(<names)"
    expect_equal "$(summary log.jsonl .failed)" "$(grep -c '^failed ' "$ERR")"
    expect_equal "$(rows log.jsonl 'select((.reason // "") | test("a library crashed")) | .input')" ""
    # Waiting for memory aside, and scoring, which takes long where a sanitizer watches.
    expect_equal "$(rows log.jsonl 'select(.ms | .read + .decode + .analyse + .encode > 10000) | .input')" ""
    if sanitized; then
      echo "memory is not looked at: a sanitizer takes most of it"
    else
      expect_smaller "$(summary log.jsonl .peak_memory)" $((1 << 30))
    fi
  fi
}
