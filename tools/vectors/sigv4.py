"""Computes the test vectors of src/wire/sigv4 with botocore, AWS's own Python client.

Usage: pip install botocore; python3 tools/vectors/sigv4.py   (prints rows of the C++ table)
"""

import datetime
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//token=="
NOW = datetime.datetime(2015, 8, 30, 12, 36, 0, tzinfo=datetime.timezone.utc)
BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com"
JSON = {"content-type": "application/json"}
ARN = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2c3"

# name, service, method, url, headers, body, with session token
CASES = [
    ("GetVanilla", "service", "GET", "https://example.amazonaws.com/", {}, b"", False),
    ("QueryOrder", "service", "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", {}, b"", False),
    ("QueryOfSameNames", "service", "GET", "https://example.amazonaws.com/?p=b&p=a&q=%20x&o", {}, b"", False),
    ("HeaderBlanks", "service", "GET", "https://example.amazonaws.com/",
     {"My-Header2": "  a   b  c ", "My-Header1": "value1"}, b"", False),
    ("DotSegments", "service", "GET", "https://example.amazonaws.com/a/./b//../c/", {}, b"", False),
    ("NoPath", "service", "POST", "https://example.amazonaws.com", {}, b"x=y", False),
    ("IamListUsers", "iam", "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
     {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}, b"", False),
    ("ModelWithColon", "bedrock", "POST",
     BEDROCK + "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse-stream", JSON, b'{"messages":[]}', False),
    ("ModelWithBareColon", "bedrock", "POST",
     BEDROCK + "/model/anthropic.claude-3-5-sonnet-20241022-v2:0/invoke", JSON, b'{"messages":[]}', False),
    ("ModelArn", "bedrock", "POST", BEDROCK + "/model/" + ARN + "/converse", JSON, b'{"messages":[]}', False),
    ("SessionToken", "bedrock", "POST", BEDROCK + "/model/" + ARN + "/converse", JSON, b'{"messages":[]}', True),
]


def cpp(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    for name, service, method, url, headers, body, with_token in CASES:
        credentials = Credentials(ACCESS, SECRET, TOKEN if with_token else None)
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda: NOW):
            botocore.auth.SigV4Auth(credentials, service, "us-east-1").add_auth(request)
        authorization = request.headers["Authorization"]
        signed = authorization.split("SignedHeaders=")[1].split(",")[0]
        signature = authorization.split("Signature=")[1]
        host, _, target = url.removeprefix("https://").partition("/")
        path, _, query = (("/" + target) if url.removeprefix("https://") != host else "").partition("?")
        fields = "{" + ", ".join("{" + cpp(k) + ", " + cpp(v) + "}" for k, v in {"host": host, **headers}.items()) + "}"
        token = "kToken" if with_token else '""'
        print("Case{" + ", ".join([cpp(name), cpp(service), cpp(method), cpp(path), cpp(query), fields,
                                   cpp(body.decode()), token, cpp(signed), cpp(signature)]) + "},")


if __name__ == "__main__":
    main()
