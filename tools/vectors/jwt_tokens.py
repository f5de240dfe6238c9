"""Computes the test vectors of src/wire/jwt with PyJWT and cryptography, and the throw-away keys they are signed with.

The keys are made anew at every run, so the header is replaced as a whole.
Usage: pip install pyjwt cryptography; python3 tools/vectors/jwt_tokens.py > src/wire/jwt/test_vectors.h
"""

import base64
import hashlib
import hmac
import json

import jwt
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLAIMS = {"iss": "svc@project.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/cloud-platform",
          "aud": "https://oauth2.googleapis.com/token", "iat": 1700000000, "exp": 1700003600}


def pem(key, form) -> str:
    return key.private_bytes(ser.Encoding.PEM, form, ser.NoEncryption()).decode()


def public(key) -> str:
    return key.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo).decode()


def unsigned(header: dict) -> str:
    parts = [json.dumps(header), json.dumps(CLAIMS)]
    return ".".join(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts) + "."


def main() -> None:
    key = rsa.generate_private_key(65537, 2048)
    small = rsa.generate_private_key(65537, 1024)
    elliptic = ec.generate_private_key(ec.SECP256R1())

    def token(claims: dict, **header) -> str:
        return jwt.encode(claims, key, algorithm="RS256", headers=header or None)

    public_pem = public(key)
    constants = {
        "kClaims": json.dumps(CLAIMS, separators=(",", ":")),
        "kPkcs8": pem(key, ser.PrivateFormat.PKCS8),
        "kPkcs1": pem(key, ser.PrivateFormat.TraditionalOpenSSL),
        "kPublic": public_pem,
        "kOtherPublic": public(rsa.generate_private_key(65537, 2048)),
        "kEncrypted": key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8,
                                        ser.BestAvailableEncryption(b"password")).decode(),
        "kSmall": pem(small, ser.PrivateFormat.PKCS8),
        "kElliptic": pem(elliptic, ser.PrivateFormat.PKCS8),
        "kToken": token(CLAIMS),
        "kTokenWithKeyId": token(CLAIMS, kid="key-1"),
        "kTokenWithoutExp": token({"iss": "x"}),
        "kTokenWithNbf": token(CLAIMS | {"nbf": 1700000100}),
        "kTokenCritical": token(CLAIMS, crit=["b64"]),
        "kTokenRs512": jwt.encode(CLAIMS, key, algorithm="RS512"),
        "kTokenNone": unsigned({"alg": "none", "typ": "JWT"}),
    }
    # HS256 with the public key as its secret: PyJWT refuses to make it, so it is made by hand.
    head = unsigned({"alg": "HS256", "typ": "JWT"})[:-1]
    mac = hmac.new(public_pem.encode(), head.encode(), hashlib.sha256).digest()
    constants["kTokenHs256"] = head + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")

    print("#pragma once\n/// \\file\n/// Keys and tokens made by tools/vectors/jwt_tokens.py with PyJWT and cryptography. "
          "The keys guard nothing.\n\n#include <string_view>\n\nnamespace switchyard::jwt::vectors {\n\n// clang-format off")
    for name, value in constants.items():
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        lines = escaped.splitlines(keepends=True)
        print(f"inline constexpr std::string_view {name} =")
        rows = []
        for line in lines:
            end = "\\n" if line.endswith("\n") else ""
            rows.append('    "' + line.rstrip("\n") + end + '"')
        print("\n".join(rows) + ";")
    print("// clang-format on\n\n}  // namespace switchyard::jwt::vectors")


if __name__ == "__main__":
    main()
