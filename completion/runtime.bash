# bash completion for runtime. It asks the program itself, so it never lags behind it.

_runtime_words() { # the commands, or the options, in a --help text
  case $1 in
    commands) sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' ;;
    options) grep -o -- '--[a-z-]*' | sort -u ;;
  esac
}

_runtime_root() { # --root as given on the line so far
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --root) printf '%s\n' --root "${COMP_WORDS[i + 1]}" ;;
      --root=*) printf '%s\n' "${COMP_WORDS[i]}" ;;
    esac
  done
}

_runtime() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} i
  local -a root command=()
  mapfile -t root < <(_runtime_root)
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --root | --log | --log-format | --log-level | --cgroup-manager | --criu | --trace) ((i++)) ;;
      -*) ;;
      *)
        command+=("${COMP_WORDS[i]}")
        # Commands below another are two words.
        [[ ${command[*]} == @(seccomp|network) ]] || break
        ;;
    esac
  done
  local candidates
  if [[ $word == -* ]]; then
    candidates=$("$program" "${command[@]}" --help 2>/dev/null | _runtime_words options)
  elif ((${#command[@]} == 0)) || [[ ${command[*]} == @(seccomp|network) ]]; then
    candidates=$("$program" "${command[@]}" --help 2>/dev/null | _runtime_words commands)
  else
    case ${command[*]} in
      exec | start | state | ps | stats | events | kill | pause | resume | update | checkpoint | delete | \
        'seccomp record')
        candidates=$("$program" "${root[@]}" list -q 2>/dev/null)
        ;;
      *) return ;; # a folder or a file: bash's own completion
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$word")
}

complete -o default -F _runtime runtime
