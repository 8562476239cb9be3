"""Turn a publication into what its web server must know: headers, redirects, languages, no page.

The reader's browser may suggest a language; the region is never guessed (law 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ketapub.article import Article
from ketapub.language import Language
from ketapub.publication import Publication

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content Security Policy 3: nothing inline, nothing from elsewhere."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
"""For every file. `no-cache`: kept, but asked for again each time, so that no number is stale."""
FOR_EVER = "public, max-age=31536000, immutable"
"""For `assets/`, whose names change with their content."""
ANY_SITE: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
"""For what other sites may fetch."""
SHARED = ("fragment.html", "content.json", "manifest.json", "versions.json")
NO_INDEX: Mapping[str, str] = {"X-Robots-Tag": "noindex"}
"""For PDFs, plain texts and packs: search engines lead to pages, which are never out of date."""
PLAIN: Mapping[str, str] = {"Content-Type": "text/plain; charset=utf-8"}
COMPRESSED = (
    "text/css", "text/javascript", "text/plain", "text/xml", "application/atom+xml",
    "application/javascript", "application/json", "application/xml", "image/svg+xml",
)  # fmt: skip
"""Media types that are sent compressed, beside `text/html`, as either server names them."""

_HANS = "zh(?!-(?:Hant|TW|HK|MO))"
_HANT = "zh-(?:Hant|TW|HK|MO)"
_PATTERNS = {"zh": _HANS, "zh-Hans": _HANS, "zh-Hant": _HANT}


@dataclass(frozen=True, slots=True)
class Web:
    """What a server's settings are made from."""

    publication: Publication
    languages: tuple[Language, ...]
    """Those in which there is a chooser, the source first."""
    moved: tuple[tuple[str, str], ...]
    """(old folder, new folder) below the web root, for addresses that have changed."""

    @property
    def prefix(self) -> str:
        """Path of the web root on its host: `/`, or `/care/`."""
        return urlsplit(self.publication.base_url).path or "/"

    @property
    def host(self) -> str:
        """Name of its host, `_` while there is none."""
        return urlsplit(self.publication.base_url).hostname or "_"


def make_web(
    publication: Publication, articles: Mapping[str, Article], languages: Sequence[Language]
) -> Web:
    """The values; `articles` by slug, `languages`: those that have a chooser, the source first."""
    moved = tuple(
        (f"{place}/{old}/", f"{place}/{slug}/")
        for slug, article in articles.items()
        for old in article.front.aliases
        for region, tongues in publication.editions
        for place in (f"{region.lower()}/{language.segment}" for language in tongues)
    )
    return Web(publication, tuple(languages), moved)


def render_headers(web: Web) -> str:
    """`_headers`, as Netlify, Cloudflare Pages and others read it."""
    blocks: dict[str, Mapping[str, str]] = {
        "*": HEADERS,
        "assets/*": {"! Cache-Control": "", "Cache-Control": FOR_EVER},
        "*.pdf": NO_INDEX,
        "*.txt": {**NO_INDEX, **PLAIN},
        "packs/*": NO_INDEX,
        "*/fragment.html": ANY_SITE,
        "*/content.json": ANY_SITE,
        "manifest.json": ANY_SITE,
        "versions.json": ANY_SITE,
    }
    lines = []
    for path, block in blocks.items():
        lines.append(web.prefix + path)
        lines.extend(
            f"  {name}: {value}" if value else f"  {name}" for name, value in block.items()
        )
    return "\n".join([*lines, ""])


def render_redirects(web: Web) -> str:
    """`_redirects`, as the same hosts read it; empty while no address has changed."""
    return "".join(f"{web.prefix}{old}* {web.prefix}{new}:splat 301\n" for old, new in web.moved)


def render_nginx(web: Web, root: str) -> str:
    """A file for `/etc/nginx/conf.d/`; `root`: the folder that holds the publication."""
    prefix = web.prefix
    tags = "|".join(_pattern(language) for language in web.languages)
    fronts = _lines(
        f"~*^{_pattern(language)} {prefix}choose/{language.segment}/;"
        for language in web.languages[1:]
    )
    missing = _lines(
        f"~^{prefix}[^/]+/{language.segment}/ {prefix}404/{language.segment}.html;"
        for language in web.languages
    )
    moved = _lines(
        f"rewrite ^{prefix}{old}(.*)$ {prefix}{new}$1 permanent;" for old, new in web.moved
    )
    headers = _lines(f'add_header {name} "{value}" always;' for name, value in _others())
    return f"""\
# The first published language that a browser asks for; the source language needs no entry.
map $http_accept_language $ketapub_asked {{
    default "";
    "~*(?:^|,)\\s*(?<ketapub_tag>{tags})(?=[-,;\\s]|$)" $ketapub_tag;
}}
map $ketapub_asked $ketapub_front {{
    default "";
{fronts}
}}
map $uri $ketapub_missing {{
    default {prefix}404.html;
{missing}
}}
map $uri $ketapub_cache {{
    default "{HEADERS["Cache-Control"]}";
    ~^{prefix}assets/ "{FOR_EVER}";
}}
map $request_uri $ketapub_vary {{
    default "";
    {prefix} Accept-Language;
}}
map $uri $ketapub_robots {{
    default "";
    ~\\.(pdf|txt|zip)$ "{NO_INDEX["X-Robots-Tag"]}";
}}
map $uri $ketapub_origin {{
    default "";
    ~/({"|".join(name.replace(".", chr(92) + ".") for name in SHARED)})$ "*";
}}
server {{
    listen 80;
    server_name {web.host};
    charset utf-8;
    gzip on;
    gzip_vary on;
    gzip_types {" ".join(COMPRESSED)};
    error_page 404 $ketapub_missing;
    error_page 403 =404 $ketapub_missing;
{headers}
    add_header Cache-Control $ketapub_cache always;
    add_header Vary $ketapub_vary always;
    add_header X-Robots-Tag $ketapub_robots always;
    add_header Access-Control-Allow-Origin $ketapub_origin always;
{moved}
    location {prefix} {{
        {"root" if prefix == "/" else "alias"} {root.rstrip("/")}{"" if prefix == "/" else "/"};
        index index.html;
    }}
    location = {prefix} {{
        if ($ketapub_front) {{ return 302 $ketapub_front; }}
        rewrite ^ {prefix}index.html last;
    }}
}}
"""


def render_apache(web: Web, root: str) -> str:
    """A virtual host for Apache 2.4; needs mod_rewrite, mod_headers, mod_alias and mod_deflate."""
    prefix = web.prefix
    tags = "|".join(_pattern(language) for language in web.languages)
    fronts = _lines(
        f"RewriteCond %{{ENV:KETAPUB}} ^{_pattern(language)} [NC]\n"
        f"    RewriteRule ^{prefix}$ {prefix}choose/{language.segment}/ [R=302,L]"
        for language in web.languages[1:]
    )
    missing = "\n".join(
        f'    <LocationMatch "^{prefix}[^/]+/{language.segment}/">\n'
        f"        ErrorDocument 404 {prefix}404/{language.segment}.html\n"
        f"        ErrorDocument 403 {prefix}404/{language.segment}.html\n    </LocationMatch>"
        for language in web.languages
    )
    moved = _lines(
        f'RedirectMatch 301 "^{prefix}{old}(.*)$" "{prefix}{new}$1"' for old, new in web.moved
    )
    headers = _lines(f'Header always set {name} "{value}"' for name, value in _others())
    return f"""\
<VirtualHost *:80>
    ServerName {web.host if web.host != "_" else "localhost"}
    {f'DocumentRoot "{root}"' if prefix == "/" else f'Alias "{prefix}" "{root.rstrip("/")}/"'}
    AddDefaultCharset utf-8
    AddOutputFilterByType DEFLATE text/html {" ".join(COMPRESSED)}
    # mod_deflate alters an ETag and does not know it again
    RequestHeader edit* If-None-Match '-gzip"' '"'
    <Directory "{root}">
        Require all granted
        AllowOverride None
        Options -Indexes
        DirectoryIndex index.html
    </Directory>
{headers}
    Header always set Cache-Control "{HEADERS["Cache-Control"]}"
    <LocationMatch "^{prefix}assets/">
        Header always set Cache-Control "{FOR_EVER}"
    </LocationMatch>
    <LocationMatch "\\.(pdf|txt|zip)$">
        Header always set X-Robots-Tag "{NO_INDEX["X-Robots-Tag"]}"
    </LocationMatch>
    <LocationMatch "/({"|".join(name.replace(".", chr(92) + ".") for name in SHARED)})$">
        Header always set Access-Control-Allow-Origin "*"
    </LocationMatch>
    ErrorDocument 404 {prefix}404.html
    ErrorDocument 403 {prefix}404.html
{missing}
{moved}
    # The first published language that a browser asks for; the source language needs no rule.
    RewriteEngine On
    RewriteRule ^{prefix}$ - [E=KETAPUB_FRONT:1]
    RewriteCond %{{HTTP:Accept-Language}} "(?:^|,)\\s*({tags})(?=[-,;\\s]|$)" [NC]
    RewriteRule ^{prefix}$ - [E=KETAPUB:%1]
{fronts}
    Header always merge Vary Accept-Language env=KETAPUB_FRONT
    Header always merge Vary Accept-Language env=REDIRECT_KETAPUB_FRONT
</VirtualHost>
"""


def _pattern(language: Language) -> str:
    """A regular expression for the tags of BCP 47 that mean this language."""
    return _PATTERNS.get(language.tag, language.tag)


def _others() -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in HEADERS.items() if name != "Cache-Control")


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"    {item}" for item in items)
