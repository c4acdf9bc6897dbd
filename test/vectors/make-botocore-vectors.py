"""Writes botocore-sigv4.json: requests that botocore signed, for the signer to sign alike and the verifier to accept.

Usage: python3 test/vectors/make-botocore-vectors.py > test/vectors/botocore-sigv4.json
"""

import datetime
import hashlib
import json

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEYS = {
    'user': ('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', None),
    'session': ('ASIAIOSFODNN7EXAMPLE', 'je7MtGbClwBF/2Zp9Utk+h3yCo8nvbEXAMPLEKEY', 'FwoGZXIvYXdzEBYaDH//+token=='),
}
TIME = '20261120T120000Z'
HOSTS = [
    ('https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws', 'lambda', 'us-east-1'),
    ('https://abcdef1234.execute-api.eu-central-1.amazonaws.com', 'execute-api', 'eu-central-1'),
    ('https://bedrock-agentcore.us-west-2.amazonaws.com', 'bedrock-agentcore', 'us-west-2'),
    ('http://127.0.0.1:9000', 'lambda', 'us-east-1'),
]
CALL = json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': 'tools/call', 'params': {'name': 'écho', 'arguments': {}}}, ensure_ascii=False)
JSON = {'content-type': 'application/json'}
REQUESTS = [
    ('empty', 'GET', '/', {}, ''),
    ('call', 'POST', '/', JSON, CALL),
    ('headers of MCP', 'POST', '/mcp',
     {**JSON, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo'}, CALL),
    ('delete', 'DELETE', '/mcp', {'mcp-session-id': '1868a90c-4a3e-4a4a-9a3e'}, ''),
    ('query', 'POST', '/?b=2&a=1', JSON, CALL),
    ('repeated keys', 'POST', '/?a=2&a=1&a=&b', JSON, CALL),
    ('escapes in the query', 'POST', '/?a=%20%2B%2F%3D%26&%C3%A9=%F0%9F%99%82', JSON, CALL),
    ('unreserved in the query', 'POST', '/?a=-._~', JSON, CALL),
    # Escaped: botocore signs the query of a URL as it stands.
    ('reserved in the query', 'POST', '/?a=%21%27%28%29%2A%3B%3A%40%24%2C', JSON, CALL),
    ('keys that sort by byte', 'POST', '/?a-b=1&a=2&A=3&a1=4', JSON, CALL),
    ('escapes in the path', 'POST', '/a%20b/c%2Fd/%C3%A9', JSON, CALL),
    ('reserved in the path', 'POST', "/(x)!*'/~a:b@c,d;e=f", JSON, CALL),
    ('empty segments', 'POST', '/a//b///c/', JSON, CALL),
    ('spaces in a header', 'POST', '/', {**JSON, 'x-note': 'a   b  c'}, CALL),
    ('tabs in a header', 'POST', '/', {**JSON, 'x-note': 'a\t\tb'}, CALL),
    ('an empty header', 'POST', '/', {**JSON, 'x-note': ''}, CALL),
    ('a large body', 'POST', '/', JSON, 'x' * 1_000),
    ('a form', 'PUT', '/', {'content-type': 'application/x-www-form-urlencoded'}, 'a=1&b=%20'),
]


def sign(key, origin, service, region, method, target, headers, body):
    access, secret, token = KEYS[key]
    data = body.encode()
    given = {**headers, 'x-amz-content-sha256': hashlib.sha256(data).hexdigest()}
    request = AWSRequest(method, origin + target, headers=given, data=data)
    auth = botocore.auth.SigV4Auth(Credentials(access, secret, token), service, region)
    auth.add_auth(request)
    return request.headers['Authorization']


class Clock(datetime.datetime):
    """botocore asks for the time itself."""

    @classmethod
    def _at(cls):
        return cls.strptime(TIME, '%Y%m%dT%H%M%SZ')

    @classmethod
    def utcnow(cls):
        return cls._at()

    @classmethod
    def now(cls, tz=None):
        return cls._at().replace(tzinfo=tz)


botocore.auth.datetime = type('datetime', (), {'datetime': Clock, 'timezone': datetime.timezone})
if hasattr(botocore.auth, 'get_current_datetime'):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: Clock._at()

vectors = []
for key in KEYS:
    for origin, service, region in HOSTS:
        for name, method, target, headers, body in REQUESTS:
            vectors.append({
                'name': f'{name}, {key}, {service} {region}',
                'key': key, 'service': service, 'region': region,
                'method': method, 'url': origin + target, 'headers': headers, 'body': body,
                'authorization': sign(key, origin, service, region, method, target, headers, body),
            })
print(json.dumps({
    'source': f'botocore {botocore.__version__}, by make-botocore-vectors.py',
    'time': TIME,
    'keys': {name: dict(zip(('accessKeyId', 'secretAccessKey', 'sessionToken'), key)) for name, key in KEYS.items()},
    'vectors': vectors,
}, indent=1, ensure_ascii=False))
