"""Characters that cannot be seen or that change the reading direction, shown as small marks.

A run of the same hidden character becomes one mark with a count. Those that writing needs stay:
joiners inside emoji and between letters of joining scripts, and variation selectors after the
characters they belong to.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

from components.safe_pieces import joined

_TAGS = "\U000e0000-\U000e007f"
_HIDDEN_CLASS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
HIDDEN = re.compile(f"[{_HIDDEN_CLASS}]")
_RUN = re.compile(rf"[{_TAGS}]+|([{_HIDDEN_CLASS}])\1*")

_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_TAKES_EMOJI_STYLE = re.compile(f"[#*0-9{_EMOJI}]")
_BEFORE_EMOJI_JOINER = re.compile(f"[\ufe0f{_EMOJI}]")
_AFTER_EMOJI_JOINER = re.compile(f"[{_EMOJI}]")
_JOINING_SCRIPT = re.compile(
    "[\u0600-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc]"
)
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_MARK = Markup('<span class="mark" title="{}">{}</span>')
_FLAG = "\U0001f3f4"
_FLAG_REGIONS = {
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
}

_C0_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
_C0 = dict(enumerate(_C0_NAMES.split(" ")))
_NAMES = {
    "\x00": ("NUL", "null character"),
    "\x08": ("BS", "backspace"),
    "\x0c": ("FF", "form feed"),
    "\r": ("CR", "carriage return"),
    "\x1b": ("ESC", "escape character"),
    "\x7f": ("DEL", "delete character"),
    "\x85": ("NEL", "next line"),
    "\xad": ("SHY", "soft hyphen"),
    "\u061c": ("ALM", "Arabic letter mark"),
    "\u200b": ("ZWSP", "zero width space"),
    "\u200c": ("ZWNJ", "zero width non-joiner"),
    "\u200d": ("ZWJ", "zero width joiner"),
    "\u200e": ("LRM", "left-to-right mark"),
    "\u200f": ("RLM", "right-to-left mark"),
    "\u2028": ("LS", "line separator"),
    "\u2029": ("PS", "paragraph separator"),
    "\u202a": ("LRE", "left-to-right embedding"),
    "\u202b": ("RLE", "right-to-left embedding"),
    "\u202c": ("PDF", "pop directional formatting"),
    "\u202d": ("LRO", "left-to-right override"),
    "\u202e": ("RLO", "right-to-left override"),
    "\u2060": ("WJ", "word joiner"),
    "\u2066": ("LRI", "left-to-right isolate"),
    "\u2067": ("RLI", "right-to-left isolate"),
    "\u2068": ("FSI", "first strong isolate"),
    "\u2069": ("PDI", "pop directional isolate"),
    "\ufeff": ("BOM", "byte order mark"),
}


def marked(text: str) -> Markup:
    """The text, escaped, with each run of a hidden character as one mark."""
    if not HIDDEN.search(text):
        return escape(text)
    text = text.replace("\r\n", "\n")
    pieces: list[Markup] = []
    done = 0
    for run in _RUN.finditer(text):
        if _belongs(text, run.start(), run.group()):
            continue
        pieces.append(escape(text[done : run.start()]))
        pieces.append(_mark(run.group()))
        done = run.end()
    pieces.append(escape(text[done:]))
    return joined(pieces)


def without_hidden(text: str) -> str:
    """The text for an attribute's value: every hidden character replaced by U+FFFD."""
    return HIDDEN.sub("\ufffd", text)


def _belongs(text: str, start: int, run: str) -> bool:
    before = text[start - 1 : start] if start else ""
    after = text[start + len(run) : start + len(run) + 1]
    if run in _FLAG_REGIONS:
        return before == _FLAG
    if len(run) > 1:
        return False
    if run in "\u200c\u200d":
        return _joins(run, before, after)
    if run in "\ufe0e\ufe0f":
        return bool(_TAKES_EMOJI_STYLE.match(before))
    if "\ufe00" <= run <= "\ufe02" or "\U000e0100" <= run <= "\U000e01ef":
        return bool(_IDEOGRAPH.match(before))
    return "\u180b" <= run <= "\u180f" and bool(_MONGOLIAN.match(before))


def _joins(joiner: str, before: str, after: str) -> bool:
    if _is_joining_letter(before) and _is_joining_letter(after):
        return True
    return (
        joiner == "\u200d"
        and bool(_BEFORE_EMOJI_JOINER.match(before))
        and bool(_AFTER_EMOJI_JOINER.match(after))
    )


def _is_joining_letter(character: str) -> bool:
    return bool(_JOINING_SCRIPT.match(character)) and unicodedata.category(character)[0] in "LM"


def _mark(run: str) -> Markup:
    if "\U000e0000" <= run[0] <= "\U000e007f":
        return _tag_mark(run)
    return _repeated_mark(run[0], len(run))


def _tag_mark(run: str) -> Markup:
    letters = (chr(ord(tag) - 0xE0000) for tag in run)
    hidden = "".join(letter for letter in letters if letter.isprintable())
    return _MARK.format(f"invisible tag characters, {len(run):,}", f"hidden text: {hidden}")


@lru_cache(maxsize=1024)
def _repeated_mark(character: str, count: int) -> Markup:
    short, name = _name(character)
    if count > 1:
        return _MARK.format(f"{name}, {count:,} times", f"{short} \xd7{count:,}")
    return _MARK.format(name, short)


def _name(character: str) -> tuple[str, str]:
    if character in _NAMES:
        return _NAMES[character]
    code = ord(character)
    if code in _C0:
        return _C0[code], f"control character {_C0[code]}"
    if unicodedata.category(character) == "Cs":
        return f"{code:04X}", f"half of a broken character, U+{code:04X}"
    name = unicodedata.name(character, "invisible character").lower()
    return f"U+{code:04X}", f"{name} U+{code:04X}"
