"""Addresses (URLs) that lead to the same page, and what documents are told apart by: address, or else id."""

import re
from functools import cache
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.native.arrays import Int64s

TRACKERS = frozenset(
    "_ga _gl _hsenc _hsmi __hsfp __hssc __hstc __twitter_impression cmp cmpid dclid epik fb_action_ids "
    "fb_action_types fb_ref fb_source fbclid gad_source gbraid gclid gclsrc icid igsh igshid ito li_fat_id "
    "mc_cid mc_eid mkt_tok msclkid ncid ns_campaign ns_linkname ns_mchannel ns_source ocid rdt_cid ref_src "
    "ref_url s_cid smid srsltid ttclid twclid wbraid wt.mc_id wt_mc xtor yclid ysclid".split()
)
"""Query parameters that say where a reader came from, and nothing about the page; so do those that begin with
one of TRACKER_PREFIXES.
"""
TRACKER_PREFIXES = ("utm_", "at_", "hsa_", "itm_", "mtm_", "oly_", "pk_", "vero_")
_SIDE_URL = "|".join(
    [
        rf"[?&](?:{'|'.join(map(re.escape, sorted(TRACKERS)))})(?:[=&#]|$)",
        rf"[?&](?:{'|'.join(TRACKER_PREFIXES)})",
        r"[?&](?:amp(?:=1|=true|=)?|(?:outputtype|output|view|format)=amp)(?:[&#]|$)",
        r"^(?:https?:)?//(?:[^/?#]*@)?(?:www\d?\.)?(?:m|mobile|amp)\.[^./?#:]+\.",
        r"^(?:https?:)?//[^/?#]+(?:/amp/[^?#]|[^?#]*[^/?#]/amp/?(?:[?#]|$)|[^?#]*\.amp(?:\.html?)?(?:[?#]|$))",
        r"#[^!]",
    ]
)
"""Matches a URL that is a side way to its page (RE2, any case)."""
_FEW = 64  # URLs that Python searches: RE2 compiles the pattern in each call, for 0.6 ms
_AMP_QUERY = re.compile(r"amp(?:=1|=true|=)?|(?:outputtype|output|view|format)=amp", re.IGNORECASE)
_SIDE_HOST = re.compile(r"^(?:(?:m|mobile|amp)\.)+(?=[^.]+\.)")
_WWW = re.compile(r"^www\d?\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"^/amp(?=/.)|(?<=[^/])/amp/?$|\.amp(?=(?:\.html?)?$)")
_PORT = re.compile(r":(?:80|443)?$")
_PLAIN = re.compile(  # in their normal form already: 84% of 560 real ones, in a seventh of the time
    r"https?://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})((?:/[\w~-][\w.~-]*)*/?)", re.ASCII
)
_URL = re.compile(r"(?:https?:)?//[^/?#]", re.IGNORECASE)


def address_of(url: str | None) -> str | None:
    """The page that a URL leads to: the same text for all URLs of the page; None for what is no URL of the
    web.
    """
    if url is None or not _URL.match(url := url.strip()):
        return None
    if plain := _PLAIN.fullmatch(url):
        return _page(plain[1], plain[2], "")
    return _of_normal_form(url)


def _of_normal_form(url: str) -> str | None:
    """The page of a URL, from its normal form; None for an address that cannot be."""
    from w3lib.url import canonicalize_url  # late: 25 ms, which runs without addresses need not pay

    try:
        parts = urlsplit(canonicalize_url(url, keep_fragments=True))
    except ValueError:  # a port out of range, a bad IPv6 address
        return None
    parameters = [parameter for parameter in parts.query.split("&") if not _is_side_parameter(parameter)]
    fragment = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""  # it names a page
    host = _PORT.sub("", parts.netloc.rpartition("@")[2]).rstrip(".")
    return _page(host, parts.path, f"{'&'.join(parameters)}{fragment}")


def _page(host: str, path: str, rest: str) -> str:
    """A page, from parts in their normal form."""
    host = _WWW.sub("", _SIDE_HOST.sub("", _WWW.sub("", host)))
    return f"{host}{_AMP_PATH.sub('', path).rstrip('/')}?{rest}"


def are_canonical(urls: pa.LargeStringArray) -> pa.BooleanArray:
    """Which URLs have neither a tracking parameter nor a fragment, and are no mobile or AMP version. So are
    those that are missing.
    """
    if len(urls) <= _FEW:
        search = _side_way().search
        return pa.array([url is None or not search(url) for url in urls.to_pylist()], pa.bool_())
    return pc.invert(pc.match_substring_regex(urls, _SIDE_URL, ignore_case=True)).fill_null(True)


@cache
def _side_way() -> re.Pattern[str]:
    """What `_SIDE_URL` is for Python."""
    return re.compile(_SIDE_URL.replace("$", r"\Z"), re.IGNORECASE)


def _is_side_parameter(parameter: str) -> bool:
    """Whether a parameter (name=value), maybe an empty one, says nothing about the page."""
    if not parameter:
        return True
    name = parameter.partition("=")[0].lower()
    return name in TRACKERS or name.startswith(TRACKER_PREFIXES) or bool(_AMP_QUERY.fullmatch(parameter))


def address_keys(urls: pa.Array, ids: pa.Array) -> Int64s:
    """A number for what each document is told apart by: its address, or else its id; 0: it has neither. An id
    that is a URL counts as the address.
    """
    pairs = zip(urls.to_pylist(), ids.to_pylist(), strict=True)
    return np.array([_key(url, id_) for url, id_ in pairs], np.int64)


def _key(url: str | None, id: str | None) -> int:
    address = address_of(url) or address_of(id)
    if address is None and not id:
        return 0
    name = f"id {id}" if address is None else f"url {address}"
    from hashlib import blake2b  # late: OpenSSL takes 0.003 s

    digest = blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) or 1
