"""The command line: parse a request, call `flow`, print. `heard --help` is a tour."""

import os
import sys
import traceback

import typer
from typer.exceptions import TyperException

from heard.errors import HeardError

EXIT_DONE, EXIT_CHECK_SAYS_NO, EXIT_USER, EXIT_OURS, EXIT_INTERRUPTED = 0, 1, 2, 70, 130


def main() -> None:
    """Run the command line and leave with its exit code (CONTRACTS 24)."""
    from heard.cli.app import app

    sys.exit(_run(app))


def _run(app: object) -> int:
    try:
        code = app(standalone_mode=False)  # type: ignore[operator]
    except HeardError as error:
        sys.stderr.write(f"heard: {error}\n")
        return error.exit_code
    except TyperException as error:
        error.show() if hasattr(error, "show") else sys.stderr.write(f"heard: {error}\n")
        return EXIT_USER
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("heard: interrupted; the workspace is as it was before.\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_DONE
    except OSError as error:
        sys.stderr.write(
            f"heard: {error.strerror or type(error).__name__}: {error.filename or 'a file of the workspace'}. "
        )
        sys.stderr.write("Nothing was changed. Check space and rights of the folder.\n")
        return EXIT_USER
    except Exception as error:
        return _our_fault(error)
    return code if isinstance(code, int) else EXIT_DONE


def _our_fault(error: Exception) -> int:
    """Name the place and the class only: the message of a library's error may hold a customer's words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    sys.stderr.write(f"heard: our fault: {type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}. ")
    sys.stderr.write(
        "The workspace is as it was before. Set HEARD_DEBUG=1 to see the way there, without local values.\n"
    )
    if os.environ.get("HEARD_DEBUG"):
        sys.stderr.writelines(
            f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(error.__traceback__)
        )
    return EXIT_OURS
