"""Scripts that complete commands, options and file names in a shell, made from the parser."""

import argparse
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dedup.cli.arguments.command_parser import CommandParser


class Option(NamedTuple):
    """An option of a command: its names, whether it takes a value, the values to choose from, its help."""

    names: list[str]
    takes_value: bool
    choices: list[str]
    help: str


class Completed(NamedTuple):
    """A command to complete: its words, such as ("index", "add"), what it does, and its options."""

    words: tuple[str, ...]
    help: str
    options: list[Option]


def script(shell: str, top: CommandParser) -> str:
    """The script for bash, zsh or fish."""
    render: dict[str, Callable[[list[Completed]], Iterator[str]]] = {
        "bash": _bash,
        "zsh": _zsh,
        "fish": _fish,
    }
    return "\n".join(render[shell]([*_commands(top, ())])) + "\n"


def _commands(parser: CommandParser, words: tuple[str, ...]) -> Iterator[Completed]:
    """The commands below a parser, those that have commands of their own among them."""
    action = next((a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)
    helps = {choice.dest: choice.help or "" for choice in action._choices_actions} if action else {}
    for name, command in parser.commands().items():
        yield Completed((*words, name), helps.get(name, ""), [*_options(command)])
        yield from _commands(command, (*words, name))


def _options(parser: CommandParser) -> Iterator[Option]:
    for action in parser._actions:
        choices = [*map(str, action.choices or [])] if not isinstance(action.choices, dict) else []
        if action.option_strings:
            text = re.sub(r"%\(default\)s", str(action.default), action.help or "").replace("%%", "%")
            yield Option([*action.option_strings], action.nargs != 0, choices, text)
        elif choices:
            yield Option([], True, choices, action.help or "")


def _below(commands: list[Completed], words: tuple[str, ...]) -> list[Completed]:
    """The commands right below these words."""
    return [command for command in commands if command.words[:-1] == words]


def _names(command: Completed) -> list[str]:
    return [name for option in command.options for name in option.names]


def _bash(commands: list[Completed]) -> Iterator[str]:
    yield "# bash completion of dedup"
    yield "_dedup() {"
    yield "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words"
    yield "    local command=${COMP_WORDS[1]} action=${COMP_WORDS[2]}"
    yield '    if ((COMP_CWORD == 1)); then command=""; fi'
    yield '    if ((COMP_CWORD == 2)); then action=""; fi'
    yield '    case "$before" in'
    for names, choices in _chosen(commands).items():
        reply = f'COMPREPLY=($(compgen -W "{" ".join(choices)}" -- "$word"))'
        yield f"        {'|'.join(names)}) {reply}; return ;;"
    yield "    esac"
    yield '    case "$command $action" in'
    for command in sorted(commands, key=lambda command: -len(command.words)):
        joined = " ".join(command.words)
        pattern = f'"{joined}"' if len(command.words) == 2 else f'"{joined} "*'
        below = [one.words[-1] for one in _below(commands, command.words)]
        values = [value for option in command.options if not option.names for value in option.choices]
        yield f'        {pattern}) words="{" ".join([*below, *values, *_names(command)])}" ;;'
    top = [command.words[-1] for command in _below(commands, ())]
    yield f'        *) words="{" ".join([*top, "--help", "--version"])}" ;;'
    yield "    esac"
    yield '    COMPREPLY=($(compgen -W "$words" -- "$word"))'
    yield '    if [[ $word != -* ]] && ((COMP_CWORD > 1)); then COMPREPLY+=($(compgen -f -- "$word")); fi'
    yield "}"
    yield "complete -o filenames -F _dedup dedup"


def _chosen(commands: list[Completed]) -> dict[tuple[str, ...], list[str]]:
    """The values to choose from, by the names of the option."""
    options = [option for command in commands for option in command.options]
    return {tuple(option.names): option.choices for option in options if option.names and option.choices}


def _zsh(commands: list[Completed]) -> Iterator[str]:
    yield "#compdef dedup"
    yield "_dedup() {"
    yield "    local -a commands options"
    yield "    case ${words[2]} in"
    for command in _below(commands, ()):
        yield f"        {command.words[0]})"
        if below := _below(commands, command.words):
            yield "            case ${words[3]} in"
            for action in below:
                yield f"                {action.words[-1]}) {_zsh_options(action)} ;;"
            yield f"                *) commands=({_zsh_names(below)}); _describe action commands ;;"
            yield "            esac ;;"
        else:
            yield f"            {_zsh_options(command)} ;;"
    yield f"        *) commands=({_zsh_names(_below(commands, ()))}); _describe command commands ;;"
    yield "    esac"
    yield "}"
    yield '_dedup "$@"'


def _zsh_names(commands: list[Completed]) -> str:
    return " ".join(_quoted(f"{command.words[-1]}:{command.help}") for command in commands)


def _zsh_options(command: Completed) -> str:
    """The call that completes the options and the files of a command."""
    parts = list[str]()
    for option in command.options:
        value = ""
        if option.takes_value:
            value = f":value:({' '.join(option.choices)})" if option.choices else ":value:_files"
        note = re.sub(r"[\[\]:]", " ", _short(option.help))
        parts += [_quoted(f"{name}[{note}]{value}") for name in option.names] or [_quoted(f"1{value}")]
    return f"shift 1 words; ((CURRENT--)); _arguments {' '.join(parts)} '*:file:_files'"


def _fish(commands: list[Completed]) -> Iterator[str]:
    yield "# fish completion of dedup"
    top = " ".join(command.words[0] for command in _below(commands, ()))
    for command in commands:
        *above, name = command.words
        others = " ".join(one.words[-1] for one in _below(commands, tuple(above)))
        when = f"__fish_seen_subcommand_from {' '.join(above)}; and " if above else ""
        condition = _quoted(f"{when}not __fish_seen_subcommand_from {others or top}")
        yield f"complete -c dedup -n {condition} -f -a {name} -d {_quoted(_short(command.help))}"
        seen = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.words)
        for option in command.options:
            yield f"complete -c dedup -n {_quoted(seen)} {_fish_option(option)}"


def _fish_option(option: Option) -> str:
    """The words of fish for an option, or for a word to choose."""
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
    values = [f"-a {_quoted(' '.join(option.choices))}"] if option.choices else []
    takes = ["-r"] if option.takes_value and option.names else []
    return " ".join([*names, *takes, *values, f"-d {_quoted(_short(option.help))}"])


def _short(help: str) -> str:
    """The first words of a help text."""
    return re.split(r"[;:(]", help)[0].strip()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
