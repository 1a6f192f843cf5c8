# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Completion of plumb for bash: verbs, the options of each, folders and files where they belong.

_plumb() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local verbs="init commit get dump root prove-key verify-key log audit-log verify recover
    checkpoint audit bench check crash prove trace"
  local options="--json --quiet --help"
  COMPREPLY=()

  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$verbs --help --version" -- "$word")
    return
  fi
  case $before in
    --mode)
      mapfile -t COMPREPLY < <(compgen -W "sync" -- "$word")
      return
      ;;
    --backend)
      mapfile -t COMPREPLY < <(compgen -W "native" -- "$word")
      return
      ;;
    --from | --proof | --out)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  case ${COMP_WORDS[1]} in
    init) options+=" --mode --backend --checkpoint-every --checkpoint-bytes --segment-bytes" ;;
    commit) options+=" --delete --id --from --threads --hex" ;;
    get) options+=" --hex" ;;
    prove-key) options+=" --out --hex" ;;
    verify-key) options+=" --proof --hex" ;;
    audit-log) options+=" --verify" ;;
    verify) options+=" --at-least" ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  fi
}

complete -o filenames -F _plumb plumb
