#!/usr/bin/env bash
# `make dev`, after `make build`: builds anew whatever changes, and starts `vestibule dev` again with
# it. The built-in pages are inside the binary, so one that changes leads to a new binary as well. What
# runs goes on running until its successor is built. The example app comes from its development server,
# which reloads it by itself, unless VESTIBULE_UI_APP names another app. Arguments go to `vestibule dev`.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly every=0.5 # seconds between two looks
watchers=()
server=
stamps=$(mktemp -d)

say() { printf 'dev: %s\n' "$*" >&2; }

end() {
  trap '' INT TERM # once is enough
  for pid in ${server:+"$server"} ${watchers[@]+"${watchers[@]}"}; do
    kill "$pid" 2>/dev/null || true
  done
  wait || true
  rm -rf "$stamps"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# vite runs Vite in the background: `build --watch` writes into frontend/dist whenever a source changes.
vite() {
  (cd frontend && exec node_modules/.bin/vite "$@" --clearScreen false --logLevel warn) &
  watchers+=("$!")
}

# changed lists what the binary is made of, as far as it is newer than a stamp. Folders too: theirs is
# the only trace of a file that was deleted.
changed() {
  find backend frontend/dist frontend/embed.go go.mod go.sum \
    -name node_modules -prune -o ! -name '*_test.go' -newer "$1" -print 2>/dev/null || true
}

# settle waits for quiet: a save touches several files, and Vite empties its folder long before it
# fills it again.
settle() {
  while :; do
    touch "$stamps/quiet"
    sleep "$every"
    if [[ -f frontend/dist/account/index.html && -z $(changed "$stamps/quiet") ]]; then
      return
    fi
  done
}

start() {
  bin/vestibule dev "$@" &
  server=$!
}

stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
    server=
  fi
}

vite build --watch
if [[ -z ${VESTIBULE_UI_APP:-} ]]; then
  vite --config example/vite.config.ts
  export VESTIBULE_UI_APP=http://127.0.0.1:5173 # as in that file
fi
touch "$stamps/built"
start "$@"

while sleep "$every"; do
  if [[ -n $server ]] && ! kill -0 "$server" 2>/dev/null; then
    wait "$server" || true
    server=
    say "the server has ended; the next change starts it again"
  fi
  for pid in "${watchers[@]}"; do
    kill -0 "$pid" 2>/dev/null || { say "a watcher of pages has ended"; exit 1; }
  done

  files=$(changed "$stamps/built")
  [[ -n $files ]] || continue
  settle
  mv "$stamps/quiet" "$stamps/built"
  CGO_ENABLED=0 go build -trimpath -o bin/vestibule.next ./backend/cmd/vestibule || continue # go has said why
  if cmp -s bin/vestibule.next bin/vestibule && [[ -n $server && $files != *backend/examples/insights/* ]]; then
    rm bin/vestibule.next
    continue
  fi
  mv bin/vestibule.next bin/vestibule
  say "starting anew"
  stop
  start "$@"
done
