/** `kopt completion`: a script that completes verbs and options in a shell. */
import { Argument, type Command } from 'commander'
import { shownLines } from '../../base/shown.js'
import type { Outside } from '../command.js'
import { completionScript, type Shell, shells } from '../completion.js'
import { examples } from '../options.js'

export function define(command: Command, { result }: Outside): void {
  command
    .description(
      'Prints a script that completes verbs, options and their values in a shell. It is static and calls nothing.',
    )
    .addArgument(new Argument('<shell>', 'of which shell').choices(shells))
    .action((shell: Shell) => {
      const script = completionScript(shell, command.parent as Command)
      result({ shell, script }, () => shownLines(script.trimEnd().split('\n')))
    })
  examples(command, [
    ['In fish', 'kopt completion fish > ~/.config/fish/completions/kopt.fish'],
    ['In bash: this line in ~/.bashrc', 'eval "$(kopt completion bash)"'],
    ['In zsh: this line in ~/.zshrc, behind compinit', 'eval "$(kopt completion zsh)"'],
  ])
}
