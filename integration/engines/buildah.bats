#!/usr/bin/env bats
# Buildah: its commands in a container of its own making, by the OCI runtime.
load engines

setup_file() {
  needs buildah runc
  make_image_root "$BATS_FILE_TMPDIR/image"
}

setup() {
  needs buildah runc
  cd "$BATS_TEST_TMPDIR" || return
}

teardown_file() { buildah rm --all >/dev/null 2>&1 || true; }

buildah() { command buildah --root "$BATS_FILE_TMPDIR/storage" --runroot "$BATS_FILE_TMPDIR/run" --storage-driver vfs "$@"; }
in_work() { buildah run --isolation oci --runtime "$ENGINE_RUNTIME" --network none "$@"; }

from_box() {
  work=$(buildah from --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 scratch)
  buildah add --quiet "$work" "$BATS_FILE_TMPDIR/image" / >/dev/null
  buildah config --env PATH=/bin "$work"
  ended
}

@test "buildah run: output, exit status, user, directory, volumes" {
  scenario() {
    from_box
    in_work "$work" -- sh -c 'echo out; exit 7'; ended
    in_work "$work" -- nosuch; ended
    in_work --user 1000:1000 --workingdir /tmp "$work" -- sh -c 'id; pwd'; ended
    in_work --cap-drop all "$work" -- grep Cap /proc/self/status; ended
    mkdir -p volume
    in_work --volume "$PWD/volume:/v" "$work" -- sh -c 'echo there >/v/file'; ended
    cat volume/file
    in_work --hostname there "$work" -- hostname; ended
    on_terminal "command buildah --root $BATS_FILE_TMPDIR/storage --runroot $BATS_FILE_TMPDIR/run --storage-driver vfs \
      run --isolation oci --runtime $ENGINE_RUNTIME --network none --tty $work -- tty" | grep -o /dev/pts/.; ended
    echo input | in_work "$work" -- cat; ended
    buildah rm "$work" >/dev/null; ended
  }
  same_as_runc scenario
}

@test "buildah build: a small image" {
  scenario() {
    from_box
    buildah commit --quiet "$work" box >/dev/null; ended
    printf 'FROM box\nENV A=b\nRUN echo $A >/made && id -u >>/made\nUSER 1000\nRUN id -u\n' >Containerfile
    buildah build --isolation oci --runtime "$ENGINE_RUNTIME" --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
      --network none --pull-never --tag built . 2>/dev/null | grep -v '^\(--> \)\{0,1\}[0-9a-f]*$'; ended
    made=$(buildah from built)
    cat "$(buildah mount "$made")/made"
    buildah rm --all >/dev/null; ended
    buildah rmi built box >/dev/null; ended
  }
  same_as_runc scenario
}
