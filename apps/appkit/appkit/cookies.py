"""Gives the cookies of https other names than those of http.

Cookies do not separate ports, so a browser that uses an application over https, through a proxy,
and over http, at its own port, has one set of cookies for both. It refuses that http replaces a
secure cookie ("Leave Secure Cookies Alone", RFC 6265bis), so under one name no form would work over
http. It also sends the cookies of http over https, so a page of http could choose the session of
https.

An application knows nothing of this: it reads and sets cookies by the names in its settings.
"""

PREFIX = "__Host-"
"""Browsers accept a name that begins with it only over https, from the host itself, with the flag
`Secure` and the path `/`."""


def received(header: str) -> str:
    """The cookies in a header `Cookie` that were set over https, by the application's names."""
    # Without arguments, `strip` would also remove characters such as the no-break space, with which
    # a page of http can begin a name: a browser does not take what follows for the prefix.
    cookies = (cookie.strip(" \t") for cookie in header.split(";"))
    return "; ".join(cookie.removeprefix(PREFIX) for cookie in cookies if cookie.startswith(PREFIX))


def sent(cookie: str, *, secure: bool) -> str:
    """The header `Set-Cookie` for a cookie of the application. `secure`: the request is https."""
    # Django's header begins with a space.
    pair, *attributes = cookie.strip().split(";")
    kept = [pair, *(each for each in attributes if each.strip().lower() != "secure")]
    return f"{PREFIX}{';'.join(kept)}; Secure" if secure else ";".join(kept)
