"""The WSGI application, which `appkit.server` serves."""

import atexit

from appkit.django.wsgi import application as project

application = project("config.settings")

# These modules can be imported only after the settings are configured.
from ledger import metrics as ledger_metrics  # noqa: E402
from telemetry import metrics as sql_metrics  # noqa: E402
from telemetry.recorder import recorder  # noqa: E402

# A replica that stops writes the statements of its last seconds.
atexit.register(recorder.flush)

if application.settings.metrics_port is not None:
    ledger_metrics.attach()
    sql_metrics.attach()
