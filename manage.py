#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    if sys.argv[1:2] != ["receive_mail"]:
        main()
    else:
        # A mail server runs this: with any other code it would send the mail back to its author,
        # and a traceback with it. 75 is EX_TEMPFAIL of sysexits.h: keep it, and try again.
        try:
            main()
        except Exception as error:
            name = type(error).__name__
            sys.stderr.write(f"receive_mail: not ready ({name}); see `manage.py check`\n")
            sys.exit(75)
