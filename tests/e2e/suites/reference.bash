# Scores held against the definition in double precision, on pictures with known scores: photographs through three
# codecs, blur, noise, tiny and odd sizes, grey, dark, alpha.
# shellcheck shell=bash

pairs=${CORPUS-}/../reference/ssimulacra2

suite_reference_PROBE() {
  need jq awk
  [[ -r $pairs/scores.csv ]] || echo "the reference pairs are not here"
}

# known_scores: name, reference, distorted and the exact score of every pair. Only the parameter may be quoted.
known_scores() { tail -n +2 "$pairs/scores.csv" | sed 's/"[^"]*"//' | cut -d , -f 1-3,6; }

# within LIMIT A B
within() { awk -v limit="$1" -v a="$2" -v b="$3" 'BEGIN { d = a - b; exit !(d <= limit && -d <= limit) }'; }

suite_reference() {
  TEST "every pair scores what the definition says, to 0.003"
  known_scores >known
  while IFS=, read -r name reference distorted exact; do
    if [[ $exact == refused ]]; then
      expect_status 1 frugal compare "$pairs/$reference" "$pairs/$distorted"
      expect_stderr_contains "8 pixels"
      continue
    fi
    expect_status 0 frugal compare --json "$pairs/$reference" "$pairs/$distorted"
    score=$(jq .score "$OUT")
    within 0.003 "$score" "$exact" || fail "$name scores $score, not $exact"
  done <known
  expect_equal "$(wc -l <known)" 42
}
