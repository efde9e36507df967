"""`python serve.py MODULE`: runs the development server of Flask on the application of a module."""

import sys
from importlib import import_module

from werkzeug.serving import run_simple

run_simple("0.0.0.0", 5000, import_module(sys.argv[1]).application)
