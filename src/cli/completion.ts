/** Scripts that complete the words of `kopt` in a shell: static, made from the tree of commands, and calling nothing. */
import type { Command } from 'commander'
import { singleQuoted } from '../base/shell-word.js'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

interface Flag {
  /** With its dashes. */
  readonly names: readonly string[]
  readonly about: string
  /** Whether a word follows that is its value. */
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

interface Verb {
  /** The words behind `kopt`, such as ['gan', 'train']; none for kopt itself. */
  readonly words: readonly string[]
  readonly verbs: readonly { readonly name: string; readonly about: string }[]
  /** What its arguments may be; none where they are files. */
  readonly choices: readonly string[]
  readonly flags: readonly Flag[]
}

/** The script for a program all of whose verbs are defined. */
export function completionScript(shell: Shell, program: Command): string {
  const tree = verbsOf(program, [])
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](tree)
}

function verbsOf(command: Command, words: readonly string[]): Verb[] {
  const below = command.commands.filter((one) => one.name() !== 'help')
  const everywhere = words.length === 0 ? [] : rootOf(command).options.filter(({ long }) => long !== '--version')
  const flags = [...command.options, ...everywhere].map(
    ({ short, long, description, required, optional, argChoices }): Flag => ({
      names: [short, long].filter((name) => name !== undefined),
      about: firstClause(description),
      takesValue: required || optional,
      choices: argChoices ?? [],
    }),
  )
  const help = { names: ['-h', '--help'], about: 'print help', takesValue: false, choices: [] }
  return [
    {
      words,
      verbs: below.map((one) => ({ name: one.name(), about: one.summary() || firstClause(one.description()) })),
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      flags: [...flags, help],
    },
    ...below.flatMap((one) => verbsOf(one, [...words, one.name()])),
  ]
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}

/** A line of a menu has room for one. */
function firstClause(text: string): string {
  const [first = ''] = text.replace(/\s+/g, ' ').split(/[;(.:](?:\s|$)/)
  return first.trim()
}

const placeOf = ({ words }: Verb) => words.join(' ')

/** Patterns of a case that walks down the verbs: where one is, and the next word. */
function steps(tree: readonly Verb[]): string {
  return tree.flatMap((verb) => verb.verbs.map(({ name }) => singleQuoted([...verb.words, name].join(' ')))).join('|')
}

function bashScript(tree: readonly Verb[]): string {
  const valued = tree.flatMap((verb) =>
    verb.flags
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) => {
        const patterns = names.map((name) => singleQuoted(`${placeOf(verb)}:${name}`)).join('|')
        return `    ${patterns}) ${choices.length > 0 ? `COMPREPLY=($(compgen -W ${singleQuoted(choices.join(' '))} -- "$cur"))` : ':'}; return ;;`
      }),
  )
  const offered = tree.map((verb) => {
    const words = [...verb.verbs.map(({ name }) => name), ...verb.choices].join(' ')
    const flags = verb.flags.flatMap(({ names }) => names).join(' ')
    return `    ${singleQuoted(placeOf(verb))}) words=${singleQuoted(words)} flags=${singleQuoted(flags)} ;;`
  })
  return `# Completion of kopt in bash. In ~/.bashrc: eval "$(kopt completion bash)"
_kopt() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at= next words flags i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${at:+$at }\${COMP_WORDS[i]}"
    case "$next" in
      ${steps(tree)}) at=$next ;;
    esac
  done
  COMPREPLY=()
  case "$at:$before" in
${valued.join('\n')}
  esac
  case "$at" in
${offered.join('\n')}
  esac
  [[ $cur == -* ]] && words=$flags
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _kopt kopt
`
}

function zshScript(tree: readonly Verb[]): string {
  // A colon parts a word from what is said of it.
  const entry = (name: string, about: string) =>
    singleQuoted(about === '' ? name : `${name}:${about.replaceAll(':', ' ')}`)
  const valued = tree.flatMap((verb) =>
    verb.flags
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) => {
        const patterns = names.map((name) => singleQuoted(`${placeOf(verb)}:${name}`)).join('|')
        return `    (${patterns}) ${choices.length > 0 ? `compadd -- ${choices.map(singleQuoted).join(' ')}` : '_files'}; return ;;`
      }),
  )
  const offered = tree.map((verb) => {
    const words = [
      ...verb.verbs.map(({ name, about }) => entry(name, about)),
      ...verb.choices.map((choice) => entry(choice, '')),
    ]
    const flags = verb.flags.flatMap(({ names, about }) => names.map((name) => entry(name, about)))
    const list = (entries: readonly string[]) => entries.map((one) => `\n      ${one}`).join('')
    return `    (${singleQuoted(placeOf(verb))})\n      offered=(${list(words)})\n      flags=(${list(flags)})\n      ;;`
  })
  return `#compdef kopt
# Completion of kopt in zsh. In ~/.zshrc, behind compinit: eval "$(kopt completion zsh)"
_kopt() {
  local at= next i
  local -a offered flags
  for ((i = 2; i < CURRENT; i++)); do
    next="\${at:+$at }\${words[i]}"
    case "$next" in
      (${steps(tree)}) at=$next ;;
    esac
  done
  case "$at:\${words[CURRENT-1]}" in
${valued.join('\n')}
  esac
  case "$at" in
${offered.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option flags
  elif (( \${#offered} )); then _describe word offered
  else _files
  fi
}
compdef _kopt kopt
`
}

function fishScript(tree: readonly Verb[]): string {
  const lines = tree.flatMap((verb) => {
    const verbs = verb.verbs.map(({ name }) => name).join(' ')
    const seen = verb.words.map((word) => `__fish_seen_subcommand_from ${word}`)
    const within = seen.length > 0 ? seen.join('; and ') : 'true'
    const first = verbs === '' ? within : `${within}; and not __fish_seen_subcommand_from ${verbs}`
    return [
      ...verb.verbs.map(
        ({ name, about }) =>
          `complete -c kopt -n ${singleQuoted(first)} -f -a ${singleQuoted(name)} -d ${singleQuoted(about)}`,
      ),
      ...verb.choices.map((choice) => `complete -c kopt -n ${singleQuoted(within)} -f -a ${singleQuoted(choice)}`),
      ...verb.flags.map(({ names, about, takesValue, choices }) => {
        const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
        const value = choices.length > 0 ? ` -x -a ${singleQuoted(choices.join(' '))}` : takesValue ? ' -r' : ''
        return `complete -c kopt -n ${singleQuoted(first)} ${forms.join(' ')}${value} -d ${singleQuoted(about)}`
      }),
    ]
  })
  return `# Completion of kopt in fish: kopt completion fish > ~/.config/fish/completions/kopt.fish\n${lines.join('\n')}\n`
}
