"""Identifiers of items, seals and sites in their one normal form (FORMAT.md, "Ids"; GS1 General Specifications).

An id is `<namespace>/<rest>`. GS1 namespaces are application identifiers: `8003` GRAI, `8004` GIAI, `00` SSCC, `414`
GLN. `plain/<scope>/<text>` is for what exists already, `seal/<maker>/<number>` for numbered seals. ASCII only.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from custody.core.errors import Malformed

# GS1 character set 82 (General Specifications, figure 7.11-1), without the '/' that separates an id's parts.
_SET82 = r"[!\"%&'()*+,\-.0-9:;<=>?A-Z_a-z]"
_FORMS = {
    "8003": re.compile(rf"8003/(0[0-9]{{13}}){_SET82}{{0,16}}\Z"),
    "8004": re.compile(rf"8004/{_SET82}{{1,30}}\Z"),
    "00": re.compile(r"00/([0-9]{18})\Z"),
    "414": re.compile(rf"414/([0-9]{{13}})(?:/254/{_SET82}{{1,20}})?\Z"),
    "seal": re.compile(r"seal/[a-z0-9-]{1,16}/[A-Za-z0-9-]{1,24}\Z"),
    "plain": re.compile(rf"plain/[a-z0-9-]{{1,16}}/{_SET82}{{1,40}}\Z"),
}
_RANGE = re.compile(rf"(?:(?:8003|8004|00|414)/|(?:seal|plain)/[a-z0-9-]{{1,16}}/)(?:{_SET82}|/)*\Z")
MAX_ID = 64

HOST = r"[a-z0-9.-]{1,80}(?::[0-9]{1,5})?"
"""A regular expression: the host of a Digital Link, a lower-case name and perhaps a port."""
_HOST = re.compile(rf"{HOST}\Z")


# The same boxes and sites stand in event after event.
_remember = lru_cache(maxsize=16_384)


def check(text: str) -> str:
    """`text` itself if it is an id in normal form. Raises Malformed, naming what is wrong."""
    namespace = text.partition("/")[0]
    form = _FORMS.get(namespace)
    if form is None:
        raise Malformed("an id has an unknown namespace", expected="/ ".join(_FORMS) + "/", got=repr(text))
    match = form.match(text)
    # A browser takes "." and ".." out of a link's path, so that the link of such an id leads elsewhere.
    if match is None or len(text) > MAX_ID or text.rpartition("/")[2] in (".", ".."):
        raise Malformed("an id is not in normal form", expected=f"{namespace}/… as FORMAT.md gives it", got=repr(text))
    if match.groups() and match[1] is not None and match[1][-1] != check_digit(match[1][:-1]):
        raise Malformed(
            "an id has a wrong check digit", expected=match[1][:-1] + check_digit(match[1][:-1]), got=match[1]
        )
    return text


@_remember
def check_item(text: str) -> str:
    """`check`, for what can be held, moved and handed over."""
    return _check_in(text, "an item", "8003", "8004", "00", "plain")


@_remember
def check_site(text: str) -> str:
    """`check`, for places."""
    return _check_in(text, "a site", "414")


@_remember
def check_seal(text: str) -> str:
    """`check`, for numbered seals."""
    return _check_in(text, "a seal", "seal")


def check_range(text: str) -> str:
    """`text` if it is the beginning of ids of one namespace and, for plain and seal, one scope or maker."""
    if not _RANGE.match(text):
        raise Malformed("a range of ids has the wrong form", expected="8003/… or plain/<scope>/…", got=repr(text))
    return text


def check_digit(digits: str) -> str:
    """GS1's modulo-10 check digit of `digits` (General Specifications 7.9.1)."""
    return str(-(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10)


def digital_link(text: str, host: str) -> str:
    """The GS1 Digital Link URI (or, for other namespaces, our own of the same shape) of an id on `host`.

    Raises Malformed.
    """
    if not _HOST.match(host):
        raise Malformed("a host is not in normal form", expected="a lower-case name, perhaps a port", got=repr(host))
    return f"https://{host}/{'/'.join(quote(part, safe='') for part in check(text).split('/'))}"


def from_digital_link(uri: str) -> tuple[str, str]:
    """(host, id) of a Digital Link URI; its query is not looked at. Raises Malformed."""
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise Malformed("a link does not parse", expected="an https URI", got=error) from None
    if parts.scheme != "https" or "#" in uri:
        raise Malformed("a link is not a Digital Link", expected="https://<host>/<id>", got=repr(uri))
    text = check("/".join(unquote(part) for part in parts.path.removeprefix("/").split("/")))
    link = digital_link(text, parts.netloc)
    if uri.partition("?")[0] != link:
        raise Malformed("a link is not in normal form", expected=link, got=repr(uri))
    return parts.netloc, text


def _check_in(text: str, what: str, *namespaces: str) -> str:
    if text.partition("/")[0] not in namespaces:
        raise Malformed(
            f"an id cannot be that of {what}",
            expected=" or ".join(f"{n}/…" for n in namespaces),
            got=repr(text),
        )
    return check(text)
