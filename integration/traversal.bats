#!/usr/bin/env bats
# The experiment of "Securing Your Containers" (P-10, P-11): a web server with a hole by which a visitor
# reads any file of container A, beside a container B whose files everybody may read.
load helpers

# A's server gives the file that is asked for, from wherever the name leads.
make_server() {
  mkdir -p "$BUNDLE/rootfs/www/cgi-bin" "$BUNDLE/rootfs/www/templates"
  ln -s busybox "$BUNDLE/rootfs/bin/httpd"
  echo 'passwd of A' >"$BUNDLE/rootfs/etc/passwd"
  echo 'page of A' >"$BUNDLE/rootfs/www/templates/page"
  cat >"$BUNDLE/rootfs/www/cgi-bin/show" <<'END'
#!/bin/sh
cd /www/templates
file=$(httpd -d "$QUERY_STRING")
if text=$(cat "$file" 2>/tmp/error); then status='200 OK'
elif grep -q 'Permission denied' /tmp/error; then status='403 Forbidden'
else status='404 Not Found'; fi
printf 'Status: %s\r\nContent-Type: text/plain\r\n\r\n%s\n' "$status" "$text"
END
  chmod 755 "$BUNDLE/rootfs/www/cgi-bin/show"
  set_program httpd -f -p 127.0.0.1:8080 -h /www
}

make_neighbour() {
  mkdir -p "$BATS_TEST_TMPDIR/neighbour/rootfs/etc"
  echo 'passwd of B' >"$BATS_TEST_TMPDIR/neighbour/rootfs/etc/passwd"
  chmod -R 777 "$BATS_TEST_TMPDIR/neighbour"
}

serve() {
  try runtime run --detach --bundle "$BUNDLE" "$ID"
  expect_success ''
  pid=$(state_of "$ID" pid)
  wait_until answers
}

answers() { [[ $(visit page) == '200 page of A' ]]; }

# What a visitor gets: status and text.
visit() {
  printf 'GET /cgi-bin/show?%s HTTP/1.0\r\n\r\n' "$1" |
    nsenter --net="/proc/$pid/ns/net" busybox nc 127.0.0.1 8080 |
    tr -d '\r' | sed -n '1s,^HTTP/1[^ ]* \([0-9]*\).*,\1,p; 1,/^$/!p' | paste -sd' '
}

@test "traversal: every way out of A leads to A's own files" {
  make_server
  make_neighbour
  mkdir "$BUNDLE/volume" "$BUNDLE/rootfs/volume"
  ln -s ../../../../../../etc/passwd "$BUNDLE/volume/link"
  add_mounts <<<'/volume - volume bind'
  serve
  local way up=../../../../../../../../../../../../../../../../../../../..
  for way in /etc/passwd ../../etc/passwd "$up/etc/passwd" "%2e%2e/%2e%2e/etc/passwd" \
    "$up/proc/1/root/etc/passwd" "/proc/1/root/$up/etc/passwd" "/proc/self/root/etc/passwd" \
    "/proc/self/cwd/$up/etc/passwd" "/proc/1/cwd/$up/etc/passwd" "/volume/$up/etc/passwd" /volume/link; do
    expect_equal "$(visit "$way")" '200 passwd of A' "$way"
  done
  for way in "$BATS_TEST_TMPDIR/neighbour/rootfs/etc/passwd" "$up$BATS_TEST_TMPDIR/neighbour/rootfs/etc/passwd" \
    "/volume/../../neighbour/rootfs/etc/passwd" "/proc/1/root$BATS_TEST_TMPDIR/neighbour/rootfs/etc/passwd" \
    "/dev/fd/0/$up$BATS_TEST_TMPDIR/neighbour/rootfs/etc/passwd" "/proc/1/fd/3/etc/passwd"; do
    expect_equal "$(visit "$way")" '404 ' "$way"
  done
}

# B's file on a volume that both can reach.
share_volume() {
  mkdir "$BUNDLE/volume" "$BUNDLE/rootfs/volume"
  echo 'secret of B' >"$BUNDLE/volume/secret"
  chmod -R 777 "$BUNDLE/volume"
  add_mounts <<<"/volume - volume bind$1"
}

@test "traversal: without labels a shared volume gives B's file away" {
  make_server
  share_volume ''
  serve
  expect_equal "$(visit ../../volume/secret)" '200 secret of B'
}

@test "traversal: with SELinux it is 403, and on record" {
  [ -e /sys/fs/selinux/enforce ] || skip 'SELinux is not enabled (integration/vm/run selinux boots a guest where it is)'
  make_server
  share_volume ,z
  update_config '.annotations["dev.runtime.selinux"] = "auto:c0.c511"'
  cp --remove-destination /bin/busybox "$BUNDLE/rootfs/bin/busybox"
  serve
  # Everything on the volume is shared, but for what B has made.
  chcon system_u:object_r:container_file_t:s0:c600,c700 "$BUNDLE/volume/secret"
  dmesg -C
  expect_equal "$(visit ../../volume/secret)" '403 '
  expect_equal "$(visit /etc/passwd)" '200 passwd of A'
  wait_until is_on_record
}

is_on_record() { dmesg | grep -q 'avc: *denied .* name="secret" .*:container_t:.*:c600,c700 tclass=file'; }

@test "traversal: with an AppArmor profile it is 403, too" {
  [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] ||
    skip 'AppArmor is not enabled (integration/vm/run apparmor boots a guest where it is)'
  make_server
  share_volume ''
  apparmor_parser --replace --skip-cache <<'END'
profile runtime-web flags=(attach_disconnected) {
  file, capability, network, signal,
  deny /volume/** rw,
}
END
  update_config '.process.apparmorProfile = "runtime-web"'
  serve
  expect_equal "$(visit ../../volume/secret)" '403 '
}
