"""The command `gongkai`. Thin: every command parses its arguments, calls the library, and shows what came back.

Exit codes: 0 done; 1 `check` found something that does not add up; 2 the call, the lexicon or the database is at fault;
3 done, but something was set aside (its reason was told). Errors are one line on stderr; nothing prints a traceback.
"""

from __future__ import annotations

import os
import sys

from pipeline.cli.app import app
from pipeline.errors import GongkaiError

OK, DIFFERS, FAULT, SET_ASIDE = 0, 1, 2, 3


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except GongkaiError as error:
        print(error.message, file=sys.stderr)
        raise SystemExit(FAULT) from None
    except KeyboardInterrupt:
        print("已停止。再运行一次同样的命令会接着做。", file=sys.stderr)
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (head, less): not our fault, and nothing more to say.
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:
        # A fault of ours. One line for the user; the traceback for whoever mends it.
        if os.environ.get("GONGKAI_DEBUG"):
            raise
        print(f"程序内部错误（{type(error).__name__}：{error}）；设 GONGKAI_DEBUG=1 再运行可看到细节", file=sys.stderr)
        raise SystemExit(FAULT) from None
