# bash completion for runtime. It asks the program itself, so it never lags behind it.

_runtime_words() { # the commands, or the options, in a --help text
  case $1 in
    commands) sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' ;;
    options) grep -o -- '--[a-z0-9-]*' | sort -u ;;
  esac
}

# What the words before the cursor say: root, command, helps (the command is `help`), and asked, the option
# whose value the word at the cursor is. All are the caller's.
_runtime_read() {
  local i option value
  for ((i = 1; i < COMP_CWORD; i++)); do
    option=${COMP_WORDS[i]}
    if [[ $option == help && ${#command[@]} == 0 ]]; then
      helps=true
      continue
    elif [[ $option != -* ]]; then
      command+=("$option")
      # Commands below another are two words.
      [[ ${command[*]} == @(seccomp|network) ]] || return
      continue
    fi
    # Of one dash or two.
    option=${option#-} option=--${option#-}
    if [[ $option == *=* ]]; then
      value=${option#*=} option=${option%%=*}
    elif [[ ${COMP_WORDS[i + 1]} == = ]]; then
      # So bash splits --option=value.
      ((i += 2))
      value=${COMP_WORDS[i]-}
    else
      case $option in
        --root | --log | --log-format | --log-level | --cgroup-manager | --criu | --trace) ((++i)) ;;
        --rootless) ((i + 1 == COMP_CWORD)) || [[ ${COMP_WORDS[i + 1]} != @(auto|true|false) ]] || ((++i)) ;;
      esac
      value=${COMP_WORDS[i]}
    fi
    if ((i >= COMP_CWORD)); then
      asked=$option
    elif [[ $option == --root ]]; then
      root=(--root "$value")
    fi
  done
}

_runtime_values() { # of an option; none if they are files
  case $1 in
    --log-format) echo text json ;;
    --log-level) echo error warning debug ;;
    --cgroup-manager) echo cgroupfs systemd disabled ;;
    --rootless) echo auto true false ;;
  esac
}

_runtime() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} helps='' asked='' candidates
  local -a root=() command=()
  _runtime_read
  if [[ -n $asked ]]; then
    [[ $word != = ]] || word=''
    candidates=$(_runtime_values "$asked")
  elif [[ $word == -* ]]; then
    candidates=$("$program" "${command[@]}" --help 2>/dev/null | _runtime_words options)
  elif ((${#command[@]} == 0)) || [[ ${command[*]} == @(seccomp|network) ]]; then
    candidates=$("$program" "${command[@]}" --help 2>/dev/null | _runtime_words commands)
  elif [[ -z $helps ]]; then
    case ${command[*]} in
      exec | start | state | ps | stats | events | kill | pause | resume | update | checkpoint | delete | \
        'seccomp record')
        candidates=$("$program" "${root[@]}" list -q 2>/dev/null)
        ;;
    esac
  fi
  # None: a folder or a file, by bash's own completion.
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$word")
}

complete -o default -F _runtime runtime
