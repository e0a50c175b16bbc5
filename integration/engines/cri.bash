# shellcheck shell=bash
# What the suites of containerd's CRI plugin have in common: pods and their containers, made by the program
# cri, with logs and the interface's description in $WORK.

needs_cri() {
  needs containerd ctr protoc
  /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || skip 'python3-grpcio and python3-protobuf are not installed'
}

prepare_cri() {
  export CONTAINERD_NAMESPACE=k8s.io
  mkdir "$WORK/logs"
  protoc --proto_path "${BASH_SOURCE[0]%/*}" --descriptor_set_out="$WORK/descriptors" cri.proto
}

cri() { "${BASH_SOURCE[0]%.bash}" "$CONTAINERD_ADDRESS" "$WORK/descriptors" "$@"; }

# start_pod [JSON]: with this in its configuration. Its id is in $pod.
start_pod() {
  local handler=runtime
  [[ $ENGINE_RUNTIME != *runc ]] || handler=runc
  POD=$(jq -nc --arg logs "$WORK/logs" --argjson more "${1:-"{}"}" '{metadata: {name: "pod", uid: "pod", namespace: "default"},
    hostname: "there", log_directory: $logs, linux: {}} * $more')
  pod=$(cri RunPodSandbox "{\"config\": $POD, \"runtime_handler\": \"$handler\"}" | jq -r .pod_sandbox_id)
  [ -n "$pod" ] || exit 0
}
end_pod() {
  cri StopPodSandbox "{\"pod_sandbox_id\": \"$pod\"}"
  cri RemovePodSandbox "{\"pod_sandbox_id\": \"$pod\"}"
}

# start NAME JSON COMMAND…: a container of the pod, with this in its configuration. Its id is in $container.
start() {
  local name=$1 more=$2 config
  shift 2
  rm -f "$WORK/logs/$name"
  config=$(jq -nc --arg name "$name" --argjson more "$more" '{metadata: {name: $name}, log_path: $name,
    image: {image: "example.org/box:latest"}, command: $ARGS.positional} * $more' --args -- "$@")
  container=$(cri CreateContainer "{\"pod_sandbox_id\": \"$pod\", \"config\": $config, \"sandbox_config\": $POD}" | jq -r .container_id)
  [ -n "$container" ] || exit 0
  cri StartContainer "{\"container_id\": \"$container\"}"
}
status_of() { cri ContainerStatus "{\"container_id\": \"$container\"}" | jq -c '.status | {state, exit_code, reason}'; }
has_exited() { status_of | grep -q EXITED; }
# Without the times; first what it said on standard error.
log_of() { cut -d" " -f2- "$WORK/logs/$1" | sort --stable --key 1,1; }
# in_container JSON COMMAND…: one that ends by itself; what it says, and how it ends.
in_container() {
  start one "$@"
  wait_until has_exited
  log_of one
  status_of
  cri RemoveContainer "{\"container_id\": \"$container\"}"
}
# exec_sync COMMAND…: in the container that was started last.
exec_sync() {
  cri ExecSync "$(jq -nc --arg id "$container" '{container_id: $id, timeout: 30, cmd: $ARGS.positional}' --args -- "$@")" |
    jq -r '"\(.stdout | @base64d)\(.stderr | @base64d)exit \(.exit_code)"'
}
