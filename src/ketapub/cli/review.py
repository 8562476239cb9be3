"""The command that walks a person through a review in the terminal, message by message."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_date, folder, known, today
from ketapub.cli.terminal import OK, paint
from ketapub.errors import Problem, UsageError

if TYPE_CHECKING:
    from ketapub.catalog import Role
    from ketapub.language import Language
    from ketapub.project import Project
    from ketapub.review import Item, Queue, Reviewer

_ROLES: dict[Role, str] = {
    "language": "you read the language well and judge whether the text says what the source says",
    "clinical": "you are a clinician and judge whether the text is medically right",
    "community": "the text is meant for people like you, and you judge whether it is clear and kind",
}
_KEYS = "[r]ight  [c]hange  [u]nsafe  [s]kip  [q]uit"
_SOURCE_KEYS = "[r]ight  [s]kip  [q]uit"


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add(
        "review",
        _review,
        "ketapub review es",
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("locale", nargs="?", metavar="LOCALE", help="the language, such as zh_Hans")
    what.add_argument("--source", action="store_true", help="review the source text itself")
    command.add_argument("--role", choices=tuple(_ROLES), help="as what you review")
    command.add_argument("--by", metavar="NAME", help="your name or initials, as to be published")
    command.add_argument("--only", choices=("critical",), help="only what safety hangs on")
    add_date(command)


def _review(options: argparse.Namespace) -> int:
    from ketapub.project import load_project
    from ketapub.review import make_queue

    project = load_project(folder(options))
    language = _language(project, options)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hint = "run it in a terminal: a review is what a person says who reads each message"
        raise UsageError(Problem("review", 0, "there is nobody here to review", hint))
    try:
        reviewer = _ask_reviewer(project, language, options)
        if reviewer is None:
            print("Nothing was recorded.")
            return OK
        queue = make_queue(project, language, reviewer.role, options.only == "critical")
        return _walk(project, language, reviewer, queue)
    except EOFError:
        print("\nStopped. What you have signed is kept; the same command goes on from here.")
        return OK


def _language(project: Project, options: argparse.Namespace) -> Language:
    source = project.publication.source
    if options.source:
        return source
    tags = {lang.tag: lang for lang in project.translated}
    return tags[known((options.locale or "",), set(tags), "review")[0]]


def _ask_reviewer(
    project: Project, language: Language, options: argparse.Namespace
) -> Reviewer | None:
    """Who reviews. None unless the person agrees that the name is published."""
    from ketapub.catalog import reviewer_name
    from ketapub.project import ledger_path
    from ketapub.review import Reviewer

    file = ledger_path(project, language).as_posix()
    role: Role = options.role or _ask_role()
    print(f"You review as {paint(role, '1', sys.stdout)}: {_ROLES[role]}.")
    print(f"\nEach text that you find right is written into {file} with your name or initials")
    print("and the date. That file is public and stays so: everybody can read it.")
    name = options.by or _ask("Your name or initials, as they may stand there (empty: stop): ")
    if not name.strip():
        return None
    try:
        name = reviewer_name(name)
    except ValueError as error:
        raise UsageError(Problem("--by", 0, str(error), "write your name or initials")) from None
    agreed = _ask(f"Do you agree that “{name}” is published with your reviews? Type yes or no: ")
    return Reviewer(name, role, today(options)) if agreed.strip().lower() == "yes" else None


def _ask_role() -> Role:
    print("As what do you review?")
    for role, text in _ROLES.items():
        print(f"  {role:<10} {text}")
    while True:
        answer = _ask("language, clinical or community: ").strip().lower()
        found = [role for role in _ROLES if role.startswith(answer)]
        if len(found) == 1:
            return found[0]


def _walk(project: Project, language: Language, reviewer: Reviewer, queue: Queue) -> int:
    if queue.waiting:
        print(
            f"\n{queue.waiting} messages are not ready to be reviewed (ketapub status tells why)."
        )
    if queue.done:
        print(f"{queue.done} were reviewed before.")
    signed = 0
    for number, item in enumerate(queue.items, 1):
        answer = _one(project, language, reviewer, item, f"{number}/{len(queue.items)}")
        if answer == "q":
            break
        signed += answer == "r"
    left = len(queue.items) - signed
    print(f"\n{signed} signed, {left} left. " + _goodbye(left))
    return OK


def _goodbye(left: int) -> str:
    return "The same command goes on from here." if left else "Nothing is left: thank you."


def _one(project: Project, language: Language, reviewer: Reviewer, item: Item, number: str) -> str:
    """Show one message until the person has decided: `r`, `u`, `s` or `q`."""
    from ketapub.catalog import StaleError
    from ketapub.review import approve, call_unsafe, change

    is_source = language == project.publication.source
    while True:
        _show(project, language, item, number)
        answer = _ask(f"{_SOURCE_KEYS if is_source else _KEYS}: ").strip().lower()[:1]
        try:
            if answer == "r":
                approve(project, language, item, reviewer)
                return answer
            if answer in {"s", "q"}:
                return answer
            if answer in {"c", "u"} and not is_source and not item.own:
                print(f"This text comes from {item.text.path}: change it there.")
            elif answer == "c" and not is_source:
                new = _ask_text(project, language, item)
                item = change(project, item, new) if new else item
            elif answer == "u" and not is_source:
                comment = _ask("What is wrong with it? For the translator (empty: back): ").strip()
                if comment:
                    call_unsafe(project, item, reviewer, comment)
                    return answer
        except StaleError:
            print(f"{item.text.path} has changed while you were reading; nothing was written.")
            return "s"


def _show(project: Project, language: Language, item: Item, number: str) -> None:
    from ketapub.review import judge

    text, is_source = item.text, language == project.publication.source
    print(f"\n{paint(number, '1', sys.stdout)}  {item.place}")
    for note in item.message.notes:
        print(f"  note: {note}")
    print(f"  {text.path}:{text.line}")
    for name, forms in (("source", item.message.forms), ("translation", text.msgstr)):
        if name == "source" or not is_source:
            for form in forms:
                print(f"\n  {paint(name, '36', sys.stdout)}: {form}")
    findings = () if is_source else judge(project, language, item, text.msgstr)
    checks = "; ".join(finding.message for finding in findings) or "all passed"
    print("" if is_source else f"\n  checks: {checks}")
    if item.draft:
        print("  a machine's draft: nobody has changed it yet")


def _ask_text(project: Project, language: Language, item: Item) -> tuple[str, ...] | None:
    """The new translation, one that no blocking check refuses; None: leave it as it is."""
    from ketapub.review import judge

    forms = []
    for number, _ in enumerate(item.text.msgstr):
        which = f" (plural form {number})" if len(item.text.msgstr) > 1 else ""
        answer = _ask(f"Your text{which} (empty: back): ").strip()
        if not answer:
            return None
        forms.append(answer)
    findings = judge(project, language, item, tuple(forms))
    for finding in findings:
        print(f"  {finding.message}\n    hint: {finding.hint}")
    refused = any(finding.severity == "error" for finding in findings)
    return None if refused else tuple(forms)


def _ask(question: str) -> str:
    return input(question)
