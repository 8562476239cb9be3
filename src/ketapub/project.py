"""Turn a project folder into all that a build starts from: publication, regions, articles, texts.

The edge where the inputs are read. One bad file is one entry in `problems` and costs only what
depends on it (law 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ketapub.article import Article, parse_article
from ketapub.catalog import (
    Catalog,
    Drafts,
    Ledger,
    Translations,
    build_translations,
    make_ledger,
    read_drafts,
    read_ledger,
    read_po,
    source_translations,
)
from ketapub.check import (
    NO_GLOSSARY,
    STRICT,
    WAIVABLE,
    Glossary,
    Setting,
    Waivers,
    check_choices,
    check_entry,
    check_pictures,
    check_source,
    parse_glossary,
    read_waivers,
)
from ketapub.edition import Texts
from ketapub.errors import KetapubError, Problem, UsageError
from ketapub.files import digest, package_folder, read_text, tree_digest
from ketapub.language import TEST_TAGS, Language, parent_tags, parse_language, usual_tag
from ketapub.message import Message, unite
from ketapub.print_format import PrintFormat, load_formats
from ketapub.publication import Publication, parse_publication
from ketapub.region import Regions, helpline_messages, load_regions, numbers_of
from ketapub.templates import find_templates, format_messages, template_messages
from ketapub.withdrawal import Withdrawal, read_withdrawals

TEMPLATES = "ketapub"
HELPLINES = "helplines"
SOURCE = Path("source")
LOCALE = Path("locale")

_GLOSSARY = "source/glossary.toml"
WITHDRAWN = Path("source/withdrawn.toml")
_DENY_LIST = "source/regions/retired.toml"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Project:
    """Everything read from one project folder."""

    folder: Path
    publication: Publication
    regions: Regions
    articles: Mapping[str, Article]
    """By slug, sorted."""
    templates: Mapping[str, Path]
    formats: Mapping[str, PrintFormat]
    """Every print format that there is; the publication names those that are printed."""
    messages: Mapping[str, tuple[Message, ...]]
    """By domain: the articles' slugs, then `ketapub` and `helplines`."""
    problems: tuple[Problem, ...]
    glossary: Glossary = NO_GLOSSARY
    withdrawals: tuple[Withdrawal, ...] = ()
    """Texts that are taken back."""

    begun: tuple[Language, ...] = ()
    """Languages with catalogs and no edition yet: updated like others, and nothing waits for them."""

    @property
    def translated(self) -> tuple[Language, ...]:
        """Every language that somebody translates into."""
        return (*self.locales, *self.begun)

    @property
    def locales(self) -> tuple[Language, ...]:
        """The published languages that have catalogs: all but the source."""
        source = self.publication.source
        return tuple(lang for lang in self.publication.languages if lang != source)


def load_project(folder: Path) -> Project:
    """Read `source/` and `templates/`. Raises UsageError where there is no publication."""
    publication, regions, problems = load_help(folder)
    templates = find_templates(folder)
    formats = load_formats(templates)
    articles, found = _load_articles(folder)
    problems += found
    messages: dict[str, tuple[Message, ...]] = {s: a.messages for s, a in articles.items()}
    labels = format_messages(formats.values())
    messages[TEMPLATES] = unite((*template_messages(templates), *labels))
    messages[HELPLINES] = helpline_messages(
        regions,
        [code for code, _ in publication.editions],
        has_treatment=bool(publication.print_treatment),
    )
    found = _check_sources(publication, regions, articles, messages)
    _refuse_templates(found)
    problems += found
    faulty = {problem.path for problem in found}
    sound = {code: each for code, each in regions.regions.items() if each.path not in faulty}
    regions = replace(regions, regions=sound)
    glossary, found = _load_glossary(folder)
    problems += found
    return Project(
        folder,
        publication,
        regions,
        articles,
        templates,
        formats,
        messages,
        problems,
        glossary,
        _load_withdrawals(folder, publication, articles),
        tuple(_find_begun(folder, publication)),
    )


def load_help(folder: Path) -> tuple[Publication, Regions, tuple[Problem, ...]]:
    """The publication's frame, its regions, and what is wrong with them.

    Raises UsageError where there is no publication, KetapubError where its file is broken.
    """
    path = folder / SOURCE / "publication.toml"
    if not path.is_file():
        raise UsageError(
            Problem(
                path.as_posix(),
                0,
                "there is no publication here",
                "run ketapub in the project's folder, or name it: ketapub --project DIR ...",
            )
        )
    name = "source/publication.toml"
    formats = load_formats(find_templates(folder))
    publication = parse_publication(read_text(path, name), name, formats)
    regions, problems = load_regions(folder / SOURCE / "regions", folder)
    if any(p.path == _DENY_LIST and p.severity == "error" for p in problems):
        regions = Regions({}, regions.retired)  # without the whole list no number can be trusted
    return publication, regions, problems + _missing_regions(publication, regions, problems)


def _find_begun(folder: Path, publication: Publication) -> Iterator[Language]:
    """The languages that have a folder of catalogs, by their right name, and no edition."""
    published = {language.locale for language in publication.languages}
    for path in sorted((folder / LOCALE).glob("*/LC_MESSAGES")):
        name = path.parent.name
        tag = name.replace("_", "-")
        if name not in published and tag not in TEST_TAGS and usual_tag(name) == tag:
            yield parse_language(tag)


def _load_glossary(folder: Path) -> tuple[Glossary, tuple[Problem, ...]]:
    """The glossary; none, with what is wrong, where it is broken."""
    path = folder / _GLOSSARY
    if not path.is_file():
        return NO_GLOSSARY, ()
    try:
        return parse_glossary(read_text(path, _GLOSSARY), _GLOSSARY), ()
    except KetapubError as error:
        return NO_GLOSSARY, error.problems


def _load_withdrawals(
    folder: Path, publication: Publication, articles: Mapping[str, Article]
) -> tuple[Withdrawal, ...]:
    """Raises KetapubError for an entry that nothing matches: the wrong text would stay published."""
    name, file = WITHDRAWN.as_posix(), folder / WITHDRAWN
    found = read_withdrawals(read_text(file, name), name) if file.is_file() else ()
    slugs = {path.stem for path in (folder / SOURCE).glob("*.md")}
    editions = {(lang.tag, code) for code, langs in publication.editions for lang in langs}
    problems = []
    for each in found:
        if each.article and each.article not in slugs:
            what, known = f"article “{each.article}”", slugs
        elif each.edition != ("", "") and each.edition not in editions:
            what, known = f"edition “{'@'.join(each.edition)}”", {"@".join(e) for e in editions}
        else:
            continue
        hint = f"one of {', '.join(sorted(known))}; or delete the entry"
        problems.append(Problem(name, each.line, f"there is no {what} to withdraw", hint))
    if problems:
        raise KetapubError(*problems)
    recalled = (
        Withdrawal(f"source/{slug}.md", 1, article.front.recall, slug)
        for slug, article in articles.items()
        if article.front.recall
    )
    return (*found, *recalled)


def _refuse_templates(problems: Iterable[Problem]) -> None:
    """Every page and sheet is made of the page templates: nothing can be built with a fault in one."""
    found = [problem for problem in problems if problem.path.startswith("templates/")]
    if found:
        raise KetapubError(*found)


def _missing_regions(
    publication: Publication, regions: Regions, problems: Iterable[Problem]
) -> tuple[Problem, ...]:
    """Regions with editions and without a file; of a file with errors these are told."""
    told = {problem.path for problem in problems if problem.severity == "error"}
    missing = {code for code, _ in publication.editions if code not in regions.regions}
    reported = {code for code in missing if f"source/regions/{code}.toml" not in told}
    return tuple(
        Problem(
            f"source/regions/{code}.toml",
            0,
            f"no usable region file, and source/publication.toml has editions for {code}",
            "write the file, mend what is reported about it, or take the editions out",
            code="region",
        )
        for code in sorted(reported)
    )


def _load_articles(folder: Path) -> tuple[dict[str, Article], tuple[Problem, ...]]:
    articles: dict[str, Article] = {}
    problems: list[Problem] = []
    for path in sorted((folder / SOURCE).glob("*.md")):
        name = f"source/{path.name}"
        slug = path.stem
        if slug in {TEMPLATES, HELPLINES} or not _SLUG.fullmatch(slug):
            hint = "use lower-case letters, digits and hyphens"
            problems.append(Problem(name, 0, f"`{slug}` cannot name an article", hint))
            continue
        try:
            article, found = parse_article(read_text(path, name), slug, name)
        except KetapubError as error:
            problems.extend(error.problems)
            continue
        problems.extend(found)
        if article is not None:
            articles[slug] = article
    return articles, tuple(problems)


def _check_sources(
    publication: Publication,
    regions: Regions,
    articles: Mapping[str, Article],
    messages: Mapping[str, Sequence[Message]],
) -> tuple[Problem, ...]:
    known = numbers_of(regions)
    problems: list[Problem] = []
    for domain, found in messages.items():
        problems.extend(check_source(found, known, articles.get(domain)))
    chains = [region_codes(code) for code, _ in publication.editions]
    for article in articles.values():
        problems.extend(check_choices(article, chains))
        problems.extend(check_pictures(article))
    return tuple(problems)


def region_codes(code: str) -> tuple[str, ...]:
    """A region's code and its country's: `("CA-QC", "CA")`, `("CA",)`."""
    return tuple(dict.fromkeys((code, code.partition("-")[0])))


# --- catalogs -----------------------------------------------------------------------------------


def catalog_path(locale: str, domain: str) -> Path:
    """Where a catalog stands, relative to the project."""
    return LOCALE / locale / "LC_MESSAGES" / f"{domain}.po"


def template_path(domain: str) -> Path:
    """Where a domain's template stands, relative to the project."""
    return LOCALE / f"{domain}.pot"


def load_texts(project: Project, language: Language) -> tuple[Texts, tuple[Problem, ...]]:
    """The translations of one language in all domains, and what is wrong with its catalogs."""
    if language == project.publication.source:
        same = source_translations()
        return Texts(language, dict.fromkeys(project.articles, same), same, same), ()
    setting = load_setting(project, language)
    problems: list[Problem] = list(setting.waivers.problems)
    by_domain: dict[str, Translations] = {}
    for domain, messages in project.messages.items():
        catalogs, found = _load_catalogs(project, language, domain)
        problems.extend(found)
        if not catalogs:
            catalogs = (read_po("", catalog_path(language.locale, domain).as_posix()),)
        by_domain[domain] = judge(project, setting, domain, messages, catalogs)
    articles = {slug: by_domain[slug] for slug in project.articles}
    return Texts(language, articles, by_domain[TEMPLATES], by_domain[HELPLINES]), tuple(problems)


def language_keys(project: Project, languages: Iterable[Language]) -> dict[Language, str]:
    """For each language the digest of all that decides what its catalogs say.

    That is our own code, what editors own, page templates, and the catalogs of the language and those it
    falls back on.
    """
    own = (Path(__file__).parent, package_folder("templates"))
    shared = tree_digest((*own, project.folder / SOURCE, project.folder / "templates"))
    folders = (project.folder / LOCALE, package_folder("locale"))
    keys = {}
    for language in languages:
        tags = (language.tag, *parent_tags(language.tag))
        locales = [parse_language(tag).locale for tag in tags]
        found = tree_digest(folder / locale for locale in locales for folder in folders)
        keys[language] = digest(f"{shared}{found}{language.tag}".encode())
    return keys


def load_setting(project: Project, language: Language) -> Setting:
    """What the checks have to know about one language."""
    waivers = load_waivers(project, language)
    source = project.publication.source.tag
    return Setting(language.tag, language.script, source, project.glossary, waivers)


def judge(
    project: Project,
    setting: Setting,
    domain: str,
    messages: Iterable[Message],
    catalogs: Sequence[Catalog],
) -> Translations:
    """What a chain of catalogs says about messages of a domain, each translation checked."""
    env = project.articles[domain].env if domain in project.articles else None
    return build_translations(messages, catalogs, partial(check_entry, env=env, setting=setting))


def _load_catalogs(
    project: Project, language: Language, domain: str
) -> tuple[tuple[Catalog, ...], tuple[Problem, ...]]:
    """The fallback chain, and what is wrong in it. A file that cannot be read at all counts as empty."""
    catalogs: list[Catalog] = []
    problems: list[Problem] = []
    for path in _catalog_paths(project, language, domain):
        name = _shown(path, project.folder)
        try:
            catalog = read_po(read_text(path, name), name)
        except KetapubError as error:
            problems.extend(error.problems)
            catalog = read_po("", name)
        catalogs.append(catalog)
        problems.extend(catalog.problems)
    return tuple(catalogs), tuple(problems)


def _catalog_paths(project: Project, language: Language, domain: str) -> Iterator[Path]:
    """The locale's, then its parents'; the project's own before ketapub's."""
    source = project.publication.source.tag
    tags = [tag for tag in (language.tag, *parent_tags(language.tag)) if tag != source]
    folders = [project.folder / LOCALE]
    if domain in {TEMPLATES, HELPLINES} and package_folder("locale") != folders[0]:
        folders.append(package_folder("locale"))
    for tag in tags:
        locale = parse_language(tag).locale
        for folder in folders:
            path = folder / locale / "LC_MESSAGES" / f"{domain}.po"
            if path.is_file():
                yield path


def load_waivers(project: Project, language: Language) -> Waivers:
    """The waivers of one language; an absent file has none."""
    name = f"locale/{language.locale}/waivers.txt"
    path = project.folder / name
    try:
        text = read_text(path, name) if path.is_file() else ""
    except KetapubError as error:
        return Waivers((), error.problems)
    return read_waivers(text, name, WAIVABLE, STRICT)


def ledger_path(project: Project, language: Language) -> Path:
    """Where the reviews of one language stand, relative to the project."""
    if language == project.publication.source:
        return SOURCE / "reviews.txt"
    return LOCALE / language.locale / "reviews.txt"


def load_ledger(project: Project, language: Language) -> Ledger:
    """The reviews of one language and of those whose texts it may use; no file, no reviews."""
    tags = [language.tag]
    if language != project.publication.source:
        tags += [tag for tag in parent_tags(language.tag) if tag != project.publication.source.tag]
    names = [ledger_path(project, parse_language(tag)).as_posix() for tag in tags]
    found = []
    for name in names:
        try:
            found.append(read_ledger(_text_of(project, name), name))
        except KetapubError as error:
            found.append(Ledger(name, problems=error.problems))
    reviews = [review for ledger in found for review in ledger.reviews]
    return make_ledger(names[0], reviews, [p for ledger in found for p in ledger.problems])


def load_drafts(project: Project, language: Language) -> Drafts:
    """What machines drafted in one language; a file that cannot be read says nothing."""
    try:
        return read_drafts(_text_of(project, drafts_path(language.locale).as_posix()))
    except KetapubError:
        return Drafts()


def drafts_path(locale: str) -> Path:
    """Where the digests of a locale's machine drafts stand, relative to the project."""
    return LOCALE / locale / "drafts.txt"


def _text_of(project: Project, name: str) -> str:
    path = project.folder / name
    return read_text(path, name) if path.is_file() else ""


def _shown(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.as_posix()
