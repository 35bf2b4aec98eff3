"""How the four commands end: exit code 0 when all is done, 1 with a sentence when it is not, 2 for wrong usage (by argparse)."""
import sys


class Failure(Exception):
    """Something went wrong that the person can mend. The message says what happened, to which file, and what to do."""


def run(name, main):
    """Calls main() and ends the process. A Failure, or an error of the operating system, becomes one line on stderr."""
    # When the output is a file or a pipe, lines shall still arrive one by one.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        sys.exit(main() or 0)
    except Failure as failure:
        sentence = str(failure)
    except OSError as error:
        sentence = f"{error.filename}: {error.strerror}." if error.filename else f"{error}."
    except KeyboardInterrupt:
        sentence = "Stopped. The same command resumes from what was saved."
    print(f"{name}: {sentence}", file=sys.stderr)
    sys.exit(1)
