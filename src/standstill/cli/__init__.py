"""The command line: one thin function for each verb. Data on standard output, messages and progress on standard error.

``app`` lists the commands and ends the program; each verb is in the module of its family, with what it prints. Nothing
heavy is imported before a command needs it.
"""

from standstill.cli.app import app, main

__all__ = ["app", "main"]
