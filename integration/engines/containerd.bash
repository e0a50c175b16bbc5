# shellcheck shell=bash
# What the suites of containerd have in common: a daemon of their own, with all it has in $WORK, and an
# image. ctr(1) finds the one by $CONTAINERD_ADDRESS and the other in $CONTAINERD_NAMESPACE.

# start_containerd [COMMAND…]: with $WORK/config.toml, by that command; and the image.
start_containerd() {
  (cd "$WORK" && exec "$@" containerd --config "$WORK/config.toml" >"$WORK/log" 2>&1 3>&- </dev/null) &
  echo "$!" >"$WORK/pid"
  wait_until ctr version >/dev/null
  import_image native
}

end_containerd() {
  kill "$(<"$WORK/pid")"
  wait_until eval "! kill -0 $(<"$WORK/pid") 2>/dev/null"
  rm -rf "$WORK"
}

# import_image SNAPSHOTTER: as `docker save` writes one.
import_image() {
  local root=$WORK/image config digest
  make_image_root "$root/files"
  tar -C "$root/files" -cf "$root/layer.tar" .
  config=$(printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sleep","100000"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(dpkg --print-architecture)" "$(sha256sum <"$root/layer.tar" | cut -d' ' -f1)")
  digest=$(printf %s "$config" | sha256sum | cut -d' ' -f1)
  printf %s "$config" >"$root/$digest.json"
  printf '[{"Config":"%s.json","RepoTags":["example.org/box:latest"],"Layers":["layer.tar"]}]' "$digest" >"$root/manifest.json"
  tar -C "$root" -cf "$WORK/box.tar" manifest.json "$digest.json" layer.tar
  ctr image import --snapshotter "$1" "$WORK/box.tar" >/dev/null
}
