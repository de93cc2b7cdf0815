# Builds into build/, for scripts/frugal and scripts/test, which source this with `root`, the project's folder, and `me`, their name.
# shellcheck shell=bash

: "${root:?}" "${me:?}"

# Runs a command quietly; when it fails, shows the end of what it said.
quietly() {
  local log=$root/build/build.log
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 60 "$log" >&2
    printf '%s: failed: %s (all of its output: %s)\n' "$me" "$*" "$log" >&2
    exit 1
  fi
}

cache_has() { grep -qsxF "$1" "$root/build/CMakeCache.txt"; }

# configure ON|OFF: with the tests or not. A tree that has them keeps them; a moved tree starts anew.
configure() {
  local cache=("-DFRUGAL_TESTS=$1")
  if ! cache_has "CMAKE_HOME_DIRECTORY:INTERNAL=$root"; then
    cache+=(--fresh)
  elif [[ -e $root/build/build.ninja ]]; then
    if [[ $1 == OFF ]] || cache_has FRUGAL_TESTS:BOOL=ON; then
      return
    fi
  fi
  quietly cmake -S "$root" --preset release "${cache[@]}"
}

# build ON|OFF TARGET...: one at a time, however many call this at once; ninja sees what is to be done.
build() {
  local tests=$1
  shift
  mkdir -p "$root/build"
  [[ -x $root/build/frugal ]] || printf '%s: building, which takes some minutes the first time\n' "$me" >&2
  (
    flock 9
    configure "$tests"
    quietly cmake --build "$root/build" --parallel "$(nproc)" --target "$@"
  ) 9>"$root/build/.lock"
}
