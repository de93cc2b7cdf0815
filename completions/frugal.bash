# bash completion for frugal
# Made by frugal --generate bash from its table of options: edit that.

_frugal_main() {
  case $previous in
    --overwrite)
      mapfile -t COMPREPLY < <(compgen -W 'never changed always' -- "$current")
      return 0
      ;;
    -f | --format)
      prefix=${current%"${current##*,}"}
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -W 'keep auto jpeg png webp avif heic' -- "${current##*,}")
      return 0
      ;;
    -q | --quality)
      mapfile -t COMPREPLY < <(compgen -W 'low medium high visually-lossless' -- "$current")
      return 0
      ;;
    --metadata)
      mapfile -t COMPREPLY < <(compgen -W 'safe all none' -- "$current")
      return 0
      ;;
    --sandbox)
      mapfile -t COMPREPLY < <(compgen -W 'auto require off' -- "$current")
      return 0
      ;;
    --color)
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
      return 0
      ;;
    --files-from | \
      -o | --output | \
      --jsonl)
      return 0
      ;;
    --cache-dir)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return 0
      ;;
    --include | \
      --exclude | \
      --max-depth | \
      --template | \
      --suffix | \
      -e | --effort | \
      --encoder-quality | \
      --region-floor | \
      --max-size | \
      --total-size | \
      --min-savings | \
      -j | --jobs | \
      --memory-limit | \
      --max-pixels | \
      --timeout | \
      --cache-max)
      compopt +o bashdefault +o default 2>/dev/null
      return 0
      ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--files-from -0 --null --include --exclude --max-depth --follow
-o --output --in-place --template --suffix --overwrite
-f --format -e --effort --lossless --lossy-png --encoder-quality
-q --quality --region-floor --max-size --total-size --min-savings
--metadata --preserve
-n --dry-run -j --jobs --memory-limit --max-pixels --timeout --sandbox --fail-fast --cache-dir --cache-max --no-cache --force --debug-key
-v --verbose --quiet --jsonl --no-progress --color
-h --help -V --version" -- "$current")
  fi
}

_frugal_compare() {
  case $previous in
    --metric)
      prefix=${current%"${current##*,}"}
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -W 'ssimulacra2 psnr ms-ssim' -- "${current##*,}")
      return 0
      ;;
    --map)
      return 0
      ;;
    -j | --jobs | \
      --max-pixels)
      compopt +o bashdefault +o default 2>/dev/null
      return 0
      ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--metric --json --map
-j --jobs --max-pixels
-h --help" -- "$current")
  fi
}

_frugal_explain() {
  case $previous in
    -f | --format)
      prefix=${current%"${current##*,}"}
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -W 'keep auto jpeg png webp avif heic' -- "${current##*,}")
      return 0
      ;;
    -q | --quality)
      mapfile -t COMPREPLY < <(compgen -W 'low medium high visually-lossless' -- "$current")
      return 0
      ;;
    -o | --output)
      return 0
      ;;
    -e | --effort | \
      --region-floor | \
      -j | --jobs | \
      --max-pixels)
      compopt +o bashdefault +o default 2>/dev/null
      return 0
      ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "-o --output --json
-f --format -e --effort --lossy-png
-q --quality --region-floor
-j --jobs --max-pixels
-h --help" -- "$current")
  fi
}

_frugal_cache() {
  case $previous in
    --cache-dir)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return 0
      ;;
    --cache-max)
      compopt +o bashdefault +o default 2>/dev/null
      return 0
      ;;
  esac

  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--cache-dir --cache-max
--json
-h --help" -- "$current")
  else
    compopt +o bashdefault +o default 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -W 'stats verify prune clear' -- "$current")
  fi
}

_frugal() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} word prefix
  COMPREPLY=()

  # bash parts --name=value into three words.
  if [[ $current == '=' ]]; then
    current=
  elif [[ $previous == '=' ]] && ((COMP_CWORD > 1)); then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  # After -- there are only names of files, which readline offers where this offers nothing.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word != -- ]] || return 0
  done

  if ((COMP_CWORD == 1)) && [[ $current != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "compare explain cache" -- "$current")
    if ((${#COMPREPLY[@]} > 0)); then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    fi
    return 0
  fi

  case ${COMP_WORDS[1]} in
    compare) _frugal_compare ;;
    explain) _frugal_explain ;;
    cache) _frugal_cache ;;
    *) _frugal_main ;;
  esac
}

complete -o bashdefault -o default -F _frugal frugal
