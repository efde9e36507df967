"""What every application shares: settings, the WSGI shell, logs, gunicorn, health, verification."""
