#!/usr/bin/env bats
# Many who use the same containers at once (R-11 of security.md): for $MODEL_SECONDS 32 workers run
# random commands on 100 containers, and a model of the life cycle judges what came of it
# (tools/model.cpp). A run is made again with its MODEL_SEED.
load ../helpers

@test "R-11: 32 workers, 100 containers: every outcome is one that some order explains" {
  needs_tool MODEL
  local seed=${MODEL_SEED:-$RANDOM}
  set_program sleep 1000
  echo "# seed $seed" >&3
  try "$MODEL" "${MODEL_SECONDS:-40}" "$seed" "$RUNTIME" "$ROOT" "$BUNDLE" "$ID"
  sed 's/^/# /' <<<"$stdout" >&3
  [ "$status" = 0 ] || fail "with MODEL_SEED=$seed: status $status, $stderr
$(grep -A 40 '^finding' <<<"$stdout")"
}
