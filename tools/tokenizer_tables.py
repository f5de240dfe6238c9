#!/usr/bin/env python3
"""Writes src/scoring/tokenizer/unicode_tables.inc: what the Hugging Face tokenizers make of every code point.

The `tokenizers` package mixes several versions of Unicode (character classes, case, decomposition and the regular
expression engine each come from another library), so the tables of one version would differ from it in a few hundred
characters. This program therefore asks the package itself about each code point. Combining classes cannot be asked for;
they are taken from `unicodedata2` where the package is seen to reorder the character.

    pip install tokenizers unicodedata2
    tools/tokenizer_tables.py > src/scoring/tokenizer/unicode_tables.inc
"""

import tokenizers
import unicodedata2
from tokenizers import Regex, normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)  # Decomposed by arithmetic.
SPACE, PUNCTUATION, DROPPED, MARK, IDEOGRAPH, LETTER, NUMBER = (1 << i for i in range(7))


def bert(**on):
    options = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**options, **on})


def classes():
    """Code point to flags and combining class."""
    clean, accents, han = bert(clean_text=True), bert(strip_accents=True), bert(handle_chinese_chars=True)
    words = pre_tokenizers.BertPreTokenizer()
    letter, number = (pre_tokenizers.Split(Regex(p), "isolated") for p in (r"\p{L}", r"\p{N}"))
    nfd = normalizers.NFD()
    out = []
    for c in CODE_POINTS:
        text = chr(c)
        parts = len(words.pre_tokenize_str("a" + text + "a"))
        flags = SPACE if parts == 2 else PUNCTUATION if parts == 3 else 0
        flags |= DROPPED if clean.normalize_str(text) == "" else 0
        flags |= MARK if accents.normalize_str(text) == "" else 0
        flags |= IDEOGRAPH if han.normalize_str(text) != text else 0
        flags |= LETTER if len(letter.pre_tokenize_str("!" + text + "!")) == 3 else 0
        flags |= NUMBER if len(number.pre_tokenize_str("!" + text + "!")) == 3 else 0
        combining = unicodedata2.combining(text)
        # U+0345 has the highest class, 240: every other combining character moves in front of it.
        moved = "a" + text + "\u0345" == nfd.normalize_str("a\u0345" + text)
        out.append((c, flags, combining if combining and (moved or c == 0x345) else 0))
    return out


def steps(values):
    """Only where the value changes."""
    before, out = None, []
    for c, *value in values:
        if value != before:
            out.append((c, *value))
        before = value
    return out


def lower_ranges():
    """First, last, distance between members, difference."""
    lower = normalizers.Lowercase()
    out = []
    for c in CODE_POINTS:
        to = lower.normalize_str(chr(c))
        if to == chr(c) or len(to) > 1:
            assert to == chr(c) or c == 0x130, hex(c)  # The one character that becomes two is written by hand.
            continue
        delta = ord(to) - c
        if out and out[-1][3] == delta and c - out[-1][1] in (1, 2) and out[-1][2] in (0, c - out[-1][1]):
            out[-1][2], out[-1][1] = c - out[-1][1], c
        else:
            out.append([c, c, 0, delta])
    return [(a, b, step or 1, d) for a, b, step, d in out]


def decompositions():
    """Code point to its full canonical decomposition, as offset and length in one pool."""
    nfd = normalizers.NFD()
    out, pool = [], ""
    for c in CODE_POINTS:
        to = nfd.normalize_str(chr(c))
        if to == chr(c) or c in HANGUL:
            continue
        at = pool.find(to)
        if at < 0:
            at, pool = len(pool), pool + to
        out.append((c, at, len(to)))
    return out, pool


def show(name, kind, rows):
    print(f"constexpr {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        item = " {" + ",".join(hex(v) if i == 0 else str(v) for i, v in enumerate(row)) + "}," if isinstance(row, tuple) else f" {hex(row)},"
        if len(line) + len(item) > 120:
            print(line)
            line = "   "
        line += item
    print(line + "\n};")


decomposed, pool = decompositions()
print(f"// Written by tools/tokenizer_tables.py from tokenizers {tokenizers.__version__}; do not edit.")
show("kClasses", "ClassStep", steps(classes()))
show("kLower", "LowerRange", lower_ranges())
show("kDecompositions", "Decomposition", decomposed)
show("kDecomposed", "char32_t", [ord(c) for c in pool])
