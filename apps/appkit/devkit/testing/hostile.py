"""Generated requests that no browser sends, and a client that sends them to a WSGI application."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from hypothesis import strategies as st

from appkit.wsgi import ServiceMiddleware

_CHARSETS = (
    *("utf-8", "latin-1", "utf-16", "utf-7", "idna", "punycode", "unicode_escape", "cp037"),
    *("zlib", "hex", "undefined", "rot13", "base64", "bz2", "uu", "quopri", "x", "", "\xe9"),
)
"""Names of codecs of Python; most of them are no text encodings."""


UNUSABLE_CHARSETS = (
    *("charset=zlib", "charset=hex", "charset=undefined", "charset=rot13", "charset=base64"),
    *("charset=unicode_escape", "charset=none", "charset*=none''x", "charset*=undefined''x"),
    f"x*{'9' * 5000}=1",
)
"""Parameters of a Content-Type with which a text cannot be decoded."""

SESSION_VALUES = (r'"\000"', r'"a\000bcdefgh"', r'"\377\376"', "a" * 5000, '"')
"""Values of a cookie that are no session's."""


def nested(opening: str, depth: int, *, closed: bool) -> bytes:
    """JSON that begins with `opening` so many times, with the brackets that close it or without."""
    ends = "".join({"[": "]", "{": "}"}.get(each, "") for each in reversed(opening))
    return (opening * depth + "1" + (ends * depth if closed else "")).encode()


@dataclass(frozen=True)
class Request:
    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str] = field(default_factory=dict)
    """The values of the cookies that it sets."""

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]


def send(
    application: WSGIApplication | ServiceMiddleware, request: Request, **environ: Any
) -> Answer:
    """The answer to `request`. `environ` adds keys of the WSGI environment."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    sent: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        # A server decodes the percent-encoding, and each byte becomes one character.
        "PATH_INFO": request.path.encode("utf-8", "surrogatepass").decode("latin-1"),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": BytesIO(request.body),
        **environ,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        sent[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    setup_testing_defaults(sent)

    def start_response(
        status: str, headers: list[tuple[str, str]], _error: object = None, /
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    response = application(sent, start_response)
    try:
        body = b"".join(response)
    finally:
        close: Callable[[], object] | None = getattr(response, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    answer = Answer(int(status[:3]), dict(headers), body)
    # A server fails on any other length.
    if request.method != "HEAD" and "Content-Length" in answer.headers:
        assert int(answer.headers["Content-Length"]) == len(body), answer
    return answer


_offsets = st.builds(
    "{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 24), st.integers(0, 60)
)
times = st.builds(
    "{}{}".format,
    st.datetimes().map(lambda time: time.isoformat()) | st.dates().map(str),
    _offsets | st.sampled_from(["", "Z", "+23:59", "-23:59"]),
)
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９")  # noqa: RUF001
numbers = st.one_of(
    st.integers().map(str),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(["9" * 30, "9" * 5000, "1e400", "1_0", "-0", "0x10", "²", "½"]),
    st.builds(
        lambda number, digits: str(number).translate(str.maketrans(_DIGITS[0], digits)),
        st.integers(0, 10**12),
        st.sampled_from(_DIGITS),
    ),
)
values = st.one_of(
    times,
    numbers,
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(["", "\0", "\u200b\u200b", "\u202eabc", "\U0010ffff", "a" * 3000]),
)

_octal = st.sampled_from([r'"\000"', r'"a\000b"', r'"\200\377"', '"', '"\\', "\x01", "é", "a" * 32])
_cookie_values = _octal | st.text(st.characters(max_codepoint=255, min_codepoint=32), max_size=50)


def cookies(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    pairs = st.builds("{}={}".format, st.sampled_from((*names, "x", "")), _cookie_values)
    return st.lists(pairs, max_size=5).map("; ".join) | _cookie_values


_parameters = st.builds(
    "; {}={}".format,
    st.sampled_from(["charset", "charset*", "boundary", "q", "charset*0", f"x*{'9' * 5000}"]),
    st.sampled_from(_CHARSETS)
    | st.builds("{}''x".format, st.sampled_from(_CHARSETS))
    | st.just("X"),
)
content_types = st.builds(
    "{}{}".format,
    st.sampled_from(
        [
            "application/json",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "text/plain",
            "",
            "/",
        ]
    ),
    st.lists(_parameters, max_size=3).map("".join),
) | st.just("multipart/form-data; boundary=X")

_nested = st.builds(
    lambda opening, depth, close: (opening * depth + (close * depth)).encode(),
    st.sampled_from(["[", '{"a":', '{"type":[', '[{"nodes":']),
    st.sampled_from([1, 50, 500, 990, 3000, 20_000, 100_000]),
    st.sampled_from(["", "]", "}"]),
)
_parts = st.lists(
    st.sampled_from(
        [
            b"--X\r\n",
            b"--X--\r\n",
            b'Content-Disposition: form-data; name="username"\r\n\r\nada\r\n',
            b"Content-Disposition: form-data; name*=zlib''x\r\n\r\na\r\n",
            b"Content-Disposition: form-data; name*=utf-8''a; name*0=b\r\n\r\na\r\n",
            b"Content-Disposition: form-data; name*=utf-8''%00\r\n\r\na\r\n",
            b'Content-Disposition: form-data; name="f"; filename="a\x00b"\r\n\r\na\r\n',
            b'Content-Disposition: form-data; name="f"; filename="x"\r\n',
            b"Content-Type: text/plain; charset=zlib\r\nContent-Transfer-Encoding: base64\r\n",
            b"Content-Length: 99999999999999999999\r\n\r\n%%%\r\n",
            b"A: " + b"b" * 5000 + b"\r\n",
            b"\r\n",
            b"\xff\x00",
        ]
    ),
    max_size=8,
).map(b"".join)


def _forms(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(st.sampled_from(names), st.lists(values, max_size=3))


def queries(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return _forms(names).map(lambda form: urlencode(form, doseq=True)) | st.sampled_from(
        ["&" * 2000, "a=1&" * 1500, "%", "%ff%fe", "=%00", "a[]=1&a[b]=2", "\xff"]
    )


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(values, inner, max_size=3),
    max_leaves=8,
)


def _documents(names: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """JSON objects with these fields."""
    fields = st.dictionaries(st.sampled_from(names), _json)
    return fields.map(lambda document: json.dumps(document, ensure_ascii=False).encode())


_headers = st.dictionaries(
    st.sampled_from(
        [
            *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Host", "Origin"),
            *("Referer", "If-Modified-Since", "If-None-Match", "Range", "X-CSRFToken"),
            *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-ID"),
            *("User-Agent", "X-HTTP-Method-Override", "Forwarded", "Content-Encoding"),
            *("Expect", "Upgrade", "TE", "Via"),
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=100)
    | st.sampled_from(
        [
            *("a..b", f"{'a' * 64}.b", "[::1", "http://[", "http://a:b", "bytes=0-" + "9" * 5000),
            *("text/html; q*=zlib''x", "*/*;q=x", "a/b," * 500, "Bearer \xff", "Basic x"),
            *("100-continue", "websocket", "h2c"),
            *("Sat, 99 Foo 99999 99:99:99 GMT", "bytes=-1", "bytes=5-1", "x" * 8000),
        ]
    ),
    max_size=6,
)
_flood = st.integers(0, 150).map(lambda count: {f"X-Flood-{index}": "y" for index in range(count)})


@st.composite
def requests(
    draw: st.DrawFn, paths: tuple[str, ...], fields: tuple[str, ...], cookie_names: tuple[str, ...]
) -> Request:
    """A request of one of `paths`; `fields` are names of query parameters and of form fields."""
    headers = {**draw(_flood), **draw(_headers)}
    if draw(st.booleans()):
        headers["Cookie"] = draw(cookies(cookie_names))
    if draw(st.booleans()):
        headers["Content-Type"] = draw(content_types)
    body = st.one_of(
        st.just(b""),
        _nested,
        _parts,
        st.binary(max_size=200),
        _documents(fields),
        queries(fields).map(lambda text: text.encode()),
    )
    return Request(
        method=draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
        path=draw(st.sampled_from(paths) | st.text(st.characters(codec="utf-8")).map("/{}".format)),
        query=draw(queries(fields)),
        headers=headers,
        body=draw(body),
    )
