"""Turn a sitemap into what contradicts the schema of sitemaps.org, which the npm package `sitemap` ships."""

from __future__ import annotations

from lxml import etree

from tools.nu import node_file

_LINK = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 targetNamespace="http://www.w3.org/1999/xhtml"><xs:element name="link"><xs:complexType>
 <xs:attribute name="rel" use="required" type="xs:string" fixed="alternate"/>
 <xs:attribute name="hreflang" use="required" type="xs:string"/>
 <xs:attribute name="href" use="required" type="xs:anyURI"/>
 </xs:complexType></xs:element></xs:schema>"""
"""The one element of XHTML in it; the schema asks for its declaration (`processContents="strict"`)."""
_BOTH = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <xs:import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="{}"/>
 <xs:import namespace="http://www.w3.org/1999/xhtml" schemaLocation="xhtml-link.xsd"/></xs:schema>"""


class _Link(etree.Resolver):
    def resolve(self, url: str, _: str, context: object) -> object:
        return self.resolve_string(_LINK, context) if url.endswith("xhtml-link.xsd") else None  # type: ignore[arg-type]


def schema_faults(sitemap: bytes) -> list[str]:
    """`line 3: what is wrong`, for each fault."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Link())
    text = _BOTH.format(node_file("sitemap/schema/sitemap.xsd").as_uri())
    schema = etree.XMLSchema(etree.fromstring(text.encode(), parser, base_url="file:///"))
    schema.validate(etree.fromstring(sitemap))
    return [f"line {error.line}: {error.message}" for error in schema.error_log]
