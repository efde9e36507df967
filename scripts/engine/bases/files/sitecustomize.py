"""Adds upstream's folder `site-packages`: Debian's `site` is frozen into its binary and uses `dist-packages` only."""

import site
import sys

if sys.prefix == sys.base_prefix:
    _packages = f"{sys.prefix}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    site.getsitepackages = lambda prefixes=None: [_packages]
    site.addsitedir(_packages)
