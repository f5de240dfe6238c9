"""Computes the test vectors of src/wire/aws_event_stream with Python's zlib alone, independent of our code.

Usage: python3 tools/vectors/aws_event_stream.py   (prints C++ string literals of hexadecimal digits)
"""

import struct
import zlib


def header(name: str, kind: int, value: bytes = b"") -> bytes:
    return bytes([len(name)]) + name.encode() + bytes([kind]) + value


def text(name: str, value: str) -> bytes:
    return header(name, 7, struct.pack(">H", len(value.encode())) + value.encode())


def message(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    body = prelude + headers + payload
    return body + struct.pack(">I", zlib.crc32(body))


ALL_TYPES = b"".join([
    header("yes", 0),
    header("no", 1),
    header("byte", 2, struct.pack(">b", -7)),
    header("short", 3, struct.pack(">h", -300)),
    header("integer", 4, struct.pack(">i", -70000)),
    header("long", 5, struct.pack(">q", -5_000_000_000)),
    header("bytes", 6, struct.pack(">H", 3) + b"\x00\xff\x01"),
    text("string", "gr\u00fc\u00df"),
    header("timestamp", 8, struct.pack(">q", 1_700_000_000_123)),
    header("uuid", 9, bytes(range(16))),
])

VECTORS = {
    "kEmpty": message(b"", b""),
    "kPayloadOnly": message(b"", b"{'foo':'bar'}"),
    "kAllTypes": message(ALL_TYPES, b"x"),
    "kBedrockEvent": message(
        text(":event-type", "contentBlockDelta") + text(":content-type", "application/json")
        + text(":message-type", "event"),
        b'{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"abc"}'),
    "kBedrockException": message(
        text(":exception-type", "throttlingException") + text(":content-type", "application/json")
        + text(":message-type", "exception"),
        b'{"message":"Too many requests"}'),
    "kUnknownType": message(header("x", 10), b""),
    "kNamelessHeader": message(header("", 0), b""),
    "kCutHeader": message(text("abc", "defgh")[:-2], b""),
}


def main() -> None:
    for name, value in VECTORS.items():
        digits = value.hex()
        rows = [digits[i:i + 96] for i in range(0, len(digits), 96)]
        print(f"constexpr std::string_view {name} =\n    " + "\n    ".join(f'"{row}"' for row in rows) + ";")


if __name__ == "__main__":
    main()
