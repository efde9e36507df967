"""What gunicorn serves."""

import atexit

from appkit.django.wsgi import application as project

application = project("config.settings")

# What follows needs the settings.
from ledger import metrics as ledger_metrics  # noqa: E402
from telemetry import metrics as sql_metrics  # noqa: E402
from telemetry.recorder import recorder  # noqa: E402

# What a replica noted in its last seconds is not lost when it is told to end.
atexit.register(recorder.write)

if application.settings.metrics_port is not None:
    ledger_metrics.attach()
    sql_metrics.attach()
