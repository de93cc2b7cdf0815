# What is made within --memory-limit, and how.
# shellcheck shell=bash

suite_memory_PROBE() { need jq; }

suite_memory() {
  TEST "a picture that is large for the memory is made with less of it, as at -e 3, and remembered as that"
  picture in/a.png photo 800x700
  picture in/b.png photo 320x250
  expect_status 0 frugal -e 3 -j 1 -f jpeg -o three in
  expect_status 0 frugal -e 5 -j 1 -f jpeg -o five in
  expect_different_bytes three/b.jpg five/b.jpg
  expect_status 0 frugal --no-cache --memory-limit 80M -f jpeg -o little in --jsonl log.jsonl
  expect_same_bytes three/a.jpg little/a.jpg
  expect_same_bytes five/b.jpg little/b.jpg
  for _ in 1 2; do
    rm -rf again
    expect_status 0 frugal --memory-limit 80M -f jpeg -o again in --jsonl log.jsonl
    expect_equal "$(diff -r little again)" ""
  done
  expect_equal "$(rows log.jsonl .status | xargs)" "reused reused"
  expect_status 0 frugal --memory-limit 80M -f jpeg -o again in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl .status | xargs)" "reused reused"

  TEST "a picture that is very large for the memory is made all the same: JPEG, WebP and PNG"
  picture in/a.jpg photo 3000x2000
  for format in jpeg webp png; do
    expect_status 0 frugal --no-cache -f "$format" --memory-limit 110M -o "out-$format" in --jsonl log.jsonl
    expect_equal "$(rows log.jsonl '.status' | xargs)" converted
    expect_equal "$(jq 'select(has("summary")) | .peak_memory <= 110 * 1048576 * 1.1' log.jsonl)" true
  done

  TEST "of formats to choose from, those that need much memory are no choice for a picture that is very large for it"
  picture in/a.jpg photo 3000x2000
  expect_status 0 frugal --no-cache -f auto --memory-limit 110M -o out in --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '.status' | xargs)" converted
  expect_status 1 frugal --no-cache -f avif --memory-limit 110M -o none in

  TEST "an output is not compressed once more where there is less memory than when it was made"
  picture in/a.png photo 800x700
  expect_status 0 frugal -f jpeg -o out in
  expect_status 0 frugal --in-place --memory-limit 80M out --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '.status + " " + .cache' | xargs)" "reused hit"
  expect_status 0 frugal -f jpeg -o less --memory-limit 80M in
  expect_status 0 frugal --in-place --memory-limit 76M less --jsonl log.jsonl
  expect_equal "$(rows log.jsonl '.status + " " + .cache' | xargs)" "reused hit"

  TEST "with little memory a JPEG is still packed more tightly, whatever its chroma"
  picture in/a.jpg photo 1000x800 --quality 97
  for limit in 66M 74M 78M 90M 2G; do
    expect_status 0 frugal --no-cache --lossless -f jpeg -o out in --overwrite always --memory-limit "$limit"
  done

  TEST "several outputs of a picture that is large for the memory are the same with a cache that has others"
  picture in/a.jpg photo 800x700
  expect_status 0 frugal -j 1 -f webp,png -o plenty in
  expect_status 0 frugal --memory-limit 80M -f webp,png -o cached in
  expect_status 0 frugal --no-cache --memory-limit 80M -f webp,png -o fresh in
  expect_equal "$(diff -r cached fresh)" ""
  expect_different_bytes plenty/a.webp fresh/a.webp

  TEST "a picture that is too large for the memory fails with what it takes, and the others are done"
  picture in/a.jpg photo 3000x2000
  picture in/b.jpg photo 320x250
  expect_status 1 frugal --memory-limit 80M -f webp -o out in
  expect_stderr_contains "a.jpg: it takes about "
  expect_stderr_contains " MiB of memory to convert; --memory-limit gives it more"
  expect_equal "$(entries out)" b.webp
  for given in 80M 40M 1M; do
    expect_status 1 frugal --no-cache --memory-limit "$given" -f webp -o out in/a.jpg
    enough=$(sed -n 's/.*it takes about \([0-9]*\) MiB.*/\1/p' "$ERR")
    expect_status 1 frugal --no-cache --memory-limit "$((enough - 2))M" -f webp -o out in/a.jpg
  done
  expect_status 0 frugal --no-cache --memory-limit "${enough}M" -f webp -o out in/a.jpg
}
