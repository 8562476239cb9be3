"""Turn a revision of git into the project's files as they were then. Asks git, as a process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from ketapub.catalog import find_altered, read_po
from ketapub.errors import KetapubError, MachineError, Problem, UsageError
from ketapub.files import decode, read_text
from ketapub.project import Project, catalog_path, template_path


def check_msgids(project: Project, revision: str) -> tuple[Problem, ...]:
    """The msgids that a person altered in templates and catalogs since a revision.

    Compared are the files on disk with those of the commit where this branch left `revision`.
    Raises UsageError where git does not know the revision, MachineError where git is missing.
    """
    commit = _fork_point(project.folder, revision)
    fixed = not _changed(project.folder, commit, "source", "templates")
    there = set(_paths_at(project.folder, commit, "locale"))
    problems: list[Problem] = []
    for domain, messages in project.messages.items():
        wanted = {message.key for message in messages}
        paths = [catalog_path(language.locale, domain) for language in project.translated]
        for path in (template_path(domain), *paths):
            name = path.as_posix()
            if name not in there or not (project.folder / path).is_file():
                continue
            try:
                old = read_po(decode(_text_at(project.folder, commit, name), name), name)
                new = read_po(read_text(project.folder / path, name), name)
            except KetapubError:
                continue  # not UTF-8: reported where the catalogs are read
            problems.extend(find_altered(old, new, wanted, sources_fixed=fixed))
    return tuple(problems)


def _fork_point(folder: Path, revision: str) -> str:
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = _git(folder, *verify)
    if commit is None:
        hint = "name a branch, a tag or a commit that this clone has, such as origin/main"
        raise UsageError(Problem(f"--base {revision}", 0, "git knows no such revision here", hint))
    # a shallow clone does not reach back to where the branches parted
    fork = _git(folder, "merge-base", commit.decode().strip(), "HEAD")
    return (fork or commit).decode().strip()


def _changed(folder: Path, commit: str, *folders: str) -> bool:
    """Whether anything below the folders is not what it was, new files included."""
    changed = _git(folder, "diff", "--name-only", commit, "--", *folders)
    new = _git(folder, "ls-files", "--others", "--exclude-standard", "--", *folders)
    return bool(changed or new)


def _paths_at(folder: Path, commit: str, below: str) -> Iterator[str]:
    listed = _git(folder, "ls-tree", "-r", "-z", "--name-only", commit, "--", below) or b""
    return (path.decode("utf-8", "replace") for path in listed.split(b"\0"))


def _text_at(folder: Path, commit: str, path: str) -> bytes:
    return _git(folder, "cat-file", "blob", f"{commit}:./{path}") or b""


def _git(folder: Path, *words: str) -> bytes | None:
    """What git says; None when it fails."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError as error:
        hint = "install it, or leave --base out"
        raise MachineError(Problem("git", 0, "git is not installed", hint)) from error
    return done.stdout if done.returncode == 0 else None
