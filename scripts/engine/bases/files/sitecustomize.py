"""Debian's `site` is frozen into its binary and knows `dist-packages` only; upstream's folder is `site-packages`."""

import site
import sys

if sys.prefix == sys.base_prefix:
    _packages = f"{sys.prefix}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    site.getsitepackages = lambda prefixes=None: [_packages]
    site.addsitedir(_packages)
