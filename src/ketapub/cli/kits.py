"""Commands about people without git: send, receive."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ketapub.cli.arguments import Commands, add_date, as_path, folder, today
from ketapub.cli.terminal import CONTENT, OK, exit_code, say_problems, table
from ketapub.errors import Problem, UsageError, has_errors

if TYPE_CHECKING:
    from ketapub.kit import Change, Receipt, Returned, Signed
    from ketapub.language import Language
    from ketapub.project import Project

_WORDS = {
    "new": "translated",
    "changed": "changed",
    "ready": "no longer fuzzy",
    "checked": "checked, no longer a machine draft",
    "fuzzy": "arrives as fuzzy",
    "unsafe": "called unsafe: now fuzzy",
    "right": "called right",
    "newer": "the catalog is newer: kept as a comment",
    "comment": "comment",
}
_LONGEST = 70


def register(commands: Commands) -> None:
    """Add the commands."""
    send = commands.add("send", _send, "ketapub send ar --as sheet")
    send.add_argument("locale", metavar="LOCALE", help="language tag, such as es or zh-Hans")
    send.add_argument(
        "--as", dest="form", choices=("po", "xliff", "csv", "sheet"), default="po",
        help="gettext catalogs, XLIFF, tables, or one page to review on (default: po)",
    )  # fmt: skip
    send.add_argument(
        "--only", choices=("open", "critical", "all"), default="open",
        help="what is not done, what safety hangs on, or everything (default: open)",
    )  # fmt: skip
    send.add_argument(
        "--xliff", choices=("1.2", "2.1"), default="1.2", help="version of XLIFF (default: 1.2)"
    )
    send.add_argument(
        "--out", type=as_path, metavar="DIR", help="where the zip goes (default: kits/)"
    )
    receive = commands.add("receive", _receive, "ketapub receive ar.zip")
    receive.add_argument(
        "file", nargs="+", type=as_path, metavar="FILE", help=".zip, .po, .xlf or .csv, of any name"
    )
    receive.add_argument("--yes", action="store_true", help="write without asking")
    add_date(receive)


def _send(options: argparse.Namespace) -> int:
    from ketapub.files import write_atomic
    from ketapub.kit import make_kit
    from ketapub.project import load_project

    project = load_project(folder(options))
    language = _language(project, options.locale)
    newer = options.form == "xliff" and options.xliff == "2.1"
    kit = make_kit(project, language, "xliff2" if newer else options.form, options.only)
    say_problems(kit.problems)
    if not kit.messages:
        print(f"nothing to do in {language.tag}; --only all sends everything")
        return exit_code(kit.problems)
    table(
        ("file", "new", "changed", "drafts", "done", "repeated"),
        [(c.domain, c.new, c.changed, c.draft, c.done, c.repeated) for c in kit.counts],
    )
    path = (options.out or project.folder / "kits") / f"{kit.name}.zip"
    data = kit.data
    write_atomic(path, data)
    print(f"\n{kit.messages} messages, {len(kit.files)} files, {len(data) // 1024 + 1} kB: {path}")
    return exit_code(kit.problems)


def _language(project: Project, tag: str) -> Language:
    known = {language.tag.lower(): language for language in project.translated}
    found = known.get(tag.replace("_", "-").lower())
    if found is None:
        hint = f"one of {', '.join(sorted(language.tag for language in project.translated))}"
        raise UsageError(Problem(tag, 0, "this publication has no such language", hint))
    return found


def _receive(options: argparse.Namespace) -> int:
    from ketapub.files import read_bytes
    from ketapub.kit import read_returned, receive
    from ketapub.project import LOCALE, load_project

    project, day = load_project(folder(options)), today(options)
    returned: list[Returned] = []
    problems: list[Problem] = []
    for path in options.file:
        files, found = read_returned(read_bytes(path), path.name)
        returned += files
        problems += found
    receipt = receive(project, returned, day)
    problems += receipt.problems
    _say_receipt(receipt)
    say_problems(problems)
    if not receipt.texts:
        print("nothing to write")
    elif options.yes:
        _write(project, receipt)
    elif not _agreed(receipt):
        print("nothing was written (--yes writes)")
    elif receive(load_project(project.folder), returned, day) == receipt:
        _write(project, receipt)
    else:
        what = "the catalogs have changed while this waited: nothing was written"
        problems.append(Problem(LOCALE.as_posix(), 0, what, "take the files in again"))
        say_problems(problems[-1:])
    return CONTENT if has_errors(problems) else OK


def _write(project: Project, receipt: Receipt) -> None:
    from ketapub.files import write_atomic

    for path, text in receipt.texts.items():
        write_atomic(project.folder / path, text.encode())
        print(f"written  {path}")


def _agreed(receipt: Receipt) -> bool:
    """Whether somebody at a terminal says yes."""
    if not sys.stdin.isatty():
        return False
    names = dict.fromkeys(each.reviewer.name for each in receipt.signed if each.new)
    what = f"this, and the reviews in the name of {', '.join(names)}" if names else "this"
    return input(f"write {what}? [y/N] ").strip().lower() in {"y", "yes"}


def _say_receipt(receipt: Receipt) -> None:
    for change in receipt.changes:
        print("\n".join(_tell(change)))
    sums: dict[str, dict[str, int]] = {}
    for change in receipt.changes:
        kinds = sums.setdefault(change.path, {})
        kinds[change.kind] = kinds.get(change.kind, 0) + 1
    shown = [kind for kind in _WORDS if any(kind in kinds for kinds in sums.values())]
    if sums:
        print()
        table(
            ("catalog", *(_WORDS[kind] for kind in shown)),
            [(path, *(kinds.get(kind, 0) for kind in shown)) for path, kinds in sums.items()],
        )
    print(f"{receipt.same} messages came back as they are here")
    for signed in receipt.signed:
        print("\n".join(_tell_signed(signed)))


def _tell_signed(signed: Signed) -> Iterator[str]:
    who = signed.reviewer
    count = f"{signed.texts} text{'' if signed.texts == 1 else 's'}"
    yield f"{who.name} ({who.role}, {who.day}) calls {count} right"
    left = signed.texts - signed.new - signed.known
    yield f"  new reviews for {signed.path}: {signed.new}"
    if signed.known:
        yield f"  reviews that stand there already: {signed.known}"
    if left:
        yield f"  not signed, since another text stands or a check refuses it: {left}"


def _tell(change: Change) -> Iterator[str]:
    yield f"{change.path}:{change.line}: {_WORDS[change.kind]}: {_short(change.msgid)}"
    for reason in change.why:
        yield f"  because: {reason}"
    if change.new != change.old:
        for old in filter(None, change.old):
            yield f"  - {_short(old)}"
        for new in change.new:
            yield f"  + {_short(new)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
