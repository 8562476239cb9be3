"""Turn decided editions into the files of their pages. What many of them share is rendered once.

A page is joined from what its text says, the same for most regions, and from the helplines of its
place, the same for all articles. So templates run once for a text and once for a place, however many
pages there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from ketapub.article import Article
from ketapub.edition import PAGE, Edition, Listed
from ketapub.files import digest, read_bytes
from ketapub.fragment import (
    fragment_path,
    mould_fragment,
    mould_fragment_callout,
    mould_fragment_help,
    portable,
    portable_body,
    scoped_style,
)
from ketapub.language import Language
from ketapub.mould import Mould, slot
from ketapub.page import (
    PLACE_ROOT,
    ROOT,
    Frame,
    Link,
    anchor_of,
    edition_values,
    findable,
    is_hidden,
    language_link,
    mould_body_text,
    mould_help,
    mould_help_text,
    mould_page,
    mould_text,
    neutral_name,
    render_help_page,
    render_moved,
    shown_size,
)
from ketapub.plan import Plan
from ketapub.project import Project
from ketapub.record import (
    Members,
    edition_members,
    mould_record,
    open_json,
    place_members,
    record_path,
    text_members,
    write_handouts,
)
from ketapub.region import Help
from ketapub.site import render_place, untold
from ketapub.structured import dump_data, service_data
from ketapub.templates import Wording, Words, environment, read_template
from ketapub.view import (
    EditionView,
    Facts,
    HelpView,
    find_facts,
    number_html,
    view_edition,
    view_help,
)

T = TypeVar("T")
_KEPT = 256
"""Of what editions of one article share, as much as all languages of it need."""


class Family:
    """One article in one region, in every language."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self.listed = tuple(listed)

    @cached_property
    def published(self) -> tuple[Language, ...]:
        """The languages in which its page stands."""
        return tuple(e.address.language for e in self.listed if e.output(PAGE).published)

    def tongues(self, listed: Listed) -> tuple[Language, ...]:
        """Those, and that of this member even where it does not stand."""
        if listed.output(PAGE).published:
            return self.published
        found = (e for e in self.listed if e is listed or e.output(PAGE).published)
        return tuple(each.address.language for each in found)


def family_of(listed: Listed) -> tuple[str, str]:
    """Which article, in which region."""
    return listed.address.slug, listed.address.region


def group_families(listed: Iterable[Listed]) -> dict[tuple[str, str], Family]:
    """Editions that differ in nothing but language, together."""
    families: dict[tuple[str, str], list[Listed]] = {}
    for each in listed:
        families.setdefault(family_of(each), []).append(each)
    return {key: Family(own) for key, own in families.items()}


def make_frame(project: Project, plan: Plan) -> tuple[Frame, dict[str, bytes]]:
    """What all pages share, and the files that they load, by a name that changes with its content."""
    publication = project.publication
    files: dict[str, bytes] = {}

    def asset(name: str, data: bytes) -> str:
        stem, _, ending = name.rpartition(".")
        path = f"assets/{stem}.{digest(data)[:8]}.{ending}"
        files[path] = data
        return path

    def read(*names: str) -> bytes:
        return read_template(project.templates, *names).encode()

    every: tuple[Listed, ...] = (*plan.editions, *plan.refused)
    # formats that are gone have a name and no label
    labels = {output.name: output.name for each in every for output in each.outputs}
    labels |= {name: format_.label for name, format_ in project.formats.items()}
    picture = read_bytes(project.templates["web/preview.png"], "templates/web/preview.png")
    tokens, fragment = (read(name).decode() for name in ("tokens.css", "web/fragment.css"))
    frame = Frame(
        env=environment(project.templates),
        publication=publication,
        stylesheet=asset("style.css", read("tokens.css", "web/page.css")),
        exit_script=asset("exit.js", read("web/exit.js")),
        icon=asset("icon.svg", read("web/icon.svg")),
        preview=asset("preview.png", picture),
        labels=labels,
        finder_script=asset("finder.js", read("web/finder.js")),
        fragment_style=asset("fragment.css", scoped_style(tokens, fragment).encode()),
    )
    if not publication.address:  # nobody asks for a picture beside a link without one
        del files[frame.preview]
    return frame, files


class Place:
    """What the editions of one region and language show of its helplines, each part made once."""

    def __init__(self, frame: Frame, words: Words, listed: Listed) -> None:
        self.frame = frame
        self.words = words
        self.listed = listed

    def _view(self, help_: Help | None) -> HelpView:
        assert help_ is not None, "only what has help is shown"
        return view_help(help_, self.listed.chain, self.words)

    @cached_property
    def help(self) -> HelpView:
        """The helplines of its pages."""
        return self._view(self.listed.page_help)

    @cached_property
    def fragment_view(self) -> HelpView:
        """Those that other sites take."""
        help_ = self.listed.fragment_help
        return self.help if help_ == self.listed.page_help else self._view(help_)

    def _macro(self, name: str, *values: object) -> str:
        macros = self.frame.env.get_template("shared/help.html").module
        return str(getattr(macros, name)(self.help, *values, self.words))

    @cached_property
    def callout(self) -> Mould:
        """The emergency number on top; `alert` is open."""
        return Mould(self._macro("callout", slot("alert")))

    @cached_property
    def card(self) -> Mould:
        """The helplines at the foot of a page."""
        return mould_help(self.frame, self.help, self.words, ROOT)

    @cached_property
    def text(self) -> Mould:
        """The helplines as plain text."""
        return mould_help_text(self.frame, self.help, self.words)

    @cached_property
    def fragment_card(self) -> Mould:
        """Those of a fragment."""
        return mould_fragment_help(self.frame, self.words, self.fragment_view)

    @cached_property
    def fragment_callouts(self) -> Mapping[bool, Mould]:
        """The head of a fragment, with an alert and without."""
        return {
            has: mould_fragment_callout(
                self.frame, self.words, self.fragment_view, ("alert", "mark") if has else ("mark",)
            )
            for has in (True, False)
        }

    @cached_property
    def number(self) -> str:
        """The emergency number, as HTML."""
        return number_html(self.help.call.dial, self.help.call.href)

    @cached_property
    def fragment_number(self) -> str:
        """The same in portable markup."""
        call = self.fragment_view.call
        return portable(number_html(call.dial, call.href), self.words.language)

    @cached_property
    def record(self) -> Members:
        """What fills the records of its editions."""
        help_ = self.listed.fragment_help
        assert help_ is not None, "only what has help has a record"
        return place_members(self.frame, self.listed, help_, self.fragment_view) | {
            "region": self.listed.address.region.lower(),
            "emergency": open_json(self.fragment_number),
            "dial": open_json(self.fragment_view.call.dial),
        }

    @cached_property
    def values(self) -> dict[str, str]:
        """What fills a page beside the article's own."""
        from markupsafe import escape

        region = self.listed.chain[0]
        services = service_data(self._lines, region.country)
        return {
            "place": str(self.help.place),
            "place_text": str(escape(self.help.place_text)),
            "help_bar": self._macro("get_help"),
            "exit": str(escape(self.frame.publication.exit_address(region.code))),
            "services": dump_data(services),
            "anchor": anchor_of(region.code),
            "emergency": self.number,
        }

    @property
    def _lines(self) -> Any:
        help_ = self.listed.page_help
        assert help_ is not None, "only what has help is shown"
        return help_.lines


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """What editions share that read the same words of an article, with the number left open."""

    view: EditionView
    body: Mould
    alert: Mould
    plain: Mould
    plain_body: Mould
    portable: Mould
    """The body in portable markup."""
    portable_alert: Mould
    record: Members
    shown: str
    """What stands outside of its body on a page: facts and contents, told in one word."""


class Web:
    """Makes the pages of a publication, within one frame."""

    def __init__(self, project: Project, frame: Frame, words: Wording) -> None:
        self.project = project
        self.frame = frame
        self.words = words
        self.source = project.publication.source
        self._places: dict[tuple[str, str], Place] = {}
        self._shared: dict[tuple[Any, ...], Any] = {}

    def place(self, listed: Listed) -> Place:
        """The helplines of an edition's place."""
        where = listed.address
        key = (where.region, where.language.tag)
        if key not in self._places:
            self._places[key] = Place(self.frame, self.words(where.language), listed)
        return self._places[key]

    def _once(self, make: Callable[[], T], *key: Any) -> T:
        """What editions of one article share. They come in a row, so what was before is let go."""
        if key not in self._shared:
            if len(self._shared) > _KEPT:
                self._shared.clear()
            self._shared[key] = make()
        found: T = self._shared[key]
        return found

    def page(
        self, family: Family, listed: Listed, sizes: Mapping[str, int]
    ) -> Iterator[tuple[str, bytes]]:
        """(path, bytes) of an edition's page and of all that stands beside it.

        Of a withdrawn one the help page, where there is help to show; of others nothing. `sizes`: bytes
        of its handouts, by path.
        """
        output = listed.output(PAGE)
        if output.state == "ready" and isinstance(listed, Edition):
            yield from self._ready_page(family, listed, sizes)
        elif output.state == "withdrawn" and listed.page_help is not None:
            yield output.path, self._help_page(listed, family.tongues(listed))
            yield from self._help_embeds(family, listed)

    def _ready_page(
        self, family: Family, edition: Edition, sizes: Mapping[str, int]
    ) -> Iterator[tuple[str, bytes]]:
        article, tongues = self.project.articles[edition.address.slug], family.tongues(edition)
        place, text = self.place(edition), self._text(edition, article)
        plain = self._plain(edition, place, text)
        yield edition.address.text_path, plain
        yield fragment_path(edition), self._fragment(edition, place, text)
        yield record_path(edition), self._record(edition, place, text, tongues, sizes)
        sized = {**handout_sizes(edition, sizes), "text": len(plain)}
        yield edition.output(PAGE).path, self._page(edition, article, text, tongues, sized)

    def moved(self, family: Family, edition: Edition) -> bytes:
        """What leads on from an older address of an edition's page."""
        article, place = self.project.articles[edition.address.slug], self.place(edition)
        links = _switcher(edition, family.tongues(edition))
        view, help_html = view_edition(edition, article), self._card(edition, place)
        values = edition_values(self.frame, view, place.words, edition, place.help, help_html)
        return render_moved(self.frame, values, links, article.slug).encode()

    def _text(self, edition: Edition, article: Article) -> Text:
        facts = find_facts(edition, article)
        key = ("text", article.slug, edition.language.tag, edition.options, facts)
        return self._once(lambda: self._make_text(edition, article, facts), *key)

    def _make_text(self, edition: Edition, article: Article, facts: Facts) -> Text:
        view, words = view_edition(edition, article), self.words(edition.language)
        level = self.project.publication.heading_level
        body = portable_body(str(view.body), edition.language, level)
        return Text(
            view,
            Mould(str(view.body).strip()),
            Mould(str(view.alert)),
            self._once(
                lambda: mould_text(self.frame, view, words),
                *("plain", article.slug, edition.language.tag, facts),
            ),
            mould_body_text(edition),
            Mould(body.strip()),
            Mould(portable(str(view.alert), edition.language)),
            text_members(self.frame, edition, article, view, words, body),
            repr((facts, view.sections)),
        )

    def _page(
        self,
        edition: Edition,
        article: Article,
        text: Text,
        tongues: tuple[Language, ...],
        sizes: Mapping[str, int],
    ) -> bytes:
        from markupsafe import escape

        place, output = self.place(edition), edition.output(PAGE)
        formats = tuple(name for name in sizes if name != "text")
        hidden = is_hidden(edition, self.frame.publication)
        own = (article.slug, edition.language.tag, text.shown)
        shown = (self.frame, edition, article, text.view, place.words)
        mould = self._once(
            lambda: mould_page(*shown, _switcher(edition, tongues), formats),
            *("page", *own, _tags(tongues), formats),
        )
        address = str(findable(self.frame, output.path, hidden)["canonical"])
        alert = text.alert.fill(place.values)
        values = place.values | {
            "callout": place.callout.fill({"alert": alert}),
            "help": place.card.fill(_called(edition, article.slug)),
            "canonical": str(escape(address)),
            "url": dump_data(address)[1:-1],
            "body": text.body.fill(place.values),
            "mark": output.mark,
        }
        for name, size in sizes.items():
            path = edition.address.text_path if name == "text" else edition.output(name).path
            values[f"{name} href"] = path.rsplit("/", 1)[1]
            values[f"{name} size"] = shown_size(size)
            values[f"{name} saved"] = (
                f"{edition.address.place.replace('/', '_')}.txt"
                if name == "text"
                else neutral_name(path, article.slug)
            )
        return mould.fill(values).encode()

    def _card(self, listed: Listed, place: Place) -> Any:
        """The helplines of a page; who tells of a number tells of the page's version, or its place."""
        from markupsafe import Markup

        return Markup(place.card.fill(_called(listed, listed.address.slug)))  # noqa: S704  rendered

    def _plain(self, edition: Edition, place: Place, text: Text) -> bytes:
        values = {
            "slug": edition.address.slug,
            "dial": place.help.call.dial,
            "short": edition.short_id,
            "mark": edition.output(PAGE).mark,
        }
        values["body"] = text.plain_body.fill(values)
        return f"{place.text.fill(values)}\n\n{text.plain.fill(values)}".encode()

    def _fragment(self, edition: Edition, place: Place, text: Text) -> bytes:
        slug, tag = edition.address.slug, edition.language.tag
        mould = self._once(
            lambda: mould_fragment(self.frame, text.view, place.words),
            *("fragment", slug, tag, text.shown),
        )
        number, mark = {"emergency": place.fragment_number}, edition.output(PAGE).mark
        opened = {"alert": text.portable_alert.fill(number), "mark": mark}
        values = {
            "callout": place.fragment_callouts[bool(opened["alert"])].fill(opened),
            "body": text.portable.fill(number),
            "help": place.fragment_card.fill(_called(edition, slug)),
            "mark": mark,
        }
        return mould.fill(values).encode()

    def _record(
        self,
        edition: Edition,
        place: Place,
        text: Text,
        tongues: tuple[Language, ...],
        sizes: Mapping[str, int],
    ) -> bytes:
        own = (self.frame, edition, tongues)
        mould = self._once(
            lambda: mould_record(place.record, edition_members(*own), text.record),
            *("record", text, _tags(tongues)),
        )
        values = {
            "mark": edition.output(PAGE).mark,
            "handouts": write_handouts(self.frame, edition, sizes),
        }
        return mould.fill(place.record | values).encode()

    def _help_embeds(self, family: Family, listed: Listed) -> Iterator[tuple[str, bytes]]:
        """Fragment and record of a withdrawn page: today's helplines; none where nobody knows these."""
        if listed.fragment_help is None:
            return
        place = self.place(listed)
        callout = mould_fragment_callout(self.frame, place.words, place.fragment_view, ())
        values = {
            "callout": callout.fill({}),
            "body": "",
            "help": place.fragment_card.fill(_called(listed, listed.address.slug)),
        }
        html = mould_fragment(self.frame, None, place.words).fill(values)
        yield fragment_path(listed), html.encode()
        own = edition_members(self.frame, listed, family.tongues(listed))
        record = mould_record(place.record, own).fill(place.record | {"handouts": "[]"})
        yield record_path(listed), record.encode()

    def _help_page(self, listed: Listed, tongues: tuple[Language, ...]) -> bytes:
        place, links = self.place(listed), _switcher(listed, tongues)
        hrefs = (link.href for link in links if link.tag == self.source.tag and not link.current)
        if isinstance(listed, Edition):
            view: Any = view_edition(listed, self.project.articles[listed.address.slug])
        else:
            view = untold(self.frame, listed)
        shown = (view, place.words, listed, place.help, self._card(listed, place))
        values = edition_values(self.frame, *shown)
        return render_help_page(self.frame, values, links, next(hrefs, "")).encode()

    def index(
        self, listed: Sequence[Listed], siblings: Sequence[Language], recalls: Sequence[Link]
    ) -> bytes:
        """The index of one region in one language; the first of `listed` has the help of all."""
        from markupsafe import Markup

        first = listed[0]
        place = self.place(first)
        card = mould_help(self.frame, place.help, place.words, PLACE_ROOT)
        html = Markup(card.fill(_called(first, "")))  # noqa: S704  rendered
        shown = (self.frame, place.help, html, listed, place.words, siblings, recalls)
        return render_place(*shown).encode()


def _tags(languages: Iterable[Language]) -> tuple[str, ...]:
    """Languages as part of a key: texts are compared faster than values of our own."""
    return tuple([language.tag for language in languages])


def _called(listed: Listed, slug: str) -> dict[str, str]:
    """What fills the helplines of a page, or without a slug those of its place."""
    where, page = listed.address, listed.output(PAGE)
    mark = page.mark if slug and page.state == "ready" else ""
    which = mark or f"{where.region}%20{where.language.tag}"
    return {"slug": slug or "index", "which": which}


def handout_sizes(edition: Edition, sizes: Mapping[str, int]) -> dict[str, int]:
    """Bytes of each handout that stands, by format."""
    return {
        output.name: sizes[output.path]
        for output in edition.outputs
        if output.name != PAGE and output.published and output.path in sizes
    }


def _switcher(listed: Listed, tongues: Sequence[Language]) -> tuple[Link, ...]:
    """Ways to this article here, in every published language."""
    where = listed.address
    return tuple(
        language_link(
            language,
            f"../../{language.segment}/{where.slug}/index.html",
            language == where.language,
        )
        for language in tongues
    )
